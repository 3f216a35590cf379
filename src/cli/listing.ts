import { firstSentence } from "../core/first-sentence.ts";
import type { McpzipError } from "../core/error.ts";
import { oneLine } from "../core/one-line.ts";
import { printableJson } from "../core/printable.ts";
import type { Answer } from "./ask-server.ts";
import { formatError } from "./report-error.ts";
import { bold, red } from "./style.ts";

/** A server that could not be asked, in a list of those that could. */
export function failureLines(server: string, error: McpzipError): string[] {
  const [first = "", ...others] = formatError(error).split("\n");
  return [`${red(bold(server))}  ${first}`, ...others];
}

/** What all servers answered, as JSON. */
export function listingJson(answers: readonly Answer<object>[]): string {
  const list = answers.map((answer) => {
    if (answer.error === undefined) return { server: answer.server, ...answer.value };
    const { code, message, why, fix } = answer.error;
    return { server: answer.server, error: { code, message, why, fix } };
  });
  return printableJson(JSON.stringify(list, undefined, 2));
}

/** What a server says of a thing in a few words; nothing, where it is no text. */
export function oneLineOf(value: unknown): string {
  return typeof value === "string" ? oneLine(firstSentence(value)).trim() : "";
}

/** A name or an address of a server's, whole. */
export function wordOf(value: unknown): string {
  return typeof value === "string" ? oneLine(value) : "?";
}
