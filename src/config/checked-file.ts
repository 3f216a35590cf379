import type * as z from "zod/mini";
import type { oauthSchema } from "./oauth-schema.ts";
import type { httpSchema, settingsSchema, sseSchema, stdioSchema } from "./schema.ts";

/** A config file whose keys have been checked, with its variables still in it. */
export interface CheckedFile {
  readonly settings: Settings;
  /** The servers that can be used as they are written. */
  readonly entries: ReadonlyMap<string, ServerEntry>;
}

export type Settings = z.output<typeof settingsSchema>;

/** One entry of `mcpServers` with its type settled. */
export type ServerEntry =
  | { readonly type: "stdio"; readonly fields: StdioEntry }
  | { readonly type: "http" | "sse"; readonly fields: RemoteEntry };

export type StdioEntry = z.output<typeof stdioSchema>;
export type RemoteEntry = z.output<typeof httpSchema> | z.output<typeof sseSchema>;
export type OAuthEntry = z.output<typeof oauthSchema>;
export type ServerType = ServerEntry["type"];

/** What people write as `type`; two more names of Streamable HTTP are in use. */
export const SERVER_TYPES: ReadonlyMap<unknown, ServerType> = new Map([
  ["stdio", "stdio"],
  ["http", "http"],
  ["sse", "sse"],
  ["streamable-http", "http"],
  ["streamableHttp", "http"],
]);
