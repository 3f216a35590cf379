/**
 * The time that all files of a release bear, in seconds since the epoch: SOURCE_DATE_EPOCH
 * (reproducible-builds.org), or that of the commit, so that the same tree gives the same bytes.
 */
export function releaseTime(epoch: string | undefined): number {
  if (epoch !== undefined && /^\d+$/.test(epoch)) return Number(epoch);
  const { stdout, exitCode } = Bun.spawnSync(["git", "log", "-1", "--format=%ct"], {
    cwd: import.meta.dir,
    stderr: "ignore",
  });
  if (exitCode === 0) return Number(stdout.toString().trim());
  throw new Error("there is no commit here to take a time from: set SOURCE_DATE_EPOCH");
}
