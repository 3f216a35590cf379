import { join } from "node:path";
import { completionScript, type Shell } from "../../src/cli/completion/scripts.ts";
import { manPage } from "./man-page.ts";
import type { ArchiveEntry } from "./tar.ts";
import { executableName, packageName, type Target } from "./targets.ts";
import { version } from "../../package.json";

const ROOT = join(import.meta.dir, "../..");

/** By the names under which each shell looks for them. */
const COMPLETIONS: readonly (readonly [file: string, shell: Shell])[] = [
  ["mcpzip.bash", "bash"],
  ["_mcpzip", "zsh"],
  ["mcpzip.fish", "fish"],
  ["mcpzip.ps1", "powershell"],
];

/** What is in every archive beside the executable, by path. `madeAt` is in seconds since the epoch. */
export async function sharedFiles(madeAt: number): Promise<ArchiveEntry[]> {
  const documents = ["LICENSE", "THIRD_PARTY_NOTICES"].map(async (path) => ({
    path,
    content: await readDocument(path),
  }));
  return [
    ...(await Promise.all(documents)),
    { path: "man/mcpzip.1", content: Buffer.from(await manPage(madeAt)) },
    ...COMPLETIONS.map(([file, shell]) => ({
      path: `completions/${file}`,
      content: Buffer.from(completionScript(shell)),
    })),
  ];
}

/** All in one folder, so that unpacking litters nobody's. */
export function packageEntries(
  target: Target,
  { executable, shared }: { executable: Uint8Array; shared: readonly ArchiveEntry[] },
): ArchiveEntry[] {
  const program = { path: executableName(target), content: executable, isExecutable: true };
  const folder = packageName(target, version);
  return [program, ...shared].map((entry) => ({ ...entry, path: `${folder}/${entry.path}` }));
}

async function readDocument(name: string): Promise<Uint8Array> {
  const file = Bun.file(join(ROOT, name));
  if (await file.exists()) return file.bytes();
  throw new Error(`${name} is missing, without which no archive may be given away`);
}
