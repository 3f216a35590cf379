import { type Node, parseTree } from "jsonc-parser";
import type { Finding } from "./config-error.ts";
import type { Problem } from "./problem.ts";
import { createDiagnostic, type Source } from "./source.ts";

/** Finds the line of each problem, in the same order. The text must be one that has been parsed. */
export function locate(source: Source, problems: readonly Problem[]): Finding[] {
  const root = parseTree(source.text, [], { allowTrailingComma: true });
  return problems.map((problem) => {
    const offset = root === undefined ? 0 : findNode(root, problem).offset;
    return { problem, at: createDiagnostic(source, { ...problem, offset }) };
  });
}

/** The servers that are written more than once; JSON keeps the last and says nothing. */
export function findRepeatedServers({ text }: Source): string[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const servers = root && propertyOf(root, "mcpServers")?.value;
  const names = servers?.children?.map((property) => String(property.children?.[0]?.value)) ?? [];
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

interface Property {
  readonly key: Node;
  readonly value: Node;
}

/** The key or value at a path; for one that is not there, the key of the last that is. */
function findNode(root: Node, { path, part }: Pick<Problem, "path" | "part">): Node {
  let found: Property = { key: root, value: root };
  for (const step of path) {
    const next = propertyOf(found.value, step);
    if (next === undefined) return found.key;
    found = next;
  }
  return found[part];
}

function propertyOf({ children = [] }: Node, step: string | number): Property | undefined {
  if (typeof step === "number") {
    const item = children[step];
    return item && { key: item, value: item };
  }
  // Of equal keys the last one counts, as in JSON.parse.
  const property = children.findLast((child) => child.children?.[0]?.value === step);
  const [key, value] = property?.children ?? [];
  return key && value && { key, value };
}
