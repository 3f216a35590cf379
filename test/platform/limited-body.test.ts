import { afterEach, beforeEach, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { limitBody } from "../../src/platform/limited-body.ts";
import { endless } from "../fixtures/http/endless.ts";
import { rejection } from "../fixtures/open-sessions.ts";

const MAX_BYTES = 1000;

let answer: () => Response | Promise<Response>;
let server: ReturnType<typeof Bun.serve>;

beforeEach(() => {
  server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => answer() });
});
afterEach(() => server.stop(true));

const tooLong = new Error("too long");

async function fetchLimited(per: "body" | "event"): Promise<Response> {
  const response = await fetch(server.url, { proxy: false });
  return limitBody(response, { maxBytes: MAX_BYTES, per, tooLong: () => tooLong });
}

/** A body that comes in these pieces, however they may then arrive. */
function inPieces(pieces: readonly string[]): Response {
  const body = new ReadableStream<string>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

test.each([0, 1, MAX_BYTES])("a body of %i bytes arrives whole", async (length) => {
  answer = () => new Response("x".repeat(length), { status: 201, headers: { "x-a": "1" } });
  const response = await fetchLimited("body");
  expect([response.status, response.headers.get("x-a")]).toEqual([201, "1"]);
  expect(await response.text()).toBe("x".repeat(length));
});

test.each([204, 304])("an answer without a body stays without one (%i)", async (status) => {
  answer = () => new Response(null, { status });
  const response = await fetchLimited("body");
  expect([response.status, await response.text()]).toEqual([status, ""]);
});

test("a declared length over the limit is refused", async () => {
  answer = () => new Response("x".repeat(MAX_BYTES + 1));
  expect(await rejection((await fetchLimited("body")).text())).toBe(tooLong);
});

test("a packed body counts by what it unpacks to", async () => {
  const packed = gzipSync(Buffer.alloc(10 * MAX_BYTES));
  expect(packed.length).toBeLessThan(MAX_BYTES);
  answer = () => new Response(packed, { headers: { "content-encoding": "gzip" } });
  expect(await rejection((await fetchLimited("body")).arrayBuffer())).toBe(tooLong);
});

test("a body without an end is left, and its connection closed", async () => {
  const { response, hungUp } = endless({ type: "application/json" });
  answer = () => response;
  expect(await rejection((await fetchLimited("body")).json())).toBe(tooLong);
  await hungUp;
});

test("a body that is given up by its reader is given up at its source", async () => {
  const { response, hungUp } = endless({ type: "text/event-stream", block: "data: 1\n\n" });
  answer = () => response;
  const limited = await fetchLimited("event");
  const reader = limited.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await hungUp;
});

/** Half the limit, so that two of it without a blank line between them are too long. */
const HALF = `data: ${"x".repeat(MAX_BYTES / 2)}`;

test.each([
  ["LF", "\n\n"],
  ["CR LF", "\r\n\r\n"],
  ["CR", "\r\r"],
  ["LF, then CR LF", "\n\r\n"],
])("events may go on for ever between blank lines of %s", async (_, blankLine) => {
  const pieces = Array.from({ length: 50 }, () => [HALF, ...blankLine]).flat();
  answer = () => inPieces(pieces);
  expect(await (await fetchLimited("event")).text()).toBe(pieces.join(""));
});

test.each([
  ["no line end", ""],
  ["one LF", "\n"],
  ["one CR LF", "\r\n"],
  ["one CR", "\r"],
])("what has %s between is one event", async (_, lineEnd) => {
  answer = () => inPieces(Array.from({ length: 50 }, () => HALF + lineEnd));
  expect(await rejection((await fetchLimited("event")).text())).toBe(tooLong);
});

test("a blank line that arrives in two parts ends an event", async () => {
  const { promise: firstIsRead, resolve } = Promise.withResolvers<void>();
  const body = new ReadableStream<string>({
    start: async (controller) => {
      controller.enqueue(`${HALF}\n`);
      await firstIsRead;
      controller.enqueue(`\n${HALF}`);
      controller.close();
    },
  });
  answer = () => new Response(body);
  const reader = (await fetchLimited("event")).body?.getReader();
  let text = "";
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    text += Buffer.from(part.value).toString();
    resolve();
  }
  expect(text).toBe(`${HALF}\n\n${HALF}`);
});
