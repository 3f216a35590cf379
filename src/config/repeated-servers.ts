import type { Report } from "./problem.ts";
import type { Source } from "./source.ts";

/** Warns of servers that are written twice: JSON.parse keeps the last of them and says nothing. */
export async function warnRepeatedServers(
  source: Source,
  { names, report }: { names: readonly string[]; report: Report },
): Promise<void> {
  // A search of the text is cheap and clears nearly every file, so the parser need not be loaded.
  if (!hasSuspect(source.text, names)) return;
  const { findRepeatedServers } = await import("./locate.ts");
  for (const name of findRepeatedServers(source)) {
    report({
      severity: "warning",
      code: "CONFIG_INVALID",
      server: name,
      path: ["mcpServers", name],
      part: "key",
      message: `server "${name}" is written more than once; the last one counts`,
      fix: "rename one of them, or remove it",
    });
  }
}

function hasSuspect(text: string, names: readonly string[]): boolean {
  for (const name of names) {
    const first = text.indexOf(`"${name}"`);
    if (first !== -1 && text.includes(`"${name}"`, first + 1)) return true;
  }
  return false;
}
