import { serverNameFault } from "../../core/tool-name.ts";
import { isRecord } from "../../core/tool.ts";
import type { Client, Fields } from "../clients/client.ts";

/** Where a server was found. */
export interface ServerSource {
  readonly client: Client;
  readonly path: string;
  readonly name: string;
  /** Counts what was found, so that it can be shown in the order of the files. */
  readonly position: number;
  readonly isDisabled: boolean;
  readonly note?: string | undefined;
}

/** A server that mcpzip takes over. */
export interface MergedServer {
  /** Its name in mcpzip's config. */
  readonly name: string;
  readonly entry: Fields;
  /** It was in mcpzip's config before. */
  readonly isPresent: boolean;
  readonly sources: readonly ServerSource[];
  readonly variables: readonly string[];
}

/** Brings servers of several clients under one roof: equal ones once, others under names of their own. */
export class ServerMerger {
  readonly #byIdentity = new Map<string, MergedServer>();
  readonly #names: Set<string>;

  /** `present`: what mcpzip's config holds, by name. */
  constructor(present: Readonly<Record<string, unknown>>) {
    this.#names = new Set(Object.keys(present));
    for (const [name, entry] of Object.entries(present)) {
      if (!isRecord(entry)) continue;
      const server = { name, entry, isPresent: true, sources: [], variables: [] };
      this.#byIdentity.set(identityOf(entry), server);
    }
  }

  take(entry: Fields, from: { source: ServerSource; variables: readonly string[] }): void {
    const identity = identityOf(entry);
    const known = this.#byIdentity.get(identity);
    const { source, variables } = from;
    if (known === undefined) {
      const name = this.#freeName(source);
      this.#names.add(name);
      const server = { name, entry, isPresent: false, sources: [source], variables };
      this.#byIdentity.set(identity, server);
      return;
    }
    this.#byIdentity.set(identity, {
      ...known,
      sources: [...known.sources, source],
      entry: enabledIf([...known.sources, source], known),
      variables: [...new Set([...known.variables, ...variables])],
    });
  }

  /** Those that a client has, in the order in which they were found. */
  servers(): MergedServer[] {
    return [...this.#byIdentity.values()].filter(({ sources }) => sources.length > 0);
  }

  #freeName({ name, client }: ServerSource): string {
    const wished = usableName(name);
    if (!this.#names.has(wished)) return wished;
    const ofClient = usableName(wished.slice(0, 40 - client.id.length - 1) + `-${client.id}`);
    let free = ofClient;
    for (let count = 2; this.#names.has(free); count++) free = `${ofClient.slice(0, 36)}-${count}`;
    return free;
  }
}

/** Who uses a server that another client has switched off must not lose it. */
function enabledIf(sources: readonly ServerSource[], { entry, isPresent }: MergedServer): Fields {
  if (isPresent || sources.every(({ isDisabled }) => isDisabled)) return entry;
  const { disabled: _, ...enabled } = entry;
  return enabled;
}

/** The nearest name that can be part of a tool's name. */
function usableName(name: string): string {
  if (serverNameFault(name) === undefined) return name;
  const plain = name
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/__+/g, "_")
    .slice(0, 40)
    .replace(/^-+|[-_]+$/g, "");
  return plain === "" ? "server" : plain;
}

/** What makes two entries the same server; being switched off and patience do not count. */
function identityOf(entry: Fields): string {
  const { type, disabled: _, call_timeout_seconds: __, ...rest } = entry;
  return JSON.stringify(sorted({ ...rest, ...(type === "sse" && { type }) }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).filter((key) => !isEmpty(value[key]));
  return keys.toSorted().map((key) => [key, sorted(value[key])]);
}

/** `"args": []` says no more than no `args`. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
