import { oneLine } from "../core/one-line.ts";
import { printable, printableJson } from "../core/printable.ts";
import { signatureOf } from "../core/signature.ts";
import { isRecord, parseTool, type CatalogTool, type Tool } from "../core/tool.ts";
import { findTool } from "../proxy/find-tool.ts";
import { toolJson } from "../proxy/describe-tool.ts";
import { COMMON_ARGS, JSON_ARG, listOf } from "./args.ts";
import { definitionList, wrap } from "./columns.ts";
import type { Command } from "./command.ts";
import { withServices } from "./open-services.ts";
import { reportError, type ExitCode } from "./report-error.ts";
import { inShellWords } from "./shell-words.ts";
import { bold, dim } from "./style.ts";

const PATIENCE_MS = 30_000;
const WIDTH = 88;

/** Shows what tools do, which arguments they take, and what they answer with. */
export const describe: Command = {
  name: "describe",
  description: "Show what tools do, which arguments they take and what they answer with",
  args: {
    tool: { type: "positional", isVariadic: true, description: "Names, server__tool" },
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  examples: [
    ["describe github__create_issue", "For a person"],
    ["describe github__create_issue --json", "With its schemas, as the server wrote them"],
  ],
  run: (flags, context): Promise<ExitCode> =>
    withServices({ flags, context }, async ({ services, signal }) => {
      const { output } = context;
      const names = [...new Set(listOf(flags, "tool"))];
      const found: CatalogTool[] = [];
      let exitCode: ExitCode = 0;
      for (const name of names) {
        try {
          found.push(await findTool(name, { services, timeoutMs: PATIENCE_MS }));
        } catch (error) {
          // Ctrl-C ends the wait, too, and then nobody knows what there is.
          signal.throwIfAborted();
          exitCode = reportError(inShellWords(error, name), output);
        }
      }
      if (flags.json === true) output.print(`[${printableJson(found.map(toolJson).join(",\n"))}]`);
      else if (found.length > 0) output.print(found.map(describeOne).join("\n\n"));
      return exitCode;
    }),
};

function describeOne(entry: CatalogTool): string {
  const tool = parseTool(entry);
  const { inputSchema, outputSchema } = tool;
  const title = tool.title === undefined ? "" : `  ${oneLine(tool.title)}`;
  const answer = signatureOf(outputSchema);
  const parameters = parameterRows(inputSchema);
  return [
    bold(entry.qualifiedName) + title,
    ...hintLines(tool),
    ...indented(tool.description ?? ""),
    "",
    bold("Arguments") + dim(parameters.length === 0 ? "  none" : "  * = required"),
    ...definitionList(parameters),
    ...(answer === "" ? [] : ["", bold("Answers with"), ...indented(answer)]),
    "",
    `mcpzip call ${callWords(entry.qualifiedName, inputSchema)}`,
  ].join("\n");
}

/** What the server says of the effects; only a hint, as the protocol has it. */
function hintLines({ annotations = {} }: Tool): string[] {
  const { readOnlyHint: isReadOnly, destructiveHint: isDestructive } = annotations;
  if (isReadOnly === true) return [dim("  reads only, says the server")];
  return isDestructive === true ? [dim("  may destroy something, says the server")] : [];
}

function indented(text: string): string[] {
  const lines = printable(text).trim().split("\n");
  return lines.flatMap((line) => wrap(line, WIDTH)).map((line) => `  ${line}`.trimEnd());
}

function parameterRows(schema: unknown): [string, string][] {
  const { properties, required } = isRecord(schema) ? schema : {};
  if (!isRecord(properties)) return [];
  const names = new Set<unknown>(Array.isArray(required) ? required : []);
  const all = Object.entries(properties);
  return all
    .toSorted(([a], [b]) => Number(names.has(b)) - Number(names.has(a)))
    .map(([name, property]) => {
      const type = signatureOf({ properties: { x: property } }).slice("x:".length);
      const { description } = isRecord(property) ? property : {};
      const meaning = typeof description === "string" ? `, ${oneLine(description).trim()}` : "";
      return [oneLine(name) + (names.has(name) ? "*" : ""), type + meaning];
    });
}

/** With the arguments that it needs, for somebody to fill in. */
function callWords(name: string, schema: unknown): string {
  const required = isRecord(schema) && Array.isArray(schema.required) ? schema.required : [];
  const names = required.filter((each) => typeof each === "string");
  return [name, ...names.map((each) => `${oneLine(each)}=…`)].join(" ");
}
