import type { DoctorContext } from "./context.ts";
import type { Finding } from "./finding.ts";

/** What apps get that are started from the Dock or the Finder, whatever the shell's files say. */
export const MAC_APP_PATH = "/usr/bin:/bin:/usr/sbin:/sbin";
const MAX_SHOWN = 3;

/** Compares our PATH with that of the user's login shell: hosts with windows may start us with another. */
export async function checkPath({ env, loginPath }: DoctorContext): Promise<Finding[]> {
  if (process.platform === "win32") return [];
  const login = await loginPath();
  if (login === undefined) {
    const message = "the PATH of your login shell could not be read, so it is not compared";
    return [{ check: "path", level: "note", message }];
  }
  const ours = foldersOf(env.PATH ?? "");
  const theirs = foldersOf(login);
  const missing = theirs.filter((each) => !ours.includes(each));
  const extra = ours.filter((each) => !theirs.includes(each));
  const notes: Finding[] = [
    ...(missing.length > 0 ? [note("only on your login shell's PATH, not here", missing)] : []),
    ...(extra.length > 0 ? [note("only on this PATH, not your login shell's", extra)] : []),
  ];
  if (notes.length > 0) return notes;
  const message = `${ours.length} folders, the same as in your login shell`;
  return [{ check: "path", level: "ok", message }];
}

export function foldersOf(path: string): string[] {
  const folders = path.split(":").map((each) => each.replace(/(?<=.)\/+$/, ""));
  return [...new Set(folders)].filter((each) => each !== "");
}

function note(what: string, folders: readonly string[]): Finding {
  const more = folders.length - MAX_SHOWN;
  const shown = folders.slice(0, MAX_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return { check: "path", level: "note", message: `${what}: ${shown}` };
}
