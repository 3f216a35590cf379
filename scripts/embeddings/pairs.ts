import { firstSentence } from "../../src/core/first-sentence.ts";
import type { Corpus, CorpusCommand, CorpusTool } from "./corpus.ts";
import type { ToolRequests } from "./requests.ts";

/** Two texts that mean the same. */
export interface Pair {
  readonly left: string;
  readonly right: string;
}

/** Pairs of one kind, neighbours of one server side by side. */
export interface PairKind {
  readonly name: string;
  /** How much of each batch is of this kind, in proportion to the other kinds' shares. */
  readonly share: number;
  readonly pairs: readonly Pair[];
}

/** What means the same beside the texts of the corpus. */
export interface WrittenPairs {
  readonly synonyms: readonly Pair[];
  readonly requests: readonly ToolRequests[];
}

/** What of the corpus means the same: a tool's name and its description, a command and what it is for. */
export function pairsOf(
  { tools, servers, commands }: Corpus,
  { synonyms, requests }: WrittenPairs,
): PairKind[] {
  const asked = askedOf(tools, requests);
  const kinds: PairKind[] = [
    kind("name, description", 0.18, tools, ({ name, description }) => [name, description]),
    kind("name and server, first sentence", 0.12, tools, ({ name, server, description }) => [
      `${name} ${server}`,
      firstSentence(description),
    ]),
    kind("first sentence, rest", 0.12, tools, (tool) => [
      firstSentence(tool.description),
      `${tool.name} ${tool.description.slice(firstSentence(tool.description).length)} ${parameterNames(tool)}`,
    ]),
    kind("first sentence, parameters", 0.06, tools, (tool) => [
      firstSentence(tool.description),
      parameterNames(tool),
    ]),
    kind("server, tool", 0.07, tools, ({ server, overview, name, description }) => [
      `${server} ${overview}`,
      `${name} ${firstSentence(description)}`,
    ]),
    {
      name: "parameter, its description",
      share: 0.1,
      pairs: tools.flatMap(({ parameters }) =>
        parameters.map(({ name, description }) => ({ left: name, right: description })),
      ),
    },
    { name: "same name elsewhere", share: 0.06, pairs: sameNames(tools) },
    kind("server, what it is for", 0.05, servers, ({ server, analysis }) => [server, analysis]),
    { name: "intent, command", share: 0.14, pairs: commands.flatMap(intentPairs) },
    { name: "intent, intent", share: 0.04, pairs: commands.flatMap(neighbourPairs) },
    { name: "synonyms", share: 0.06, pairs: synonyms },
    { name: "request, tool", share: 0.2, pairs: byTurns(asked, requestPair) },
    { name: "request, request", share: 0.06, pairs: byTurns(asked, nextRequestPair) },
  ];
  return kinds.filter(({ pairs }) => pairs.length > 0);
}

function kind<Entry>(
  name: string,
  share: number,
  entries: readonly Entry[],
  texts: (entry: Entry) => readonly [string, string],
): PairKind {
  const pairs = entries.map((entry) => {
    const [left, right] = texts(entry);
    return { left, right };
  });
  return { name, share, pairs };
}

function parameterNames({ parameters }: CorpusTool): string {
  return parameters.map(({ name, description }) => `${name} ${description}`).join(" ");
}

/** Tools that several servers call alike describe the same thing in different words. */
function sameNames(tools: readonly CorpusTool[]): Pair[] {
  const byName = Map.groupBy(tools, ({ name }) => name.toLowerCase());
  return [...byName.values()].flatMap((same) =>
    same.slice(1, 8).flatMap(({ description }, at) => {
      const before = same[at]?.description ?? "";
      return description === before ? [] : [{ left: before, right: description }];
    }),
  );
}

function intentPairs({ command, summary, examples }: CorpusCommand): Pair[] {
  return examples.map((example) => ({
    left: example.intent,
    right: `${command} ${summary} ${example.command}`,
  }));
}

function neighbourPairs({ examples }: CorpusCommand): Pair[] {
  return examples.slice(1).map(({ intent }, at) => ({
    left: examples[at]?.intent ?? "",
    right: intent,
  }));
}

interface AskedTool {
  readonly tool: CorpusTool;
  readonly requests: readonly string[];
}

/** The tools that requests were written for, in the order of the corpus. */
function askedOf(tools: readonly CorpusTool[], written: readonly ToolRequests[]): AskedTool[] {
  const byTool = new Map(written.map((each) => [`${each.server}\n${each.tool}`, each.requests]));
  return tools.flatMap((tool) => {
    const key = `${tool.server}\n${tool.name}`;
    const requests = byTool.get(key);
    byTool.delete(key);
    return requests === undefined ? [] : [{ tool, requests }];
  });
}

/** The first request of every tool, then the second of every tool: neighbours are other tools of a server. */
function byTurns(
  asked: readonly AskedTool[],
  pair: (asked: AskedTool, turn: number) => Pair,
): Pair[] {
  const turns = Math.max(0, ...asked.map(({ requests }) => requests.length));
  return [...Array(turns).keys()].flatMap((turn) =>
    asked.flatMap((each) => (turn < each.requests.length ? [pair(each, turn)] : [])),
  );
}

function requestPair({ tool, requests }: AskedTool, turn: number): Pair {
  return {
    left: requests[turn] ?? "",
    right: `${tool.name} ${tool.server} ${tool.description}`,
  };
}

function nextRequestPair({ requests }: AskedTool, turn: number): Pair {
  return { left: requests[turn] ?? "", right: requests[(turn + 1) % requests.length] ?? "" };
}
