import type { Env } from "../config.ts";
import type { JsonPath } from "../problem.ts";

/** The machine whose clients are looked at; a value, so that each platform can be asked about on any. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Env;
}

/** How a client is to start mcpzip. */
export interface ServeCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that the servers behind mcpzip need; for clients that hand on only what they are told to. */
  readonly variables: readonly string[];
}

/** What an entry means to its client, by its own names of the keys. What is unknown is as it was read. */
export interface ForeignServer {
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: unknown;
  readonly cwd?: unknown;
  readonly url?: unknown;
  readonly headers?: unknown;
  /** Undefined: the client finds out which of the two a `url` is. */
  readonly type?: "http" | "sse" | undefined;
  /** In mcpzip's own form. */
  readonly oauth?: unknown;
  readonly isDisabled?: boolean;
  readonly callTimeoutSeconds?: number | undefined;
  /** Variables that its process is given by name. */
  readonly variables?: readonly string[];
  /** Why mcpzip cannot run it; completes the sentence "left where it is: …". */
  readonly obstacle?: string | undefined;
}

/** Turns a text with a client's own variables into one with ours. */
export type Translate = (text: string, context: VariableContext) => Translation;

export interface VariableContext {
  readonly home: string;
  /** The folder of the project that the entry is for. */
  readonly project?: string | undefined;
}

export type Translation = { readonly text: string } | { readonly obstacle: string };

/** A program that people use MCP servers with, and how its files are read and written. */
export interface Client {
  /** For `--client` and for names that clash. */
  readonly id: string;
  readonly title: string;
  readonly format: "json" | "toml";
  /** Started from a shell, and so with the PATH that the person sees. */
  readonly isInTerminal: boolean;
  /** The user's files, absolute. When none is there, mcpzip is registered in the first. */
  files(machine: Machine): readonly string[];
  /** Files that lie in a project's folder: others may share them, so they are read and never written. */
  projectFiles?(folder: string, machine: Machine): readonly string[];
  /** Where the servers stand in a file with this content. */
  tableAt(root: unknown): JsonPath;
  /** Where a project's own servers stand in a file of the user. */
  projectTableAt?(folder: string): JsonPath;
  /** The folders of the projects that such a file knows. */
  projectsIn?(root: unknown): readonly string[];
  readonly translate: Translate;
  /** Undefined: the entry is no server, as one that only switches another off. */
  read(entry: Fields, at: EntryPlace): ForeignServer | undefined;
  /** The entry that starts mcpzip, for a file with this content. */
  mcpzipEntry(serve: ServeCommand, root: unknown): Fields;
  /** Why mcpzip would not be started although it is registered; undefined: it would. */
  registrationFault?(root: unknown): string | undefined;
  /** Which of these variables an mcpzip that is registered so would not be given; undefined: it gets all. */
  variableFault?(own: ForeignServer, variables: readonly string[]): string | undefined;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface EntryPlace {
  readonly name: string;
  /** All that the file holds. */
  readonly root: unknown;
  readonly project?: string | undefined;
}

/** What stands at a path, or nothing. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
