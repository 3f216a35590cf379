import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, REPOSITORY } from "../e2e/binary.ts";

/** One way to run one release of the official conformance suite. */
export interface ScenarioSet {
  readonly title: string;
  /** The name under which the release is installed. */
  readonly release: "conformance-stable" | "conformance-next";
  /** The revision on the wire; the suite's own choice without one. */
  readonly wire?: string;
  /** Runs scenarios on that wire that are meant for another. */
  readonly isForced?: boolean;
  readonly only?: RegExp;
  /** How many scenarios there are. */
  readonly size: number;
  /** Scenarios that fail, and why that is so. */
  readonly expectedFailures: Readonly<Record<string, string>>;
}

export interface ListedScenario {
  readonly name: string;
  readonly isExtension: boolean;
}

export interface Verdict {
  readonly hasPassed: boolean;
  /** What the suite wrote. */
  readonly report: string;
}

/** The suite kills the shell that it started, not what runs in it. */
const DEADLINE_MS = 40_000;

/** The suite's scenarios for clients that belong to a set. */
export function listScenarios(set: ScenarioSet): ListedScenario[] {
  const { stdout } = Bun.spawnSync({ cmd: [...suite(set), "list", "--client"] });
  const lines = stdout.toString().matchAll(/^ +- (\S+) \[([^\]]*)\]$/gm);
  return [...lines]
    .map(([, name = "", versions = ""]) => ({ name, versions: versions.split(",") }))
    .filter(({ name, versions }) => belongs(set, name, versions))
    .map(({ name, versions }) => ({ name, isExtension: versions.includes("extension") }));
}

/** Runs one scenario against the compiled binary. */
export async function runScenario(set: ScenarioSet, scenario: ListedScenario): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "mcpzip-suite-"));
  const run = Bun.spawn({
    cmd: [...suite(set), "client", ...argsFor(set, scenario), "-o", folder],
    cwd: folder,
    env: { ...process.env, MCPZIP_BINARY: BINARY },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const timer = setTimeout(() => killGroup(run.pid), DEADLINE_MS);
  try {
    const [out, err, exitCode] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    return { hasPassed: exitCode === 0, report: `${out}\n${err}` };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

function argsFor({ wire, isForced }: ScenarioSet, { name, isExtension }: ListedScenario): string[] {
  const command = `${process.execPath} ${import.meta.dir}/client.ts`;
  const isChosen = wire !== undefined && !isExtension;
  return [
    "--command",
    command,
    "--scenario",
    name,
    ...(isChosen ? ["--spec-version", wire] : []),
    ...(isChosen && isForced === true ? ["--force"] : []),
  ];
}

function belongs(
  { wire, isForced, only }: ScenarioSet,
  name: string,
  versions: readonly string[],
): boolean {
  if (only !== undefined && !only.test(name)) return false;
  if (wire === undefined || isForced === true) return true;
  return versions.includes(wire) || versions.includes("extension");
}

function suite({ release }: ScenarioSet): string[] {
  return [process.execPath, join(REPOSITORY, "node_modules", release, "dist/index.js")];
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
