import { posix, win32 } from "node:path";
import { isRecord } from "../../core/tool.ts";
import { checkServer } from "../check-server.ts";
import type { Problem } from "../problem.ts";
import { usedVariables } from "../used-variables.ts";
import type { Fields, ForeignServer, Translate, VariableContext } from "./client.ts";
import { readMcpRemote } from "./mcp-remote-entry.ts";

/** A server of a client: in mcpzip's own form, or why it stays where it is. */
export type ServerReading =
  | {
      readonly kind: "server";
      readonly entry: Fields;
      /** Variables that it takes from the environment of mcpzip. */
      readonly variables: readonly string[];
      /** What is different from now on. */
      readonly note?: string | undefined;
    }
  | { readonly kind: "left"; readonly why: string };

interface Options {
  readonly translate: Translate;
  readonly context: VariableContext;
}

/** Puts a foreign server into the form of mcpzip's config, and makes sure that mcpzip would accept it. */
export function readServer(foreign: ForeignServer, options: Options): ServerReading {
  if (foreign.obstacle !== undefined) return { kind: "left", why: foreign.obstacle };
  const translator = new Translator(options);
  const remote = readMcpRemote(foreign, (text) => String(translator.text(text)));
  const written = remote.kind === "remote" ? remote.server : foreign;
  const entry = {
    ...(isRemote(written)
      ? remoteFields(written, translator)
      : { ...stdioFields(written, translator), ...projectFolder(written, options.context) }),
    ...(remote.kind === "remote" && isFilled(remote.headers) && { headers: remote.headers }),
    ...(foreign.callTimeoutSeconds !== undefined && {
      call_timeout_seconds: foreign.callTimeoutSeconds,
    }),
    ...(foreign.isDisabled === true && { disabled: true }),
  };
  const why = translator.obstacle ?? conflictOf(entry) ?? faultOf(entry);
  if (why !== undefined) return { kind: "left", why };
  const variables = new Set([...usedVariables(entry), ...(foreign.variables ?? [])]);
  return { kind: "server", entry, variables: [...variables], note: remote.note };
}

/** With both, the entry's type says which of them counts. */
function isRemote({ command, url, type }: ForeignServer): boolean {
  return command === undefined || (url !== undefined && type !== undefined);
}

function stdioFields(
  { command, args, env, cwd }: ForeignServer,
  translator: Translator,
): Record<string, unknown> {
  const isEmptyList = Array.isArray(args) && args.length === 0;
  return {
    command: typeof command === "string" ? translator.text(command) : command,
    ...(args !== undefined && !isEmptyList && { args: translator.list(args) }),
    ...(isFilled(env) && { env: translator.map(env) }),
    ...(cwd !== undefined && cwd !== "" && { cwd: translator.text(cwd) }),
  };
}

/** A project's servers start in its folder, wherever mcpzip is started. */
function projectFolder({ cwd }: ForeignServer, { project }: VariableContext): Fields {
  if (project === undefined) return {};
  const { isAbsolute, join } = /^[A-Za-z]:[\\/]/.test(project) ? win32 : posix;
  if (typeof cwd !== "string" || cwd === "") return { cwd: project };
  return isAbsolute(cwd) || cwd.startsWith("$") ? {} : { cwd: join(project, cwd) };
}

function remoteFields(
  { url, headers, type, oauth }: ForeignServer,
  translator: Translator,
): Record<string, unknown> {
  return {
    ...((type ?? typeOf(url)) === "sse" && { type: "sse" }),
    ...(url !== undefined && { url: translator.text(url) }),
    ...(isFilled(headers) && { headers: translator.map(headers) }),
    ...(oauth !== undefined && { oauth: translator.deep(oauth) }),
  };
}

/** Clients that are not told try one after the other; servers of the older kind all but always end so. */
function typeOf(url: unknown): "http" | "sse" {
  const path = typeof url === "string" ? url.split(/[?#]/, 1)[0] : "";
  return path?.endsWith("/sse") === true ? "sse" : "http";
}

/** With headers of its own a server is not signed in to; an editor may do both. */
function conflictOf({ headers, oauth }: Fields): string | undefined {
  if (!isFilled(headers) || oauth === undefined || oauth === false) return undefined;
  return "mcpzip sends headers or signs in, and this server has both";
}

function faultOf(entry: Fields): string | undefined {
  if (typeof entry.url === "string" && !/^(?:https?:\/\/|\$\{)/i.test(entry.url))
    return "its url is not an http address";
  let fault: Problem | undefined;
  checkServer("it", {
    raw: entry,
    report: (problem) => {
      if (problem.severity === "fault") fault ??= problem;
    },
  });
  return fault?.message.replace('server "it": ', "");
}

function isFilled(value: unknown): boolean {
  return value !== undefined && !(isRecord(value) && Object.keys(value).length === 0);
}

/** Translates texts, and remembers the first thing that cannot be said in mcpzip's form. */
class Translator {
  obstacle: string | undefined;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Numbers and booleans are taken as the text that clients make of them. */
  text(value: unknown): unknown {
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string") return value;
    const translation = this.#options.translate(value, this.#options.context);
    if ("text" in translation) return translation.text;
    this.obstacle ??= translation.obstacle;
    return value;
  }

  list(value: unknown): unknown {
    return Array.isArray(value) ? value.map((each) => this.text(each)) : value;
  }

  map(value: unknown): unknown {
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.text(each)]));
  }

  deep(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((each) => this.deep(each));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.deep(each)]));
  }
}
