import { type CatalogTool, isRecord, parseTool, type Tool } from "../../core/tool.ts";
import { estimateToolTokens } from "../../core/token-estimate.ts";
import { counted } from "./counted.ts";
import type { Finding, Level } from "./finding.ts";

/** What the APIs of the models' vendors accept in the name of a tool. */
const MAX_NAME_LENGTH = 64;
const ACCEPTED_NAME = /^[A-Za-z0-9_-]+$/;
const ROOT_UNIONS = ["anyOf", "oneOf", "allOf"] as const;
const MAX_SHOWN = 3;

interface Rule {
  readonly level: Level;
  /** After the number of tools: "3 tools …". */
  readonly what: string;
  readonly why: string;
  readonly has: (tool: Tool, qualifiedName: string) => boolean;
}

/** mcpzip passes these tools on all the same; clients that list them themselves may refuse a request. */
const RULES: readonly Rule[] = [
  {
    level: "note",
    what: `with a name of more than ${MAX_NAME_LENGTH} characters, the server's included`,
    why: "a client that lists tools itself may refuse them; behind mcpzip they work",
    has: (_tool, qualifiedName) => qualifiedName.length > MAX_NAME_LENGTH,
  },
  {
    level: "note",
    what: "with characters in the name that many clients refuse",
    why: "letters, digits, _ and - are accepted everywhere; behind mcpzip these work",
    has: ({ name }) => !ACCEPTED_NAME.test(name),
  },
  {
    level: "note",
    what: "with anyOf, oneOf or allOf at the root of the schema",
    why: "several models' APIs refuse that; behind mcpzip they work, but search shows no parameters",
    has: ({ inputSchema }) =>
      isRecord(inputSchema) && ROOT_UNIONS.some((keyword) => keyword in inputSchema),
  },
  {
    level: "warn",
    what: 'without "type": "object" at the root of the schema',
    why: "MCP asks for it; a call's arguments cannot be checked",
    has: ({ inputSchema }) => !isRecord(inputSchema) || inputSchema.type !== "object",
  },
  {
    level: "note",
    what: "without a description",
    why: "search finds them by their name only",
    has: ({ description = "" }) => description.trim() === "",
  },
];

/** Counts a server's tools, estimates what they cost, and lints their names and schemas. */
export function checkTools(server: string, tools: readonly CatalogTool[]): Finding[] {
  if (tools.length === 0)
    return [{ check: "tools", level: "warn", server, message: "it has no tools" }];
  const parsed = tools.map((each) => ({ tool: parseTool(each), name: each.qualifiedName }));
  const tokens = parsed.reduce((sum, { tool }) => sum + estimateToolTokens(tool), 0);
  const count = counted(tools.length, "tool");
  const message = `${count}, about ${tokens.toLocaleString("en")} tokens (estimate)`;
  return [
    { check: "tools", level: "ok", server, message, facts: { tools: tools.length, tokens } },
    ...RULES.flatMap(({ level, what, why, has }) => {
      const broken = parsed.filter(({ tool, name }) => has(tool, name));
      return lint(
        broken.map(({ tool }) => tool.name),
        { server, level, what, why },
      );
    }),
    ...collisions(server, parsed),
  ];
}

/** Names that a client makes equal when it replaces what it does not accept. */
function collisions(server: string, parsed: readonly { readonly tool: Tool }[]): Finding[] {
  const byFolded = Map.groupBy(parsed, ({ tool }) =>
    tool.name.toLowerCase().replace(/[^a-z0-9]+/g, "_"),
  );
  const same = [...byFolded.values()].filter((group) => group.length > 1).flat();
  const what = "whose names differ only in case or punctuation";
  const why = "models mix them up, and clients that replace characters make them one";
  return lint(
    same.map(({ tool }) => tool.name),
    { server, level: "note", what, why },
  );
}

function lint(
  names: readonly string[],
  { server, level, what, why }: Pick<Rule, "level" | "what" | "why"> & { readonly server: string },
): Finding[] {
  if (names.length === 0) return [];
  const more = names.length > MAX_SHOWN ? ", …" : "";
  const shown = names.slice(0, MAX_SHOWN).join(", ") + more;
  const count = counted(names.length, "tool");
  return [{ check: "tools", level, server, message: `${count} ${what}: ${shown}`, why }];
}
