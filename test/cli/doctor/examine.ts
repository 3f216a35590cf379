import { expect } from "bun:test";
import { join } from "node:path";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import type { CliHome } from "../cli-home.ts";

const SERVERS = join(import.meta.dir, "../../fixtures/servers");

/** What doctor has to say of a home, read back from its JSON. */
export interface Examination {
  readonly code: number;
  readonly todo: readonly string[];
  readonly findings: readonly Finding[];
  /** All that was printed. */
  readonly text: string;
  of(check: Finding["check"], server?: string): Finding[];
}

/** Runs doctor with these servers; what it prints is JSON and its exit code the one that this says. */
export async function examine(
  home: CliHome,
  mcpServers: Readonly<Record<string, unknown>>,
  options: {
    readonly words?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly settings?: object;
  } = {},
): Promise<Examination> {
  await home.configure(mcpServers, options.settings);
  return examineAgain(home, options);
}

/** The same for a config that is there already, or is not. */
export async function examineAgain(
  home: CliHome,
  options: {
    readonly words?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Examination> {
  const words = ["doctor", ...(options.words ?? []), "--json", "--config", home.configFile];
  const { code, stdout, stderr } = await home.runBare(words, options.env);
  expect(stderr).toBe("");
  const { exit_code, todo, findings } = JSON.parse(stdout);
  expect(exit_code).toBe(code);
  return {
    code,
    todo,
    findings,
    text: stdout,
    of: (check, server) =>
      findings.filter(
        (each: Finding) => each.check === check && (server === undefined || each.server === server),
      ),
  };
}

/** A stdio entry for a fixture server, by its file in test/fixtures/servers or its whole path. */
export function local(file: string, env: Readonly<Record<string, string>> = {}) {
  const path = file.startsWith("/") ? file : join(SERVERS, file);
  return { command: process.execPath, args: [path], env };
}
