import { mkdir, rename } from "node:fs/promises";
import { version } from "../package.json";
import { BUILD_FLAGS } from "./build-flags.ts";

/** Builds the executable for this machine at dist/mcpzip. */
const OUTPUT = process.platform === "win32" ? "dist/mcpzip.exe" : "dist/mcpzip";

await mkdir("dist", { recursive: true });
const built = Bun.spawn(
  [
    process.execPath,
    "build",
    "src/main.ts",
    `--outfile=${OUTPUT}.new`,
    ...BUILD_FLAGS,
    "--sourcemap=linked",
    `--define=MCPZIP_VERSION="${version}"`,
    "--reject-unresolved",
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const [log, exitCode] = await Promise.all([new Response(built.stdout).text(), built.exited]);
if (exitCode !== 0) throw new Error(`bun build failed (exit ${exitCode})\n${log}`);
// Renamed into place, so that a binary in use or half written is never what gets started.
await rename(`${OUTPUT}.new`, OUTPUT);
console.log(`${OUTPUT}: mcpzip ${version}, ${(Bun.file(OUTPUT).size / 1e6).toFixed(1)} MB`);
