import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { dependencies } from "../../package.json";

const ROOT = join(import.meta.dir, "../..");

/** A package that mcpzip depends on, itself or through another. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Where it is installed, relative to the repository. */
  readonly folder: string;
  /** As npm writes it, "sha512-" and base64. */
  readonly integrity: string;
  /** SPDX; undefined where its package.json says nothing. */
  readonly license: string | undefined;
  /** The folders of those that it depends on. */
  readonly dependsOn: readonly string[];
}

interface LockedMeta {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** `name@version`, a registry (none here), what the package says of itself, its hash. */
type LockEntry = readonly [id: string, source: string, meta: LockedMeta, integrity: string];
type LockEntries = Readonly<Record<string, LockEntry>>;

/** All packages behind `dependencies`, sorted by folder, and the folders of those named there. */
export function lockedPackages(): {
  readonly direct: readonly string[];
  readonly packages: readonly LockedPackage[];
} {
  const entries = readLock();
  const found = new Map<string, LockedPackage>();
  const queue = Object.keys(dependencies).map((name) => locate(entries, { name, from: [] }));
  const direct = queue.map((path) => folderOf(path ?? []));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const folder = folderOf(path);
    if (found.has(folder)) continue;
    const next = requirementsOf(entries, path);
    found.set(folder, describe(entries, { path, dependsOn: next.map(folderOf).toSorted() }));
    queue.push(...next);
  }
  const packages = [...found.values()].toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
  return { direct, packages };
}

function readLock(): LockEntries {
  const lock: unknown = parse(readFileSync(join(ROOT, "bun.lock"), "utf8"), [], {
    allowTrailingComma: true,
  });
  return (lock as { packages: LockEntries }).packages; // as: Bun's own file, version 1
}

/** A package is found as Node finds it: nearest to who asks, then further up. */
function locate(
  entries: LockEntries,
  { name, from }: { readonly name: string; readonly from: readonly string[] },
): string[] | undefined {
  for (let depth = from.length; depth >= 0; depth--) {
    const path = [...from.slice(0, depth), name];
    if (Object.hasOwn(entries, path.join("/"))) return path;
  }
  return undefined;
}

/** Peers and optional ones that are not installed are not there to be listed. */
function requirementsOf(entries: LockEntries, path: readonly string[]): string[][] {
  const [, , meta] = entryAt(entries, path);
  const names = Object.keys({
    ...meta.dependencies,
    ...meta.optionalDependencies,
    ...meta.peerDependencies,
  });
  return names
    .map((name) => locate(entries, { name, from: path }))
    .filter((each) => each !== undefined);
}

function describe(
  entries: LockEntries,
  { path, dependsOn }: { readonly path: readonly string[]; readonly dependsOn: readonly string[] },
): LockedPackage {
  const [id, , , integrity] = entryAt(entries, path);
  const at = id.lastIndexOf("@");
  const folder = folderOf(path);
  const license = licenseIn(folder);
  return {
    name: id.slice(0, at),
    version: id.slice(at + 1),
    folder,
    integrity,
    license,
    dependsOn,
  };
}

function entryAt(entries: LockEntries, path: readonly string[]): LockEntry {
  const entry = entries[path.join("/")];
  if (entry === undefined) throw new Error(`bun.lock has no ${path.join("/")}`);
  return entry;
}

function folderOf(path: readonly string[]): string {
  return path.map((name) => `node_modules/${name}`).join("/");
}

function licenseIn(folder: string): string | undefined {
  try {
    const text = readFileSync(join(ROOT, folder, "package.json"), "utf8");
    const { license } = JSON.parse(text) as { license?: unknown }; // as: looked at below
    return typeof license === "string" ? license : undefined;
  } catch (error) {
    throw new Error(`${folder} is not installed: bun install --frozen-lockfile`, { cause: error });
  }
}
