import type { Report } from "./problem.ts";
import type { Source } from "./source.ts";

/** Warns of servers that are written twice: JSON.parse keeps the last of them and says nothing. */
export async function warnRepeatedServers(
  source: Source,
  { names, report }: { names: readonly string[]; report: Report },
): Promise<void> {
  // A search of the text is cheap and clears nearly every file, so the parser need not be loaded.
  if (!names.some((name) => occursTwice(source.text, JSON.stringify(name)))) return;
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

function occursTwice(text: string, part: string): boolean {
  const first = text.indexOf(part);
  return first !== -1 && text.includes(part, first + 1);
}
