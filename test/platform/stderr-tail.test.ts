import { describe, expect, test } from "bun:test";
import { StderrTail } from "../../src/platform/stderr-tail.ts";

describe("stderr", () => {
  test("arrives by lines, the unterminated last one too", async () => {
    const { lines } = await readAll("one\r\n\ntwo\nthr", "ee");
    expect(lines).toEqual(["one", "", "two", "three"]);
  });

  test("is decoded across chunks, with a mark for what is not UTF-8", async () => {
    const lines: string[] = [];
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of [...Buffer.from("é🦊"), 0xff, 0x0a])
          controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    await new StderrTail(stream, (line) => lines.push(line)).finished;
    expect(lines).toEqual(["é🦊\ufffd"]);
  });

  test("has its long lines cut", async () => {
    const { lines } = await readAll("a".repeat(5_000), "b".repeat(100_000), "\nnext\n");
    expect(lines).toEqual([`${"a".repeat(4_096)}…`, "next"]);
  });

  test("leaves the last ten lines that say something, without colours", async () => {
    const many = Array.from({ length: 30 }, (_, i) => `\u001b[31mline ${i}\u001b[0m\n\n`);
    const { tail } = await readAll(...many);
    expect(tail.split("\n")).toEqual(Array.from({ length: 10 }, (_, i) => `line ${i + 20}`));
  });

  test("leaves no more than two kilobytes", async () => {
    const { tail } = await readAll(`${"x".repeat(3_000)}\nthe end`);
    expect(tail).toHaveLength(2_048);
    expect(tail).toEndWith("x\nthe end");
  });
});

async function readAll(...chunks: (string | Uint8Array)[]) {
  const lines: string[] = [];
  const stream = new Blob(chunks).stream();
  const whole = new StderrTail(stream, (line) => lines.push(line));
  await whole.finished;
  return { lines, tail: whole.text() };
}
