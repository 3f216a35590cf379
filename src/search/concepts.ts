import type { Action } from "./action.ts";
import { actionOf, firstAction } from "./actions.ts";
import type { Lexicon } from "./lexicon.ts";
import { isPlural } from "./plural.ts";
import { lookupForm } from "./query.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { LONGEST_PHRASE, type Synonym } from "./thesaurus.ts";
import type { ToolIndex } from "./tool-index.ts";

/** One thing that a request speaks of: its own words, and others that may stand for it. All are stems. */
export interface Concept {
  /** Empty for a phrase of stop words. */
  readonly own: readonly string[];
  /** Less than 1 where the words apart mean something else: `call off`. */
  readonly ownWeight: number;
  readonly synonyms: readonly Synonym[];
  /** What a misspelt word was probably meant to be; it is the first of the synonyms. */
  readonly guess?: string | undefined;
}

export interface ConceptOptions {
  readonly lexicon: Lexicon;
  readonly index: ToolIndex;
  /** The stem that an unknown word was probably meant to be. */
  guess(word: string): string | undefined;
}

/** After a verb these make another verb of it: `tear down`, `push the meeting back`. */
const PARTICLES = new Set(
  "up down off out back over on away into through around together apart".split(" "),
);
/** Words between a verb and its particle. */
const MAX_GAP = 3;
/** A single word of a phrase with stop words means something else: the `right` of `right now`. */
const LONE_WORD_WEIGHT = 0.2;
/** What the words of a phrase may be called otherwise, beside what the phrase may. */
const INNER_WEIGHT = 0.5;

/** What the words of a request speak of, each thing once. Phrases of the thesaurus take their words. */
export function conceptsOf(words: readonly string[], options: ConceptOptions): Concept[] {
  const concepts = new Map<string, Concept>();
  const parted = new Set<number>();
  for (let at = 0; at < words.length;) {
    const { concept, length, particle } =
      phraseAt(words, at, options) ??
      partedVerbAt(words, at, options) ??
      compoundAt(words, at, options) ??
      wordAt(words, at, options);
    if (particle !== undefined) parted.add(particle);
    if (concept !== undefined && !parted.has(at)) {
      const key = (concept.own.length > 0 ? concept.own : concept.synonyms[0]?.words)?.join(" ");
      if (!concepts.has(key ?? "")) concepts.set(key ?? "", concept);
    }
    at += length;
  }
  return [...concepts.values()];
}

interface Taken {
  readonly concept?: Concept;
  readonly length: number;
  /** The place of a word further on that has been taken too. */
  readonly particle?: number;
}

function phraseAt(
  words: readonly string[],
  at: number,
  options: ConceptOptions,
): Taken | undefined {
  const most = Math.min(LONGEST_PHRASE, words.length - at);
  for (let length = most; length >= 2; length--) {
    const concept = phraseConcept(words.slice(at, at + length), options);
    if (concept !== undefined) return { concept, length };
  }
  return undefined;
}

function partedVerbAt(
  words: readonly string[],
  at: number,
  options: ConceptOptions,
): Taken | undefined {
  for (let particle = at + 2; particle <= at + 1 + MAX_GAP; particle++) {
    if (!PARTICLES.has(words[particle] ?? "")) continue;
    const concept = phraseConcept([words[at] ?? "", words[particle] ?? ""], options);
    if (concept !== undefined) return { concept, length: 1, particle };
  }
  return undefined;
}

function phraseConcept(phrase: readonly string[], options: ConceptOptions): Concept | undefined {
  const { stem, thesaurus } = options.lexicon;
  const meant = phrase.map((word) => options.guess(word) ?? word);
  const key = meant.map((word) => lookupForm(word, stem)).join(" ");
  if (!thesaurus.has(key)) return undefined;
  const content = meant.filter((word) => !STOP_WORDS.has(word));
  const own = content.map(stem);
  const inner = content.length < 2 ? [] : content.flatMap((word) => innerSynonyms(word, options));
  return {
    own,
    ownWeight: own.length === 1 ? LONE_WORD_WEIGHT : 1,
    synonyms: [...compounds(phrase, options), ...contentOf(thesaurus.synonymsOf(key)), ...inner],
  };
}

function innerSynonyms(word: string, options: ConceptOptions): Synonym[] {
  return synonymsOf(options.lexicon.stem(word), options).map(({ words, weight }) => ({
    words,
    weight: weight * INNER_WEIGHT,
  }));
}

