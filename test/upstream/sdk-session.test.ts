import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";
import {
  callTool,
  OpenSessions,
  PATIENCE_MS,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { httpServer, sseServer } from "../fixtures/server-config.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let fixture: HttpFixture;
let sessions: OpenSessions;

beforeEach(() => {
  fixture = startHttpFixture();
  sessions = new OpenSessions();
});
afterEach(async () => {
  await sessions[Symbol.asyncDispose]();
  await fixture.stop();
});

describe.each(["http", "sse"] as const)("a session with a server of type %s", (type) => {
  const server = () =>
    type === "http" ? httpServer(fixture.url("/mcp")) : sseServer(fixture.url("/sse"));

  test("sends the configured headers with every request", async () => {
    const session = await sessions.open({ ...server(), headers: { "x-team": "blue" } });
    const headers = JSON.parse(textOf(await callTool(session, "headers"))) as object;
    expect(headers).toMatchObject({ "x-team": "blue" });
    expect(fixture.seen.map((seen) => seen.headers.get("x-team"))).not.toContain(null);
  });

  test("delivers the progress that comes right before the result", async () => {
    const session = await sessions.open(server());
    const seen: unknown[] = [];
    await session.request(
      "tools/call",
      { name: "burst", arguments: { count: 5 } },
      { timeoutMs: PATIENCE_MS, onProgress: (params) => seen.push(params.parse()) },
    );
    expect(seen).toEqual([1, 2, 3, 4, 5].map((progress) => ({ progress, total: 5 })));
  });

  test("keeps the host's own _meta beside the progress token", async () => {
    const session = await sessions.open(server());
    const _meta = { "example.com/trace": "abc" };
    const params = { name: "meta", arguments: {}, _meta };
    const options = { timeoutMs: PATIENCE_MS, onProgress: () => {} };
    const result = await session.request("tools/call", params, options);
    expect(JSON.parse(textOf(result.parse()))).toMatchObject({ "example.com/trace": "abc" });
  });

  test("leaves no session behind at the server when it is closed", async () => {
    const session = await sessions.open(server());
    expect(fixture.sessionCount()).toBe(1);
    await session.close({ graceMs: 5000 });
    await until(() => fixture.sessionCount() === 0);
  });

  test("can be closed twice, and when the server is gone", async () => {
    const session = await sessions.open(server());
    await fixture.stop();
    await within(session.close({ graceMs: 500 }), 5000);
    await within(session.close({ graceMs: 500 }), 5000);
    expect(await session.closed).toMatchObject({ code: "SERVER_CLOSED" });
  });
});

test("closing waits no longer than the grace for a server that does not answer the DELETE", async () => {
  const session = await sessions.open(httpServer(fixture.url("/mcp")));
  fixture.intercept = () => new Promise<never>(() => {});
  const began = performance.now();
  await within(session.close({ graceMs: 200 }), 5000);
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
});

test("a server that allows no DELETE and no event stream can be used and closed", async () => {
  fixture.intercept = ({ httpMethod }) =>
    httpMethod === "POST" ? undefined : new Response(null, { status: 405 });
  const session = await sessions.open(httpServer(fixture.url("/mcp")));
  expect(textOf(await callTool(session, "echo", { message: "hi" }))).toBe("hi");
  await within(session.close({ graceMs: 500 }), 5000);
});

test("an event stream that the server ends does not end a Streamable HTTP session", async () => {
  fixture.intercept = ({ httpMethod }) =>
    httpMethod === "GET"
      ? new Response("", { headers: { "content-type": "text/event-stream" } })
      : undefined;
  const session = await sessions.open(httpServer(fixture.url("/mcp")));
  await until(() => fixture.seen.some(({ httpMethod }) => httpMethod === "GET"));
  expect(textOf(await callTool(session, "echo", { message: "hi" }))).toBe("hi");
});

test("an event stream over SSE that the server ends, ends the session: it cannot be resumed", async () => {
  const session = await sessions.open(sseServer(fixture.url("/sse")));
  await fixture.stop();
  expect(await within(session.closed, 8000)).toMatchObject({ code: "SERVER_CLOSED" });
});

test("an SSE server may not send our messages to another origin", async () => {
  await using elsewhere = startHttpFixture();
  const endpoint = `event: endpoint\ndata: ${elsewhere.url("/message").href}\n\n`;
  fixture.intercept = () =>
    new Response(endpoint, { headers: { "content-type": "text/event-stream" } });
  const error = await rejection(sessions.open(sseServer(fixture.url("/sse")), { timeoutMs: 3000 }));
  expect(error).toMatchObject({ server: "fixture" });
  expect(elsewhere.seen).toEqual([]);
});
