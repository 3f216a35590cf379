import { McpzipError } from "../core/error.ts";
import { nearestNames } from "../core/nearest.ts";
import { oneLine } from "../core/one-line.ts";
import { printableJson } from "../core/printable.ts";
import { splitQualifiedName } from "../core/tool-name.ts";
import { isRecord } from "../core/tool.ts";
import type { UpstreamSession } from "../upstream/session.ts";
import { COMMON_ARGS, JSON_ARG, listOf, textOf } from "./args.ts";
import { askServer, collectAnswers, type Answer, type Asking } from "./ask-server.ts";
import { checkOutput } from "./call/output-place.ts";
import { partOfBlock } from "./call/result-parts.ts";
import { writeParts, type WriteOptions } from "./call/write-parts.ts";
import { definitionList } from "./columns.ts";
import type { Command } from "./command.ts";
import { counted } from "./doctor/counted.ts";
import { listPages } from "./list-pages.ts";
import { failureLines, listingJson, oneLineOf, wordOf } from "./listing.ts";
import { withServices } from "./open-services.ts";
import { readSeconds } from "./read-number.ts";
import type { ExitCode } from "./report-error.ts";
import { bold, dim } from "./style.ts";

const TIMEOUT_SECONDS = 30;

interface Prompts {
  readonly prompts: readonly Record<string, unknown>[];
}

/** Lists the prompts of all servers or of one, or gets one. */
export const prompts: Command = {
  name: "prompts",
  description: "List the prompts of all servers or of one, or get one by its name",
  usage: ["prompts [SERVER] [flags]", "prompts SERVER__NAME [KEY=VALUE…] [flags]"],
  args: {
    what: {
      type: "positional",
      valueHint: "server|name",
      required: false,
      description: "A server to list, or a prompt, server__name",
    },
    arguments: {
      type: "positional",
      valueHint: "key=value",
      required: false,
      isVariadic: true,
      description: "The prompt's arguments",
    },
    output: {
      type: "string",
      valueHint: "path",
      description: "Save what is no text in this file or folder; text where it is all",
    },
    timeout: { type: "string", valueHint: "seconds", description: "For each server; 30 otherwise" },
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  examples: [
    ["prompts", "Of all servers"],
    ["prompts github__review owner=ada pr=7", "Gets one"],
  ],
  run: async (flags, context): Promise<ExitCode> => {
    const place = await checkOutput(textOf(flags, "output"));
    const timeoutMs = (readSeconds(flags.timeout, "prompts") ?? TIMEOUT_SECONDS) * 1000;
    const given = readWords(listOf(flags, "arguments"));
    const what = textOf(flags, "what");
    const { output } = context;
    const isJson = flags.json === true;
    return withServices({ flags, context }, async (opened) => {
      const asking = { ...opened, timeoutMs };
      const name = what === undefined ? undefined : splitQualifiedName(what);
      if (name === undefined) {
        const answers = await list(what, asking, isJson ? undefined : output.print);
        if (isJson) output.print(listingJson(answers));
        return answers.some(({ error }) => error !== undefined) ? 1 : 0;
      }
      const { server, tool: prompt } = name;
      const task = (session: UpstreamSession) => get(session, { server, prompt, given, asking });
      const result = await askServer(server, task, asking);
      if (isJson) output.printForeign(printableJson(result.text()));
      await writeMessages(result.parse(), { output, place, name: String(what), isQuiet: isJson });
      return 0;
    });
  },
};

function list(
  server: string | undefined,
  asking: Asking,
  print?: (text: string) => void,
): Promise<Answer<Prompts>[]> {
  return collectAnswers(server, (session) => listAll(session, asking), {
    asking,
    ...(print !== undefined && { show: (answer) => print(describe(answer)) }),
  });
}

async function listAll(session: UpstreamSession, asking: Asking): Promise<Prompts> {
  return {
    prompts: await listPages(session, { method: "prompts/list", key: "prompts", ...asking }),
  };
}

async function get(
  session: UpstreamSession,
  {
    server,
    prompt,
    given,
    asking,
  }: {
    readonly server: string;
    readonly prompt: string;
    readonly given: Readonly<Record<string, string>>;
    readonly asking: Asking;
  },
) {
  const { prompts: all } = await listAll(session, asking);
  const known = all.find(({ name }) => name === prompt);
  if (known === undefined) throw unknownPrompt(prompt, { server, all });
  const missing = argumentsOf(known).filter(
    ({ name, isRequired }) => isRequired && !(name in given),
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `"${oneLine(name)}"`).join(", ");
    throw new McpzipError("ARGUMENTS_INVALID", `${server}__${prompt}: missing ${names}`, {
      server,
      fix: `mcpzip prompts ${server}__${prompt} ${missing.map(({ name }) => `${oneLine(name)}=…`).join(" ")}`,
    });
  }
  const { timeoutMs, signal } = asking;
  const params = { name: prompt, arguments: given };
  return session.request("prompts/get", params, { timeoutMs, signal });
}

