import { isFlag } from "../../src/cli/args.ts";
import { CLIENTS } from "../../src/config/clients/all-clients.ts";
import { COMMANDS } from "../../src/cli/run.ts";
import { scripts } from "../../package.json";
import { fencesOf, inlineCodeOf } from "./documents.ts";

/** Where a line of shell starts mcpzip with a command or a flag; what has no small letter there is a place for one. */
const START =
  /(?:^\$ |^|[|;&(]\s*|"\$\(|-- )(?:\.?[\w/~.-]*\/)?mcpzip(?:\.exe)? +((?:--?)?[a-z].*)$/;

/** Every line that starts `mcpzip` in a document: in blocks of code, and in the middle of a sentence. */
export function shownCommands(markdown: string): string[] {
  const blocks = fencesOf(markdown)
    .filter(({ info }) => /^(|sh|console|text)$/.test(info))
    .flatMap(({ text }) => typedLines(text));
  return [...blocks, ...inlineCodeOf(markdown)].flatMap((line) => {
    const [, words] = START.exec(line) ?? [];
    return words === undefined ? [] : [words];
  });
}

/** With a prompt somewhere, what has none is what the commands printed. */
function typedLines(block: string): string[] {
  const lines = block.split("\n");
  const prompted = lines.filter((line) => line.startsWith("$ "));
  return prompted.length > 0 ? prompted : lines.filter((line) => /^[a-z]/.test(line));
}

/** What is wrong with the words after `mcpzip`; nothing when such a command can be typed. */
export async function commandFault(words: string): Promise<string | undefined> {
  const [first = "", second = ""] = words.split(/\s+/);
  if (/^--?(help|version|h|v)\b/.test(first)) return undefined;
  const name = [`${first} ${second}`, first].find((each) => Object.hasOwn(COMMANDS, each));
  if (name === undefined) return `there is no command "${first}": mcpzip ${words}`;
  const args = (await COMMANDS[name]?.load())?.args ?? {};
  const known = Object.keys(args).filter((each) => isFlag(args[each]));
  const unknown = flagsOf(words).filter((flag) => ![...known, "help"].includes(flag));
  if (unknown.length > 0) return `no --${unknown.join(", --")}: mcpzip ${words}`;
  const clients = [...words.matchAll(/--client ([a-z]\S*)/g)].map(([, client]) => client);
  const isKnown = clients.every((client) => CLIENTS.some(({ id }) => id === client));
  return isKnown ? undefined : `no such client: mcpzip ${words}`;
}

/** Up to a comment, a pipe, or `--`, behind which stands somebody else's command. */
function flagsOf(words: string): string[] {
  const [own = ""] = words.split(/ (?:--|#|\||>|&&)(?: |$)/);
  return [...own.matchAll(/(?<=^|[\s[])--([a-z][\w-]*)/g)].map(([, flag = ""]) => flag);
}

/** The scripts of package.json that a document names and that are not there. */
export function unknownScripts(markdown: string): string[] {
  const code = [...fencesOf(markdown).map(({ text }) => text), ...inlineCodeOf(markdown)].join(
    "\n",
  );
  const named = [...code.matchAll(/\bbun(?:@[\d.]+)? run ([\w:-]+)/g)].map(([, name = ""]) => name);
  return named.filter((name) => !Object.hasOwn(scripts, name));
}