/** Two words that the index knows written together: `test run` for `testrun`. */
function compoundAt(
  words: readonly string[],
  at: number,
  options: ConceptOptions,
): Taken | undefined {
  const pair = words.slice(at, at + 2);
  const joined = compounds(pair, options);
  if (joined.length === 0) return undefined;
  const inner = pair.flatMap((word) => innerSynonyms(word, options));
  const own = pair.map(options.lexicon.stem);
  return { concept: { own, ownWeight: 1, synonyms: [...joined, ...inner] }, length: 2 };
}

function compounds(words: readonly string[], { lexicon, index }: ConceptOptions): Synonym[] {
  if (words.length !== 2 || words.some((word) => STOP_WORDS.has(word))) return [];
  const joined = lexicon.stem(words.join(""));
  return index.has(joined) ? [{ words: [joined], weight: 1 }] : [];
}

function wordAt(words: readonly string[], at: number, options: ConceptOptions): Taken {
  const word = words[at] ?? "";
  if (STOP_WORDS.has(word)) return { length: 1 };
  const own = options.lexicon.stem(word);
  const guess = options.guess(word);
  if (guess !== undefined && STOP_WORDS.has(guess)) return { length: 1 };
  const synonyms =
    guess === undefined
      ? synonymsOf(own, options)
      : [{ words: [guess], weight: GUESS_WEIGHT }, ...innerGuess(guess, options)];
  return { concept: { own: [own], ownWeight: 1, synonyms, guess }, length: 1 };
}

/** What a misspelt word was probably meant to be; it may be right as it stands. */
const GUESS_WEIGHT = 0.9;

function innerGuess(guess: string, options: ConceptOptions): Synonym[] {
  return synonymsOf(guess, options).map(({ words, weight }) => ({
    words,
    weight: weight * GUESS_WEIGHT,
  }));
}

/** There is no need to look for GitHub by another name where GitHub is. */
function synonymsOf(stem: string, { lexicon, index }: ConceptOptions): Synonym[] {
  return contentOf(lexicon.thesaurus.synonymsOf(stem, { onlyEquals: index.isBrand(stem) }));
}

/** The index has no stop words in its texts. */
function contentOf(synonyms: readonly Synonym[]): Synonym[] {
  return synonyms.flatMap(({ words, weight }) => {
    const content = words.filter((word) => !STOP_WORDS.has(word));
    return content.length > 0 ? [{ words: content, weight }] : [];
  });
}

const FILLERS = new Set(
  "i we you me my please can could would like want to need let lets how do the a an".split(" "),
);
const QUESTIONS = new Set(["what", "which", "who"]);
const PREPOSITIONS = new Set(
  (
    "in for of from on with to at by using about into within inside under against as via through near " +
    "between"
  ).split(" "),
);

/** What a request wants done, as far as its first words tell: more than one thing to read is a list. */
export function requestedAction(
  words: readonly string[],
  concepts: readonly Concept[],
): Action | undefined {
  const first = words.find((word) => !FILLERS.has(word)) ?? "";
  const action =
    first === "get" || first === "give"
      ? "read"
      : (conceptAction(concepts[0]) ?? questionAction(words));
  return action === "read" && asksForSeveral(words) ? "list" : action;
}

function questionAction(words: readonly string[]): Action | undefined {
  return words.some((word) => QUESTIONS.has(word)) ? "read" : undefined;
}

function conceptAction(concept: Concept | undefined): Action | undefined {
  if (concept === undefined) return undefined;
  const { own, ownWeight, synonyms } = concept;
  const direct = ownWeight === 1 ? firstAction(own) : undefined;
  if (direct !== undefined || (own.length > 1 && ownWeight === 1)) return direct;
  return firstAction(synonyms.flatMap(({ words }) => (words.length === 1 ? words : [])));
}

function asksForSeveral(words: readonly string[]): boolean {
  const end = words.findIndex((word) => PREPOSITIONS.has(word));
  const asked = end < 0 ? words : words.slice(0, end);
  return asked.some((word) => word === "all" || word === "every" || isPlural(word));
}

/** The words of a request up to where it tells the place, the means or the aim: what it is about. */
export function headOf(words: readonly string[], lexicon: Lexicon): string[] {
  const isObject = (word: string) =>
    !STOP_WORDS.has(word) && actionOf(lexicon.stem(word)) === undefined;
  const end = words.findIndex(
    (word, at) => PREPOSITIONS.has(word) && words.slice(0, at).some(isObject),
  );
  return [...(end < 0 ? words : words.slice(0, end))];
}
