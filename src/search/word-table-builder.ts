import { FIELDS } from "./tool-words.ts";
import { createWordTable, type WordTable } from "./word-table.ts";

/** Takes up one tool after the other, so that its caller can pause between two. */
export class WordTableBuilder {
  readonly #ids: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #fields = FIELDS.map(() => new FieldBuilder());

  /** `words` are the distinct words of each field, in the order of `FIELDS`. */
  add(id: string, words: readonly (readonly string[])[]): void {
    const tool = this.#ids.push(id);
    for (const [at, field] of this.#fields.entries()) {
      field.add(
        tool,
        (words[at] ?? []).map((word) => this.#place(word)),
      );
    }
  }

  build(): WordTable {
    const words = [...this.#places.keys()];
    const parts = this.#fields.map((field) => field.numbers(words.length));
    return createWordTable({ ids: this.#ids, words, numbers: joined(parts) });
  }

  #place(word: string): number {
    const known = this.#places.get(word);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(word, place);
    return place;
  }
}

class FieldBuilder {
  readonly #lengths = [0];
  readonly #toolsOf = new Map<number, number[]>();
  #matchCount = 0;

  add(tool: number, places: readonly number[]): void {
    this.#lengths.push(places.length);
    this.#matchCount += places.length;
    for (const place of places) {
      const tools = this.#toolsOf.get(place);
      if (tools === undefined) this.#toolsOf.set(place, [tool]);
      else tools.push(tool);
    }
  }

  /** This field's part of a word table's `numbers`. */
  numbers(wordCount: number): Uint32Array {
    const starts = new Uint32Array(wordCount + 1);
    const matches = new Uint32Array(this.#matchCount);
    for (let place = 0, start = 0; place < wordCount; place++) {
      const tools = this.#toolsOf.get(place) ?? [];
      matches.set(tools, start);
      starts[place + 1] = start += tools.length;
    }
    return joined([starts, Uint32Array.from(this.#lengths), matches]);
  }
}

function joined(parts: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const whole = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
