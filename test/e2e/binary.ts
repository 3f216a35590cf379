import { statSync } from "node:fs";
import { join } from "node:path";

export const REPOSITORY = join(import.meta.dir, "../..");

/** The program under test: MCPZIP_BINARY, or dist/mcpzip, built first when it is missing or older than its sources. */
export const BINARY = process.env.MCPZIP_BINARY ?? builtBinary();

function builtBinary(): string {
  const path = join(REPOSITORY, process.platform === "win32" ? "dist/mcpzip.exe" : "dist/mcpzip");
  if (changedAt(path) > newestSource()) return path;
  const { exitCode, stderr } = Bun.spawnSync({
    cmd: [process.execPath, "scripts/build.ts"],
    cwd: REPOSITORY,
  });
  if (exitCode !== 0) throw new Error(`the build failed (exit ${exitCode})\n${stderr.toString()}`);
  return path;
}

function newestSource(): number {
  const files = [
    "package.json",
    "bun.lock",
    "scripts/build-flags.ts",
    "scripts/build.ts",
    "scripts/release/compile.ts",
  ].concat([...new Bun.Glob("src/**/*.ts").scanSync(REPOSITORY)]);
  return Math.max(...files.map((file) => changedAt(join(REPOSITORY, file))));
}

/** Milliseconds since the epoch; 0 when there is no such file. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
