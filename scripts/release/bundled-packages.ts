import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** The folders of the packages of which something is in the executable, relative to the repository. */
export async function bundledPackages(): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(tmpdir(), "mcpzip-bundle-"));
  try {
    const metafile = join(folder, "meta.json");
    const flags = ["--target=bun", "--format=esm", "--splitting", `--outdir=${folder}`];
    const child = Bun.spawn(
      [process.execPath, "build", "src/main.ts", ...flags, `--metafile=${metafile}`],
      { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] },
    );
    if ((await child.exited) !== 0) throw new Error("bun build failed");
    // as: Bun's own file, in esbuild's format
    const { inputs } = (await Bun.file(metafile).json()) as { inputs: Record<string, unknown> };
    const folders = Object.keys(inputs).map(packageFolder);
    return new Set(folders.filter((each) => each !== undefined));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `node_modules/a/node_modules/@b/c` of `node_modules/a/node_modules/@b/c/dist/x.js`. */
function packageFolder(file: string): string | undefined {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll("\\", "/"));
  return found?.[0].replace(/^(?:\.\.?\/)+/, "");
}
