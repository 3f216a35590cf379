import type { CatalogTool } from "../../src/core/tool.ts";
import type { Stem } from "../../src/search/stem.ts";
import { readTool } from "../../src/search/tool-words.ts";
import { Vocabulary, type DistinctOptions } from "../../src/search/vocabulary.ts";

/** The distinct words that the index and a query take from a text. */
export function distinctWords(
  text: string,
  { stem, ...options }: DistinctOptions & { readonly stem: Stem },
): string[] {
  const vocabulary = new Vocabulary(stem);
  return vocabulary.distinct(text, options).map((number) => vocabulary.word(number));
}

/** The words of a tool's fields, in the order of `FIELDS`. */
export function fieldWords(
  tool: CatalogTool,
  { stem, serverTitle }: { readonly stem: Stem; readonly serverTitle?: string },
): string[][] {
  const vocabulary = new Vocabulary(stem);
  const { fields } = readTool(tool, { vocabulary, serverTitle });
  return fields.map((numbers) => numbers.map((number) => vocabulary.word(number)));
}
