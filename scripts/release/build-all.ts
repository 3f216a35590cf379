import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../../package.json";
import { table } from "../../src/cli/columns.ts";
import { renderFormula } from "../formula.ts";
import { archiveOf } from "./archive.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { bundledPackages } from "./bundled-packages.ts";
import { checkExecutable } from "./check-executable.ts";
import { CHECKSUMS_FILE, parseChecksums, writeChecksums } from "./checksums.ts";
import { compile } from "./compile.ts";
import { converse } from "./converse.ts";
import { INSTALLERS, renderInstaller } from "./installers.ts";
import { lockedPackages } from "./locked-packages.ts";
import { packageEntries, sharedFiles } from "./package-files.ts";
import { archiveName, executableName, hostTarget, TARGETS, type Target } from "./targets.ts";

export interface ReleaseOptions {
  readonly output: string;
  readonly targets: readonly Target[];
  /** xz's, 0 to 9. */
  readonly level: number;
  /** Seconds since the epoch, for all that bears a time. */
  readonly madeAt: number;
  /** Packs the executables in `bin/` as they are, for those that were signed elsewhere. */
  readonly packsOnly?: boolean;
  /** A folder with a Bun for each target, `bun-NAME`, for machines that may not fetch them. */
  readonly runtimes?: string | undefined;
  readonly say: (line: string) => void;
}

interface Made {
  readonly target: Target;
  readonly executableSize: number;
  readonly archiveSize: number;
}

/**
 * Makes a release in a folder: an archive for each target, the bill of materials, the installers, the
 * checksums of all of these, and the formula, which is made from the checksums. A target that cannot be made
 * does not keep the others from being made; at the end it throws.
 */
export async function buildAll(options: ReleaseOptions): Promise<void> {
  const { output, targets, madeAt, say } = options;
  const shared = await sharedFiles(madeAt);
  if (options.packsOnly !== true) await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const made: Made[] = [];
  const failures: string[] = [];
  for (const target of targets) {
    try {
      made.push(await makeTarget(target, { ...options, shared }));
    } catch (error) {
      failures.push(`${target.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await writeCompanions(output, madeAt);
  await writeChecksums(output);
  await writeFormula(output, say);
  say(sizes(made));
  if (failures.length > 0) throw new Error(`not made:\n${failures.join("\n")}`);
}

/** Where the executable of a target is kept between being built and being packed. */
export function executablePath(output: string, target: Target): string {
  return join(output, "bin", target.name, executableName(target));
}

async function makeTarget(
  target: Target,
  options: ReleaseOptions & { readonly shared: Awaited<ReturnType<typeof sharedFiles>> },
): Promise<Made> {
  const { output, shared, madeAt, level, say } = options;
  const path = executablePath(output, target);
  if (options.packsOnly !== true)
    await compile(path, { target, runtime: runtimeOf(target, options) });
  const executable = await Bun.file(path).bytes();
  checkExecutable(target, executable);
  if (target.name === hostTarget().name) {
    const { version: said, hit } = await converse(path);
    if (said !== version) throw new Error(`it says that it is ${said}, and not ${version}`);
    say(`${target.name}: a conversation went well (${hit})`);
  }
  const entries = packageEntries(target, { executable, shared });
  const archive = await archiveOf(target, entries, { modifiedAt: madeAt, level });
  await Bun.write(join(output, archiveName(target, version)), archive);
  say(`${target.name}: ${archiveName(target, version)}`);
  return { target, executableSize: executable.length, archiveSize: archive.length };
}

function runtimeOf({ name }: Target, { runtimes }: ReleaseOptions): string | undefined {
  return runtimes === undefined ? undefined : join(runtimes, `bun-${name}`);
}

async function writeCompanions(output: string, madeAt: number): Promise<void> {
  const bundled = await bundledPackages();
  const bill = billOfMaterials({ ...lockedPackages(), bundled, madeAt });
  await Bun.write(
    join(output, `mcpzip-${version}.cdx.json`),
    `${JSON.stringify(bill, undefined, 2)}\n`,
  );
  for (const name of INSTALLERS) await Bun.write(join(output, name), await renderInstaller(name));
}

/** Only a release of all platforms that Homebrew runs on has one. */
async function writeFormula(output: string, say: ReleaseOptions["say"]): Promise<void> {
  const checksums = parseChecksums(await Bun.file(join(output, CHECKSUMS_FILE)).text());
  const hasAll = TARGETS.filter(({ name }) => /^(darwin|linux)-[^-]+$/.test(name)).every((each) =>
    checksums.has(archiveName(each, version)),
  );
  if (!hasAll) return say("no formula: not all of its archives are here");
  await Bun.write(join(output, "homebrew/mcpzip.rb"), renderFormula(checksums, version));
}

function sizes(made: readonly Made[]): string {
  const rows = made.map(({ target, executableSize, archiveSize }) => [
    target.name,
    megabytes(executableSize),
    megabytes(archiveSize),
  ]);
  return table(["TARGET", "EXECUTABLE", "ARCHIVE"], rows).join("\n");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
