import { expect, test } from "bun:test";
import { LineReader, MAX_LINE_BYTES } from "../../src/rpc/line-reader.ts";

interface Read {
  readonly reader: LineReader;
  readonly lines: string[];
  readonly tooLong: { times: number };
}

function createReader(): Read {
  const lines: string[] = [];
  const tooLong = { times: 0 };
  const reader = new LineReader(
    (line) => lines.push(line.length > 100 ? `${line.length} bytes` : line.toString()),
    () => tooLong.times++,
  );
  return { reader, lines, tooLong };
}

function readAll(...chunks: readonly (string | Uint8Array)[]): string[] {
  const { reader, lines } = createReader();
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return lines;
}

test("lines are the same wherever the chunks are cut", () => {
  const bytes = Buffer.from('{"a":"é漢😀"}\n\r\n{"b":2}\r\n   \n{"c":3}');
  const expected = ['{"a":"é漢😀"}', '{"b":2}', '{"c":3}'];
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const chunks = [
        bytes.subarray(0, first),
        bytes.subarray(first, second),
        bytes.subarray(second),
      ];
      expect(readAll(...chunks)).toEqual(expected);
    }
  }
});

test("a byte at a time gives the same lines", () => {
  const bytes = Buffer.from('{"a":"é"}\r\n{"b":2}\n');
  expect(readAll(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([
    '{"a":"é"}',
    '{"b":2}',
  ]);
});

test("a line is given as soon as its newline is there", () => {
  const { reader, lines } = createReader();
  reader.push(Buffer.from('{"a":1}\n{"b"'));
  expect(lines).toEqual(['{"a":1}']);
});

test.each(["\n", "\r\n", " \t\n", "\n\n\n", "", " \r\n"])("%j is no line", (text) => {
  expect(readAll(text)).toEqual([]);
});

test("only the carriage return that ends a line is taken away", () => {
  expect(readAll("a\rb\r\r\n c \n")).toEqual(["a\rb\r", " c "]);
});

test("the last line needs no newline", () => {
  expect(readAll("a\nb")).toEqual(["a", "b"]);
});

test("a part of a larger buffer is read alone", () => {
  const whole = new TextEncoder().encode("xxa\nbxx");
  expect(readAll(whole.subarray(2, 5))).toEqual(["a", "b"]);
});

test("a line over the limit is told once and dropped, the next one is read", () => {
  const { reader, lines, tooLong } = createReader();
  const block = Buffer.alloc(64 * 1024 * 1024, "x");
  reader.push(Buffer.from("before\n"));
  for (let sent = 0; sent <= MAX_LINE_BYTES; sent += block.length) reader.push(block);
  expect(tooLong.times).toBe(1);
  reader.push(block);
  reader.push(Buffer.from("still the same line\nafter\n"));
  expect(lines).toEqual(["before", "after"]);
  expect(tooLong.times).toBe(1);
});

test("a line over the limit at the end of the stream leaves nothing", () => {
  const { reader, lines, tooLong } = createReader();
  const block = Buffer.alloc(MAX_LINE_BYTES / 2 + 1, "x");
  reader.push(block);
  reader.push(block);
  reader.end();
  expect(lines).toEqual([]);
  expect(tooLong.times).toBe(1);
});

test("a line of many small chunks is joined in linear time", () => {
  const { reader, lines } = createReader();
  const chunk = Buffer.alloc(100, "x");
  for (let count = 0; count < 100_000; count++) reader.push(chunk);
  reader.push(Buffer.from("\n"));
  expect(lines).toEqual(["10000000 bytes"]);
});
