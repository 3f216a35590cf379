import { Catalog } from "../../catalog/catalog.ts";
import { CatalogStore } from "../../catalog/store.ts";
import { checkEntry } from "../../config/check-entry.ts";
import type { ServerConfig } from "../../config/config.ts";
import { editConfigFile } from "../../config/edit.ts";
import { findWrittenSecrets } from "../../config/written-secrets.ts";
import { McpzipError } from "../../core/error.ts";
import type { ServerListing } from "../../core/tool.ts";
import { createLog } from "../../platform/log.ts";
import { watchInterrupt } from "../interrupt.ts";
import { hasColour } from "../output.ts";
import { formatError } from "../report-error.ts";
import { type AskedServer, askServer } from "./ask-server.ts";
import { Cancelled } from "./prompts.ts";
import { runLogin } from "./run-login.ts";
import { withSpinner } from "./spinner.ts";
import { type Trial, tryServer } from "./try-server.ts";
import type { PresentConfig, WizardContext } from "./wizard.ts";

/** Asks for servers until there are enough; gives the names of all that the config file has then. */
export async function addServers(
  wizard: WizardContext,
  present: PresentConfig,
): Promise<ReadonlySet<string>> {
  const { prompts, say, paths } = wizard;
  const names = new Set(present.names);
  if (names.size > 0) say.info(`${paths.configFile} has ${[...names].join(", ")}.`);
  for (;;) {
    const kind = await prompts.select(names.size === 0 ? "Add a server?" : "Add another server?", [
      { value: "program", label: "A program on this machine", hint: "npx, uvx, docker, …" },
      { value: "remote", label: "A server on the network", hint: "an https:// address" },
      { value: "none", label: names.size === 0 ? "Not now" : "That is all" },
    ]);
    if (kind === "none") return names;
    const asked = await askServer(kind, { prompts, taken: names, env: wizard.env });
    if (await addServer(asked, wizard, present)) names.add(asked.name);
  }
}

/** Tries it, and writes it unless it fails and is given up. Says whether it is written. */
async function addServer(
  asked: AskedServer,
  wizard: WizardContext,
  present: PresentConfig,
): Promise<boolean> {
  const { say, prompts, paths } = wizard;
  const server = checked(asked, wizard);
  if (server === undefined) return false;
  const trial = server === "untried" ? undefined : await tryNow(server, wizard, present);
  if (trial?.kind === "fails") {
    say.error(formatError(trial.error));
    if (!(await prompts.confirm("Add it all the same?", { isYes: false }))) return false;
  }
  const { name, entry } = asked;
  await editConfigFile(paths.configFile, [{ path: ["mcpServers", name], value: entry }], {
    lockFile: paths.editLockFile,
  });
  if (server === "untried") return true;
  if (trial?.kind === "works") welcome(server, trial.listing, wizard);
  if (trial?.kind === "needs-sign-in") await offerSignIn(server, wizard, present);
  return true;
}

/** `untried`: one of its variables is not set here. Undefined: it cannot be used, which has been said. */
function checked(
  { name, entry }: AskedServer,
  { env, say }: WizardContext,
): ServerConfig | "untried" | undefined {
  try {
    const { server, warnings } = checkEntry(name, entry, env);
    for (const warning of warnings) say.warn(warning);
    for (const { place, variable } of findWrittenSecrets(name, entry))
      say.warn(
        `${place} looks like a secret; \${${variable}} in its place keeps it out of the file`,
      );
    return server ?? "untried";
  } catch (error) {
    if (!(error instanceof McpzipError)) throw error;
    say.error(formatError(error));
    return undefined;
  }
}

async function tryNow(
  server: ServerConfig,
  { env, output, paths }: WizardContext,
  { tokenStorage }: PresentConfig,
): Promise<Trial> {
  using interrupt = watchInterrupt();
  const { signal } = interrupt;
  const { authFolder } = paths;
  try {
    return await withSpinner(
      `Trying ${server.name}`,
      () => tryServer(server, { env, authFolder, tokenStorage, signal }),
      { output, isAnimated: hasColour(1, env) },
    );
  } catch (error) {
    if (signal.aborted) throw new Cancelled();
    throw error;
  }
}

/** It is in the config file by now, where the sign-in looks for it. */
async function offerSignIn(
  server: ServerConfig,
  wizard: WizardContext,
  present: PresentConfig,
): Promise<void> {
  const { prompts, say } = wizard;
  const { name } = server;
  const later = `${name} needs you to sign in: mcpzip login ${name}`;
  const isWanted = await prompts.confirm(`${name} needs you to sign in. Now?`);
  if (!isWanted || !(await runLogin(name, wizard))) {
    say.warn(later);
    return;
  }
  const trial = await tryNow(server, wizard, present);
  if (trial.kind === "works") welcome(server, trial.listing, wizard);
  else say.warn(trial.kind === "fails" ? formatError(trial.error) : later);
}

/** What was just listed need not be asked for again when the first host comes. */
function welcome(
  server: ServerConfig,
  listing: ServerListing,
  { paths, say }: WizardContext,
): void {
  const count = listing.tools.length;
  say.success(`${server.name}: works, ${count} tool${count === 1 ? "" : "s"}`);
  const store = new CatalogStore(
    paths.catalogFile,
    createLog("error", () => {}),
  );
  try {
    const servers = new Map([[server.name, server]]);
    new Catalog(store, { servers, ttlMs: 0, now: Date.now }).replace(server, listing);
  } finally {
    store.close();
  }
}
