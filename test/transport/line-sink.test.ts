import { expect, test } from "bun:test";
import { LineSink, type ByteSink } from "../../src/transport/line-sink.ts";

function memorySink(): ByteSink & { readonly text: () => string } {
  const chunks: Uint8Array[] = [];
  return {
    write: (bytes) => chunks.push(bytes),
    flush: () => {},
    end: () => {},
    text: () => Buffer.concat(chunks).toString(),
  };
}

/** A pipe that takes nothing more until it is told to; `sizes` of the writes that it has taken. */
function slowPipe() {
  const sizes: number[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const pipe: ByteSink = {
    write: (bytes) => {
      sizes.push(bytes.length);
      const taken = Promise.withResolvers<void>();
      waiting.push(taken);
      return taken.promise;
    },
    flush: () => {},
    end: () => {},
  };
  return { pipe, sizes, waiting };
}

const MB = 1024 * 1024;
const frame = (text: string) => [Buffer.from(text)];

test("writes each frame as one line, its parts in order", async () => {
  const pipe = memorySink();
  const sink = new LineSink(pipe, () => {});
  sink.write([Buffer.from("{"), Buffer.from("}")]);
  sink.write(frame("[]"));
  await sink.end();
  expect(pipe.text()).toBe("{}\n[]\n");
});

test("tells of a broken pipe once, and writes nothing more to it", async () => {
  const broken = new Error("EPIPE");
  const told: unknown[] = [];
  let writes = 0;
  const pipe: ByteSink = {
    write: () => writes++,
    flush: () => Promise.reject(broken),
    end: () => {},
  };
  const sink = new LineSink(pipe, (error) => told.push(error));
  sink.write(frame("first"));
  sink.write(frame("second"));
  await sink.end();
  const writesSoFar = writes;
  sink.write(frame("third"));
  await sink.end();
  expect(told).toEqual([broken]);
  expect(writes).toBe(writesSoFar);
});

test("a small frame is one write", () => {
  const writes: string[] = [];
  const pipe: ByteSink = {
    write: (bytes) => writes.push(Buffer.from(bytes).toString()),
    flush: () => {},
    end: () => {},
  };
  new LineSink(pipe, () => {}).write([Buffer.from("{"), Buffer.from("}")]);
  expect(writes).toEqual(["{}\n"]);
});

test("a large frame leaves in pieces, each when the last one has been taken", async () => {
  const { pipe, sizes, waiting } = slowPipe();
  const sink = new LineSink(pipe, () => {});
  sink.write([Buffer.from("{"), Buffer.alloc(2 * MB + 5), Buffer.from("}")]);
  const ended = sink.end();
  for (let taken = 0; taken < 6; taken++) {
    while (waiting.length === 0) await Promise.resolve();
    expect(sizes).toHaveLength(taken + 1);
    waiting.shift()?.resolve();
  }
  await ended;
  expect(sizes).toEqual([1, MB, MB, 5, 1, 1]);
});

test("frames that come while a large one is being written follow it whole and in order", async () => {
  const pipe = memorySink();
  const sink = new LineSink(pipe, () => {});
  const large = "x".repeat(3 * MB);
  sink.write(frame("first"));
  sink.write(frame(large));
  sink.write(frame("second"));
  sink.write(frame(large));
  sink.write(frame("third"));
  await sink.end();
  expect(pipe.text() === `first\n${large}\nsecond\n${large}\nthird\n`).toBeTrue();
});

test("a pipe that breaks amid a large frame is told once, and gets nothing more", async () => {
  const { pipe, sizes, waiting } = slowPipe();
  const told: unknown[] = [];
  const sink = new LineSink(pipe, (error) => told.push(error));
  sink.write([Buffer.alloc(5 * MB)]);
  sink.write(frame("behind it"));
  while (waiting.length === 0) await Promise.resolve();
  const broken = new Error("EPIPE");
  waiting[0]?.reject(broken);
  await sink.end();
  expect(told).toEqual([broken]);
  expect(sizes).toEqual([MB]);
});

test("a pipe that throws is a broken pipe", async () => {
  const broken = new Error("EBADF");
  const told: unknown[] = [];
  const pipe: ByteSink = {
    write: () => {
      throw broken;
    },
    flush: () => {},
    end: () => {},
  };
  const sink = new LineSink(pipe, (error) => told.push(error));
  sink.write(frame("first"));
  sink.write([Buffer.alloc(2 * MB)]);
  await sink.end();
  expect(told).toEqual([broken]);
});
