import * as z from "zod/mini";
import { isRecord } from "../core/tool.ts";
import { embeddingsSchema } from "./embeddings-schema.ts";
import { DEFAULTS, MAX_SEARCH_LIMIT, MAX_TIMER_MINUTES, MAX_TIMER_SECONDS } from "./limits.ts";
import { oauthSchema } from "./oauth-schema.ts";
import {
  anyString,
  describe,
  filledString,
  optional,
  strings,
  wholeNumber,
} from "./schema-parts.ts";

const stringMap = z.record(z.string(), anyString, "must be an object of strings");
const boolean = z.boolean("must be true or false");

const everyServer = {
  disabled: optional(boolean, "Keeps the entry and never starts the server."),
  call_timeout_seconds: optional(
    seconds(),
    "Gives up on a tool call after this long; the global setting otherwise.",
  ),
  protocol: optional(
    z.enum(["auto", "legacy"], 'must be "auto" or "legacy"'),
    "Which era of MCP to speak. Reserved: not used yet.",
  ),
};

const everyRemoteServer = {
  url: describe(filledString, "The server's MCP endpoint, http or https."),
  headers: optional(stringMap, "Sent with every request; with any of them, OAuth is off."),
  oauth: optional(
    z.union([z.boolean(), oauthSchema], "must be true, false or an object"),
    "How to sign in; false: never. Without it, all of it is discovered.",
  ),
  ...everyServer,
};

/** A server that mcpzip starts as a child process. */
export const stdioSchema = z.object({
  type: z.optional(z.literal("stdio")),
  command: describe(filledString, "The program to start."),
  args: optional(strings, "Its arguments."),
  env: optional(stringMap, "Added to the environment of mcpzip."),
  cwd: optional(filledString, "The folder it starts in."),
  ...everyServer,
});

/** A server on the network that speaks Streamable HTTP. */
export const httpSchema = z.object({
  type: z.optional(z.enum(["http", "streamable-http", "streamableHttp"])),
  ...everyRemoteServer,
});

/** A server on the network that still speaks the HTTP+SSE of 2024-11-05. */
export const sseSchema = z.object({ type: z.literal("sse"), ...everyRemoteServer });

export const searchSchema = z.object(
  {
    model: optional(filledString, "The Gemini model that ranks the hits; needs a key for Gemini."),
    base_url: optional(filledString, "The address of the Gemini API, for a gateway before it."),
    embeddings: optional(embeddingsSchema, "A model whose vectors find tools by meaning."),
    default_limit: describe(
      z.prefault(wholeNumber(1, MAX_SEARCH_LIMIT), DEFAULTS.searchLimit),
      "How many tools a search returns when the model does not say.",
    ),
  },
  "must be an object",
);

/** The file's own settings; the entries of `mcpServers` are checked one by one, so that one may fail. */
export const settingsSchema = z.object(
  {
    $schema: z.optional(anyString),
    mcpServers: z.custom<Readonly<Record<string, unknown>>>(
      isRecord,
      "must be an object of servers by name",
    ),
    gemini_api_key: optional(filledString, "GEMINI_API_KEY in the environment wins over it."),
    search: z.prefault(searchSchema, {}),
    idle_timeout_minutes: describe(
      z.prefault(minutes(), DEFAULTS.idleTimeoutMinutes),
      "Stops a server that has not been called for this long.",
    ),
    call_timeout_seconds: describe(
      z.prefault(seconds(), DEFAULTS.callTimeoutSeconds),
      "Gives up on a tool call after this long.",
    ),
    catalog_ttl_minutes: describe(
      z.prefault(minutesFromZero(), DEFAULTS.catalogTtlMinutes),
      "Asks a server for its tools again after this long; 0: at every start.",
    ),
    token_storage: describe(
      z.prefault(
        z.enum(["file", "keychain"], 'must be "file" or "keychain"'),
        DEFAULTS.tokenStorage,
      ),
      "Where the tokens of remote servers are kept.",
    ),
    stats: describe(
      z.prefault(boolean, DEFAULTS.stats),
      "Counts calls by name, outcome and duration, in a file on this machine, for `mcpzip stats`.",
    ),
  },
  "must be an object",
);

/** As `serverNameFault` of core/tool-name has it, for editors; a test compares. */
const serverName = z.string().check(z.regex(/^(?!.*__)[A-Za-z0-9_-]{0,39}[A-Za-z0-9-]$/));

/** The schema of the whole file, for the JSON Schema that editors read. */
export function createFileSchema() {
  const server = z.union([stdioSchema, httpSchema, sseSchema]);
  return z.extend(settingsSchema, {
    mcpServers: describe(z.record(serverName, server), "Your MCP servers, by name."),
  });
}

function seconds() {
  return timer("must be a number of seconds above 0", MAX_TIMER_SECONDS);
}

function minutes() {
  return timer("must be a number of minutes above 0", MAX_TIMER_MINUTES);
}

function timer(error: string, max: number) {
  return z.number(error).check(z.gt(0, error), z.lte(max, `must be at most ${max}`));
}

function minutesFromZero() {
  const error = "must be a number of minutes, 0 or more";
  return z.number(error).check(z.gte(0, error));
}
