import { join } from "node:path";

/** One tool of the training text. */
export interface CorpusTool {
  readonly server: string;
  readonly overview: string;
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly description: string }[];
}

export interface CorpusCommand {
  readonly command: string;
  readonly summary: string;
  readonly examples: readonly { readonly intent: string; readonly command: string }[];
}

export interface CorpusServer {
  readonly server: string;
  readonly analysis: string;
}

/** The text that the vectors are trained on, as it lies in the folder. */
export interface Corpus {
  readonly tools: readonly CorpusTool[];
  readonly servers: readonly CorpusServer[];
  readonly commands: readonly CorpusCommand[];
}

/** Throws when one of the three files is missing or has a line that is no JSON. */
export async function loadCorpus(folder: string): Promise<Corpus> {
  return {
    tools: await loadLines<CorpusTool>(join(folder, "toucan-tools.jsonl")),
    servers: await loadLines<CorpusServer>(join(folder, "toucan-server-labels.jsonl")),
    commands: await loadLines<CorpusCommand>(join(folder, "tldr-pages.jsonl")),
  };
}

/** The entries of a file that has a JSON object on each line. */
export async function loadLines<Entry>(path: string): Promise<Entry[]> {
  const text = await Bun.file(path).text();
  // as: the files are written for this script; a wrong shape shows at once in what it prints.
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Entry]));
}
