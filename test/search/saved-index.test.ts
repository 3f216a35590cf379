import { expect, test } from "bun:test";
import { OramaIndex } from "../../src/search/orama-index.ts";
import { parseIndex, saveIndex, type SavedIndex } from "../../src/search/saved-index.ts";
import { REALISTIC_TOOLS } from "./catalogs.ts";

const index = await OramaIndex.build(REALISTIC_TOOLS);
const saved: SavedIndex = JSON.parse(JSON.stringify(index.save()));

/** The saved index with the bytes of its numbers changed, and the checksum that it had. */
function withBytes(change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): SavedIndex {
  return { ...saved, numbers: change(Uint8Array.fromBase64(saved.numbers)).toBase64() };
}

/** The same, with a checksum that is right. */
function withNumbers(change: (numbers: Uint32Array) => Uint32Array<ArrayBuffer>): SavedIndex {
  const numbers = change(new Uint32Array(Uint8Array.fromBase64(saved.numbers).buffer));
  return saveIndex({ ids: saved.ids, words: saved.words, numbers, fields: [] });
}

test("is the same when it is saved again", () => {
  expect(saveIndex(parseIndex(saved))).toEqual(saved);
});

test("keeps no text of a tool, each word once, and 4 bytes for a match", () => {
  expect(saved.ids).toEqual(REALISTIC_TOOLS.map(({ qualifiedName }) => qualifiedName));
  expect(new Set(saved.words).size).toBe(saved.words.length);
  expect(JSON.stringify(saved)).not.toContain("Create a new issue");
});

test("a single changed byte is noticed, wherever it is", () => {
  const { length } = Uint8Array.fromBase64(saved.numbers);
  for (let at = 0; at < length; at += 97) {
    const damaged = withBytes((bytes) => bytes.fill(bytes[at]! ^ 1, at, at + 1));
    expect(() => parseIndex(damaged)).toThrow("checksum");
  }
});

test.each<[string, () => unknown]>([
  ["nothing", () => undefined],
  ["a number", () => 7],
  ["an object of nothing", () => ({})],
  ["Orama's own form", () => ({ internalDocumentIDStore: { internalIdToId: [] }, index: {} })],
  ["ids that are no list", () => ({ ...saved, ids: { 0: "a" } })],
  ["an id that is no text", () => ({ ...saved, ids: [1] })],
  ["words that are no list", () => ({ ...saved, words: "a" })],
  ["a word that is no text", () => ({ ...saved, words: [null] })],
  ["numbers as a list", () => ({ ...saved, numbers: [1, 2] })],
  ["numbers that are no base64", () => ({ ...saved, numbers: "§" })],
  ["numbers cut off", () => ({ ...saved, numbers: saved.numbers.slice(0, 400) })],
  ["no numbers", () => ({ ...saved, numbers: "" })],
  ["no checksum", () => ({ ...saved, check: undefined })],
  ["an odd number of bytes", () => withBytes((bytes) => bytes.subarray(0, 41))],
  ["the ids of fewer tools", () => ({ ...saved, ids: saved.ids.slice(1) })],
  ["the words of another catalog", () => ({ ...saved, words: [...saved.words, "zebra"] })],
  ["no numbers, rightly checked", () => withNumbers(() => new Uint32Array())],
  [
    "too few numbers, rightly checked",
    () => withNumbers((all) => new Uint32Array(all.slice(0, 9))),
  ],
  ["too many numbers, rightly checked", () => withNumbers((all) => new Uint32Array([...all, 1]))],
])("is refused when it holds %s", (_, rubbish) => {
  expect(() => parseIndex(rubbish())).toThrow();
});
