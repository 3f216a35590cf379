import { parseArgs } from "node:util";
import { version } from "../package.json";
import { buildAll } from "./release/build-all.ts";
import { compile } from "./release/compile.ts";
import { releaseTime } from "./release/release-time.ts";
import { targetNamed, TARGETS } from "./release/targets.ts";

/*
 * bun run build            the executable for this machine, at dist/mcpzip
 * bun run build --all      a release of all targets, in dist/release
 *   --target NAME          only this one; may be given several times
 *   --pack-only            takes the executables that are in dist/release/bin, say after signing them
 *   --runtimes DIR         takes Bun's executables from there (bun-linux-x64, …) in place of fetching them
 *   --level N              how hard xz tries, 0 to 9 (6)
 *   --output DIR           in place of dist/release
 */
const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    target: { type: "string", multiple: true },
    "pack-only": { type: "boolean", default: false },
    runtimes: { type: "string" },
    level: { type: "string", default: "6" },
    output: { type: "string", default: "dist/release" },
  },
});

if (values.all || values.target !== undefined || values["pack-only"]) await buildRelease();
else await buildHere();

async function buildHere(): Promise<void> {
  const output = process.platform === "win32" ? "dist/mcpzip.exe" : "dist/mcpzip";
  await compile(output);
  console.log(`${output}: mcpzip ${version}, ${(Bun.file(output).size / 1e6).toFixed(1)} MB`);
}

async function buildRelease(): Promise<void> {
  await buildAll({
    output: values.output,
    targets: values.target?.map(targetNamed) ?? TARGETS,
    level: levelOf(values.level),
    madeAt: releaseTime(process.env.SOURCE_DATE_EPOCH),
    packsOnly: values["pack-only"],
    runtimes: values.runtimes,
    say: (line) => console.log(line),
  });
}

function levelOf(text: string): number {
  if (/^\d$/.test(text)) return Number(text);
  throw new Error(`--level is 0 to 9, and not "${text}"`);
}
