import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";
import { callTool, OpenSessions, PATIENCE_MS, rejection } from "../fixtures/open-sessions.ts";
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

function serverOf(type: "http" | "sse") {
  return type === "http" ? httpServer(fixture.url("/mcp")) : sseServer(fixture.url("/sse"));
}

const GONE: unknown = expect.stringMatching(/^SERVER_(CLOSED|UNREACHABLE)$/);

const STATUSES = [
  { status: 401, code: "AUTH_REQUIRED", fix: "headers" },
  { status: 403, code: "AUTH_REQUIRED", fix: "headers" },
  { status: 404, code: "SERVER_PROTOCOL", fix: '"type"' },
  { status: 405, code: "SERVER_PROTOCOL", fix: '"type"' },
  { status: 500, code: "SERVER_UNREACHABLE", fix: undefined },
  { status: 503, code: "SERVER_UNREACHABLE", fix: undefined },
] as const;

describe.each(["http", "sse"] as const)("a server of type %s", (type) => {
  test.each(STATUSES)("that answers everything with $status is $code", async (expected) => {
    fixture.intercept = () => new Response("no", { status: expected.status });
    const error = await rejection(sessions.open(serverOf(type)));
    expect(error).toMatchObject({
      code: expected.code,
      server: "fixture",
      message: expect.stringContaining(String(expected.status)),
      ...(expected.fix !== undefined && { fix: expect.stringContaining(expected.fix) }),
    });
  });

  test("that answers 401 to configured headers has rejected them", async () => {
    fixture.intercept = () => new Response("no", { status: 401 });
    const headers = { authorization: "Bearer wrong-token" };
    const error = await rejection(sessions.open({ ...serverOf(type), headers }));
    expect(error).toMatchObject({ code: "AUTH_REJECTED", server: "fixture" });
    expect(String(error)).not.toContain("wrong-token");
  });

  test("that answers with a web page does not speak MCP", async () => {
    fixture.intercept = () =>
      new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } });
    const error = await rejection(sessions.open(serverOf(type)));
    expect(error).toMatchObject({
      code: "SERVER_PROTOCOL",
      server: "fixture",
      fix: expect.stringContaining('"url"'),
    });
  });

  test("that does not listen is unreachable, and its address is told", async () => {
    await fixture.stop();
    const error = await rejection(sessions.open(serverOf(type)));
    expect(error).toMatchObject({
      code: "SERVER_UNREACHABLE",
      server: "fixture",
      why: expect.stringContaining(`http://127.0.0.1:${fixture.port}`),
      fix: expect.stringContaining('"url"'),
    });
  });

  test("that never answers to the handshake is given up in time", async () => {
    fixture.intercept = ({ httpMethod }) =>
      httpMethod === "POST" ? new Promise<never>(() => {}) : undefined;
    const error = await rejection(sessions.open(serverOf(type), { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: "CALL_TIMEOUT", server: "fixture" });
  });

  test("that takes the connection and stays silent is given up in time", async () => {
    fixture.intercept = () => new Promise<never>(() => {});
    const opening = rejection(sessions.open(serverOf(type), { timeoutMs: 300 }));
    const error = await within(opening, 8000);
    expect(error).toMatchObject({ code: "CALL_TIMEOUT", server: "fixture" });
  });

  test("that is still being connected to is given up when the attempt is aborted", async () => {
    fixture.intercept = () => new Promise<never>(() => {});
    const controller = new AbortController();
    const opening = rejection(sessions.open(serverOf(type), { signal: controller.signal }));
    await until(() => fixture.seen.length > 0);
    controller.abort();
    expect(await within(opening, 8000)).toMatchObject({ code: "CALL_CANCELLED" });
  });

  test("is not waited for when the attempt was aborted before it began", async () => {
    fixture.intercept = () => new Promise<never>(() => {});
    const opening = rejection(sessions.open(serverOf(type), { signal: AbortSignal.abort() }));
    expect(await within(opening, 8000)).toMatchObject({ code: "CALL_CANCELLED" });
  });

  test("that refuses to initialize is quoted", async () => {
    await fixture.stop();
    fixture = startHttpFixture({
      initialize: () => {
        throw new Error("licence expired");
      },
    });
    const error = await rejection(sessions.open(serverOf(type)));
    expect(error).toMatchObject({
      code: "SERVER_PROTOCOL",
      message: expect.stringContaining("licence expired"),
    });
  });

  test("that answers 500 to one call is usable for the next", async () => {
    const session = await sessions.open(serverOf(type));
    fixture.intercept = ({ httpMethod }) =>
      httpMethod === "POST" ? new Response("oops", { status: 500 }) : undefined;
    expect(await rejection(callTool(session, "echo"))).toMatchObject({
      code: "SERVER_UNREACHABLE",
      message: expect.stringContaining("500"),
    });
    fixture.intercept = undefined;
    expect(await callTool(session, "echo", { message: "back" })).toMatchObject({
      content: [{ text: "back" }],
    });
  });

  test("that dies before it answers a call fails that call long before its timeout", async () => {
    const session = await sessions.open(serverOf(type));
    const call = rejection(callTool(session, "hang"));
    await until(() => fixture.seen.some(({ rpcMethod }) => rpcMethod === "tools/call"));
    await fixture.stop();
    expect(await within(call, 8000)).toMatchObject({ server: "fixture", code: GONE });
  });

  test("that dies in the middle of an answer fails that call long before its timeout", async () => {
    const session = await sessions.open(serverOf(type));
    const params = { name: "wait", arguments: { ms: 60_000, progressEveryMs: 20 } };
    const { promise: begun, resolve } = Promise.withResolvers<unknown>();
    const options = { timeoutMs: PATIENCE_MS, onProgress: resolve };
    const call = rejection(session.request("tools/call", params, options));
    await begun;
    await fixture.stop();
    expect(await within(call, 8000)).toMatchObject({ server: "fixture", code: GONE });
  });
});

test.each([404, 400])(
  "an HTTP %d with a session id means that the session is lost",
  async (status) => {
    const session = await sessions.open(serverOf("http"));
    fixture.intercept = () => new Response("Session not found", { status });
    expect(await rejection(callTool(session, "echo"))).toMatchObject({
      code: "SERVER_CLOSED",
      message: 'server "fixture" has ended the session',
    });
  },
);
