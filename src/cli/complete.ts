import { listOf } from "./args.ts";
import { type Candidate, candidatesFor, type CommandTable } from "./completion/candidates.ts";
import type { Command } from "./command.ts";
import { oneLine } from "../core/one-line.ts";

/**
 * What the shells' scripts call at each press of Tab: prints one candidate a line, with what it means behind
 * a tab. Nothing means that files may be wanted. Never fails: a shell has no place for an error.
 */
export function completeFrom(commands: CommandTable): Command {
  return {
    name: "complete",
    description: "Print what the last word may become",
    args: {
      "new-word": { type: "boolean", description: "The last word is empty, and not given" },
      words: { type: "rest", description: "What has been typed after mcpzip" },
    },
    run: async (flags, { env, output }) => {
      const words = [...listOf(flags, "words"), ...(flags["new-word"] === true ? [""] : [])];
      const candidates = await candidatesFor(words, { commands, env }).catch(() => []);
      if (candidates.length > 0) output.print(candidates.map(lineOf).join("\n"));
      return 0;
    },
  };
}

function lineOf({ word, meaning }: Candidate): string {
  return meaning === undefined ? word : `${word}\t${oneLine(meaning)}`;
}
