import { McpzipError } from "../core/error.ts";
import { isTerminal } from "./output.ts";

/**
 * Asks a person yes or no; undefined when interrupted. Throws USAGE where nobody can be asked: `fix` then
 * names the flag that answers.
 */
export async function confirm(
  message: string,
  { fix, isQuiet }: { fix: string; isQuiet: boolean },
): Promise<boolean | undefined> {
  if (isQuiet || !isTerminal(0) || !isTerminal(1)) {
    const why = isQuiet ? "with --json nobody is asked" : "there is no terminal to ask on";
    throw new McpzipError("USAGE", "this needs a yes", { why, fix });
  }
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({ message });
  return prompts.isCancel(answer) ? undefined : answer;
}
