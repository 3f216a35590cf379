import { join } from "node:path";
import { REPOSITORY_URL } from "./repository.ts";

const FOLDER = join(import.meta.dir, "../install");

export const INSTALLERS = ["install.sh", "install.ps1"] as const;

/** An installer with the address of the repository in it, which the files in scripts/install leave open. */
export async function renderInstaller(name: (typeof INSTALLERS)[number]): Promise<string> {
  const text = await Bun.file(join(FOLDER, name)).text();
  if (!text.includes(PLACEHOLDER)) throw new Error(`${name} has no place for ${PLACEHOLDER}`);
  return text.replaceAll(PLACEHOLDER, `${REPOSITORY_URL}/releases`);
}

const PLACEHOLDER = "@RELEASES@";
