import { mkdir, rename } from "node:fs/promises";
import { version } from "../package.json";

/** Builds the executable for this machine at dist/mcpzip; see ARCHITECTURE.md for what each flag is for. */
const OUTPUT = process.platform === "win32" ? "dist/mcpzip.exe" : "dist/mcpzip";

await mkdir("dist", { recursive: true });
const built = Bun.spawn(
  [
    process.execPath,
    "build",
    "src/main.ts",
    "--compile",
    `--outfile=${OUTPUT}.new`,
    "--minify",
    "--bytecode",
    "--format=esm",
    "--splitting",
    "--sourcemap=linked",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    "--compile-jit-policy=10",
    "--compile-exec-argv=--use-system-ca",
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
