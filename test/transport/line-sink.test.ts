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
