import { oneLine } from "../core/one-line.ts";
import { printableJson } from "../core/printable.ts";
import { isRecord, parseTool } from "../core/tool.ts";
import { executeTool } from "../proxy/execute-tool.ts";
import { findTool } from "../proxy/find-tool.ts";
import type { Services } from "../proxy/services.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { COMMON_ARGS, listOf, textOf } from "./args.ts";
import { checkOutput } from "./call/output-place.ts";
import { type GivenArguments, wholeArguments, writtenArguments } from "./call/read-arguments.ts";
import { partsOfResult } from "./call/result-parts.ts";
import { writeParts } from "./call/write-parts.ts";
import type { Command } from "./command.ts";
import { withServices } from "./open-services.ts";
import { isTerminal, type Output } from "./output.ts";
import { readSeconds } from "./read-number.ts";
import type { ExitCode } from "./report-error.ts";
import { inShellWords } from "./shell-words.ts";
import { dim } from "./style.ts";

/** Calls one tool, as the model would. */
export const call: Command = {
  name: "call",
  description: "Call a tool and print its answer",
  usage: ["call TOOL [KEY=VALUE…] [flags]", "call TOOL --args JSON [flags]", "call TOOL - [flags]"],
  args: {
    tool: { type: "positional", description: "Its name, server__tool" },
    arguments: {
      type: "positional",
      valueHint: "key=value",
      required: false,
      isVariadic: true,
      description: "Its arguments; - reads a JSON object from stdin",
    },
    args: { type: "string", valueHint: "json", description: "All arguments as a JSON object" },
    output: {
      type: "string",
      valueHint: "path",
      description: "Save images and other bytes in this file or folder; text where it is all",
    },
    timeout: { type: "string", valueHint: "seconds", description: "How long to wait" },
    json: { type: "boolean", description: "Print the whole result as JSON, as the server sent it" },
    ...COMMON_ARGS,
  },
  exitCodes: [
    [0, "The tool has answered"],
    [1, "The tool says that it failed, or could not be called"],
    [2, "Wrong usage"],
    [130, "Interrupted"],
  ],
  examples: [
    ["call github__get_issue owner=ada repo=engine number=7", "By name and value"],
    [`call slack__post_message --args '{"channel": "C1", "text": "hi"}'`, "As JSON"],
    ["call browser__screenshot url=https://example.com --output page.png", "Saves a picture"],
  ],
  run: async (flags, context): Promise<ExitCode> => {
    const { output } = context;
    const place = await checkOutput(textOf(flags, "output"));
    const seconds = readSeconds(flags.timeout, "call");
    const given = {
      words: listOf(flags, "arguments"),
      json: textOf(flags, "args"),
      readStdin: () => Bun.stdin.text(),
    };
    const whole = await wholeArguments(given);
    const name = textOf(flags, "tool") ?? "";
    return withServices({ flags, context }, async ({ services, signal }) => {
      const result = await run({ name, whole, given, seconds }, { services, signal, output });
      const parsed = result.parse();
      const isError = isRecord(parsed) && parsed.isError === true;
      const isJson = flags.json === true;
      if (isJson) output.printForeign(printableJson(result.text()));
      await writeParts(partsOfResult(parsed), { output, place, name, isError, isQuiet: isJson });
      return isError ? 1 : 0;
    });
  },
};

interface Wanted {
  readonly name: string;
  readonly whole: RawJson | undefined;
  readonly given: GivenArguments;
  readonly seconds: number | undefined;
}

async function run(
  { name, whole, given, seconds }: Wanted,
  { services, signal, output }: { services: Services; signal: AbortSignal; output: Output },
): Promise<RawJson> {
  try {
    const args = whole ?? (await fromWords({ name, given, seconds }, services));
    const own = RawJson.object({ name, arguments: args, timeout: seconds }).members();
    const onProgress = isTerminal(2) ? (params: RawJson) => showProgress(params, output) : () => {};
    return await executeTool(own, { signal, meta: undefined, onProgress }, services);
  } catch (error) {
    throw inShellWords(error, name);
  }
}

async function fromWords(
  { name, given, seconds }: Omit<Wanted, "whole">,
  services: Services,
): Promise<RawJson> {
  const timeoutMs = seconds === undefined ? services.config.callTimeoutMs : seconds * 1000;
  const { inputSchema } = parseTool(await findTool(name, { services, timeoutMs }));
  return writtenArguments(given.words, { tool: name, schema: inputSchema });
}

/** For somebody who waits at a terminal. */
function showProgress(params: RawJson, output: Output): void {
  const { message, progress, total } = Object.fromEntries(params.members());
  const said: unknown = message?.parse();
  const share = total === undefined ? progress?.text() : `${progress?.text()}/${total.text()}`;
  output.printError(dim(typeof said === "string" ? oneLine(said) : `progress ${share ?? "?"}`));
}