function unknownPrompt(
  prompt: string,
  { server, all }: { server: string; all: readonly Record<string, unknown>[] },
): McpzipError {
  const names = all.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  const nearest = nearestNames(prompt, names).map((name) => `${server}__${oneLine(name)}`);
  return new McpzipError("ARGUMENTS_INVALID", `there is no prompt "${server}__${prompt}"`, {
    server,
    ...(nearest.length > 0 && { why: `the nearest names are ${nearest.join(", ")}` }),
    fix: `mcpzip prompts ${server}`,
  });
}

function readWords(words: readonly string[]): Record<string, string> {
  const pairs = words.map((word) => {
    const at = word.indexOf("=");
    if (at > 0) return [word.slice(0, at), word.slice(at + 1)] as const;
    throw new McpzipError("USAGE", `"${word}" is not KEY=VALUE`, { fix: "mcpzip prompts --help" });
  });
  return Object.fromEntries(pairs);
}

/** Each message under the one whose words it is said to be. */
async function writeMessages(result: unknown, options: WriteOptions): Promise<void> {
  const messages = isRecord(result) && Array.isArray(result.messages) ? result.messages : [];
  const { output, isQuiet, place } = options;
  const hasHeadings = isQuiet !== true && place === undefined;
  const parts = messages.map((message: unknown) => {
    const { role, content } = isRecord(message) ? message : {};
    return { role, part: partOfBlock(content) };
  });
  if (!hasHeadings)
    return writeParts(
      parts.map(({ part }) => part),
      options,
    );
  for (const { role, part } of parts) {
    output.print(bold(`${wordOf(role)}:`));
    await writeParts([part], options);
  }
}

function describe(answer: Answer<Prompts>): string {
  const { server } = answer;
  if (answer.error !== undefined) return failureLines(server, answer.error).join("\n");
  const { prompts: found } = answer.value;
  if (found.length === 0) return dim(`${server}  no prompts`);
  const rows = found.map((prompt): [string, string] => {
    const { name, title, description } = prompt;
    const given = argumentsOf(prompt).map(
      (each) => `${oneLine(each.name)}${each.isRequired ? "*" : ""}`,
    );
    const about = oneLineOf(description) || oneLineOf(title);
    const names = given.length === 0 ? "" : `[${given.join(", ")}]`;
    return [`${server}__${wordOf(name)}`, `${about} ${names}`.trim()];
  });
  return [`${bold(server)}  ${counted(found.length, "prompt")}`, ...definitionList(rows)].join(
    "\n",
  );
}

function argumentsOf(prompt: Record<string, unknown>): { name: string; isRequired: boolean }[] {
  const declared = Array.isArray(prompt.arguments) ? prompt.arguments.filter(isRecord) : [];
  return declared.flatMap(({ name, required }) =>
    typeof name === "string" ? [{ name, isRequired: required === true }] : [],
  );
}
