import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { version } from "../../package.json";
import { BUILD_FLAGS } from "../build-flags.ts";
import { withTrueSignature } from "./check-executable.ts";
import { executableName, hostTarget, type Target } from "./targets.ts";

const ROOT = join(import.meta.dir, "../..");

export interface CompileOptions {
  /** This machine's own when it is absent. */
  readonly target?: Target;
  /** A Bun for that target, where the build machine may not fetch one. */
  readonly runtime?: string | undefined;
}

/**
 * Compiles mcpzip to `output`. Bun leaves a source map beside the executable for each of its parts, so it
 * works in a folder that goes away; renamed into place, a binary in use or half written is never started.
 */
export async function compile(output: string, options: CompileOptions = {}): Promise<void> {
  const folder = dirname(output);
  await mkdir(folder, { recursive: true });
  const workshop = await mkdtemp(join(folder, ".build-"));
  try {
    // The name is in the executable, so it is the same wherever the result goes.
    const built = join(workshop, "mcpzip");
    await runBuild(built, options);
    const target = options.target ?? hostTarget();
    const executable = join(workshop, executableName(target));
    await signIfNeeded(target, executable);
    await chmod(executable, 0o755);
    await rename(executable, output);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** macOS ends a program whose signature is false, as that of a fresh build is on x64. */
async function signIfNeeded(target: Target, executable: string): Promise<void> {
  if (target.format !== "mach-o") return;
  const built = await Bun.file(executable).bytes();
  const signed = withTrueSignature(target, built);
  if (signed !== built) await Bun.write(executable, signed);
}

async function runBuild(outfile: string, { target, runtime }: CompileOptions): Promise<void> {
  const child = Bun.spawn(
    [
      process.execPath,
      "build",
      "src/main.ts",
      `--outfile=${outfile}`,
      ...BUILD_FLAGS,
      "--sourcemap=linked",
      `--define=MCPZIP_VERSION="${version}"`,
      "--reject-unresolved",
      ...(target === undefined ? [] : [`--target=bun-${target.name}`]),
      ...(runtime === undefined ? [] : [`--compile-executable-path=${runtime}`]),
    ],
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [log, errors, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (exitCode === 0) return;
  const what = target === undefined ? "" : ` for ${target.name}`;
  throw new Error(`bun build${what} failed (exit ${exitCode})\n${log}${errors}`.trimEnd());
}
