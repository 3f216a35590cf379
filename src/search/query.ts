import type { Stem } from "./stem.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { runsOf, wordsIn } from "./tokenize.ts";

/** What a search is limited to. */
export interface ToolFilter {
  /** Servers by name; none means all. */
  readonly servers: readonly string[];
  readonly isReadOnly: boolean;
}

export interface Query {
  /** What was typed, without the filters. */
  readonly text: string;
  readonly filter: ToolFilter;
}

const SERVER_FILTER = /(?<=^|\s)server:(?:"([^"]+)"|(\S+))/gi;
const READ_ONLY_FILTER = /(?<=^|\s)(?:is:read-?only|read-?only:true)(?=\s|$)/gi;

/** Takes `server:NAME` and `is:read-only` out of what was typed. */
export function parseQuery(typed: string): Query {
  const servers = [...typed.matchAll(SERVER_FILTER)].map(([, quoted, plain]) => quoted ?? plain);
  const withoutServers = typed.replace(SERVER_FILTER, " ");
  const text = withoutServers.replace(READ_ONLY_FILTER, " ");
  return {
    text: text.replace(/\s+/g, " ").trim(),
    filter: {
      servers: [...new Set(servers.filter((name) => name !== undefined))],
      isReadOnly: text !== withoutServers,
    },
  };
}

const URLS = /\bhttps?:\/\/\S+/gi;
const PATHS = /(?<=^|\s)[~.]?\/[\w.-]+(?:\/[\w.-]+)*/g;
/** `NCT04280705`: a value that somebody wants to do something with. */
const IDENTIFIER = /^(?=.*[a-z])(?=.*\d.*\d.*\d).{7,}$/i;

/** What comes after so many is no request any more, and every word costs time. */
const MAX_WORDS = 64;

/**
 * The words of a request in their order, in lower case. Brands stay whole where the index knows them so;
 * values that are no words (addresses, paths, identifiers) are left out.
 */
export function requestWords(text: string, isKnown: (word: string) => boolean): string[] {
  const plain = text
    .replace(URLS, " url ")
    .replace(PATHS, (path) => ` ${/\.(\w{1,5})$/.exec(path)?.[1] ?? ""} `);
  const all = runsOf(plain).flatMap((run) => {
    const whole = run.toLowerCase();
    if (IDENTIFIER.test(run)) return isKnown(whole) ? [whole] : [];
    const words = wordsIn(run);
    if (words.length === 1 || words.at(-1) !== whole) return words;
    return isKnown(whole) ? [whole] : words.slice(0, -1);
  });
  return all.slice(0, MAX_WORDS);
}

const SENTENCE_END = /[.;!?]\s+|\s\+\s/;
const CLAUSE_END = /,\s+|\b(?:and then|then|and|or|also|plus|after that|finally|next)\b/i;

/**
 * The parts of a request that ask for something each; none when it asks for one thing. Where there are
 * several sentences these are the parts, since what is joined within one mostly belongs together.
 */
export function clausesOf(text: string): string[] {
  const sentences = text.split(SENTENCE_END).filter(saysSomething);
  const clauses = sentences.length > 1 ? sentences : text.split(CLAUSE_END).filter(saysSomething);
  return clauses.length > 1 ? clauses : [];
}

function saysSomething(clause: string): boolean {
  const words = runsOf(clause).map((run) => run.toLowerCase());
  return words.filter((word) => !STOP_WORDS.has(word)).length >= 2;
}

/** How a word is looked up in the thesaurus, whose phrases hold stop words as they are. */
export function lookupForm(word: string, stem: Stem): string {
  return STOP_WORDS.has(word) ? word : stem(word);
}
