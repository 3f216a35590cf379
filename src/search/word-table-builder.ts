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
    const numbers = this.#fields.flatMap((field) => field.numbers(this.#places.size));
    return createWordTable({
      ids: this.#ids,
      words: [...this.#places.keys()],
      numbers: Uint32Array.from(numbers),
    });
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

  add(tool: number, places: readonly number[]): void {
    this.#lengths.push(places.length);
    for (const place of places) {
      const tools = this.#toolsOf.get(place);
      if (tools === undefined) this.#toolsOf.set(place, [tool]);
      else tools.push(tool);
    }
  }

  /** This field's part of a word table's `numbers`. */
  numbers(wordCount: number): number[] {
    const starts = [0];
    const matches: number[] = [];
    for (let place = 0; place < wordCount; place++) {
      for (const tool of this.#toolsOf.get(place) ?? []) matches.push(tool);
      starts.push(matches.length);
    }
    return [...starts, ...this.#lengths, ...matches];
  }
}
