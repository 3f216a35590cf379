import { McpzipError } from "../core/error.ts";
import { homeOf } from "../platform/paths.ts";
import { VERSION } from "../platform/version.ts";
import { COMMON_ARGS, JSON_ARG } from "./args.ts";
import type { Command } from "./command.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { ExitCode } from "./report-error.ts";
import { bold } from "./style.ts";
import { describeInstaller, installationOf, updateCommand } from "./update/installation.ts";
import { fetchNewestRelease, type Release } from "./update/newest-release.ts";
import { releasesAddress } from "./update/releases.ts";

/** Says whether there is a newer release, and what replaces this copy by it. Changes nothing. */
export const update: Command = {
  name: "update",
  description: "Tell whether there is a newer mcpzip and how to get it; changes nothing",
  args: {
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  exitCodes: [
    [0, "It is known whether there is a newer one"],
    [1, "It is not, and why is said"],
  ],
  run: async (flags, { env, output }): Promise<ExitCode> => {
    const releases = releasesAddress(env);
    const isSource = VERSION.endsWith("-source");
    const installation = installationOf(process.execPath, isSource);
    const { platform } = process;
    const command = updateCommand(installation, { releases, platform, home: homeOf(env) });
    using interrupt = watchInterrupt();
    const asked = fetchNewestRelease(releases, interrupt.signal);
    const newest = await asked.catch((error: unknown) => {
      if (interrupt.signal.aborted) return undefined;
      throw withFix(error, command);
    });
    if (newest === undefined) return interrupt.exitCode;
    const state: UpdateState = {
      version: VERSION,
      latest: newest.version,
      // A source tree has no version of its own to compare.
      is_outdated: isSource ? null : Bun.semver.order(VERSION, newest.version) < 0,
      installed: installation,
      command: command ?? null,
      changes: newest.page,
    };
    output.print(flags.json === true ? JSON.stringify(state, undefined, 2) : describe(state));
    return 0;
  },
};

/** What `--json` prints. */
interface UpdateState {
  readonly version: string;
  readonly latest: Release["version"];
  readonly is_outdated: boolean | null;
  readonly installed: ReturnType<typeof installationOf>;
  readonly command: string | null;
  readonly changes: Release["page"];
}

function describe(state: UpdateState): string {
  const { installed, command, changes } = state;
  const copy = ["this copy", `${installed.path}, installed ${describeInstaller(installed.by)}`];
  const how = ["update", command ?? "with what installed it"];
  const rows = state.is_outdated === false ? [copy] : [copy, how, ["changes", changes]];
  // A command is for copying, so it is not wrapped.
  const width = Math.max(...rows.map(([term = ""]) => term.length));
  const lines = rows.map(([term = "", text = ""]) => `  ${term.padEnd(width)}  ${text}`);
  return [bold(headline(state)), ...lines].join("\n");
}

function headline({ version, latest, is_outdated: isOutdated }: UpdateState): string {
  if (isOutdated === null) return `the newest release is mcpzip ${latest}; this runs from source`;
  if (isOutdated) return `mcpzip ${latest} is out; this is ${version}`;
  if (version === latest) return `mcpzip ${version} is the newest release`;
  return `this is mcpzip ${version}, which is newer than the newest release, ${latest}`;
}

/** That the releases cannot be asked from here does not keep one from installing the newest, if there is one. */
function withFix(thrown: unknown, command: string | undefined): unknown {
  if (!(thrown instanceof McpzipError) || thrown.fix !== undefined) return thrown;
  if (command === undefined) return thrown;
  const { code, message, why, cause } = thrown;
  return new McpzipError(code, message, {
    why,
    cause,
    fix: `try again later; this installs the newest in any case: ${command}`,
  });
}
