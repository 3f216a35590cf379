import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { MAX_MESSAGE_BYTES, MAX_OTHER_BYTES } from "../../src/transport/limit-answer.ts";
import { type Endless, endless, type EndlessOptions } from "../fixtures/http/endless.ts";
import {
  type HttpFixture,
  type SeenRequest,
  startHttpFixture,
} from "../fixtures/http/http-server.ts";
import {
  callTool,
  OpenSessions,
  recordingLog,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { httpServer, sseServer } from "../fixtures/server-config.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const JSON_START = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"';
const EVENTS = "text/event-stream";
/** What lies in pipes and buffers when the other side hangs up. */
const ON_THE_WAY_BYTES = 32 * 1024 * 1024;
const DEADLINE_MS = 30_000;

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

/** Answers the next request of the kind so, and no other. */
function answerOnce(isMeant: (seen: SeenRequest) => boolean, options: EndlessOptions): Endless {
  const answer = endless(options);
  fixture.intercept = (seen) => {
    if (!isMeant(seen)) return undefined;
    fixture.intercept = undefined;
    return answer.response;
  };
  return answer;
}

const openHttp = (log = recordingLog()) => sessions.open(httpServer(fixture.url("/mcp")), { log });
const openSse = () => sessions.open(sseServer(fixture.url("/sse")));

const isCall = ({ rpcMethod }: SeenRequest) => rpcMethod === "tools/call";
const isInitialized = ({ rpcMethod }: SeenRequest) => rpcMethod === "notifications/initialized";

async function expectCutOff(answer: Endless, maxBytes: number): Promise<void> {
  await within(answer.hungUp, DEADLINE_MS);
  expect(answer.sentBytes()).toBeLessThan(maxBytes + ON_THE_WAY_BYTES);
}

const tooLong = (megabytes: number) => ({
  code: "SERVER_PROTOCOL",
  server: "fixture",
  message: `server "fixture" sent a message of more than ${megabytes} MB`,
});

describe("over Streamable HTTP", () => {
  test.each([
    { what: "an answer in JSON", type: "application/json", start: JSON_START },
    { what: "one line of an event stream", type: EVENTS, start: `data: ${JSON_START}` },
    { what: "an event of many lines", type: EVENTS, block: "data: 1234567890\r\n" },
    { what: "an event that could be resumed", type: EVENTS, start: "id: 1\ndata:\n\ndata: [" },
  ])("$what that has no end is cut off, and the session goes on", async (options) => {
    const session = await openHttp();
    const answer = answerOnce(isCall, options);
    expect(await rejection(within(callTool(session, "echo"), DEADLINE_MS))).toMatchObject(
      tooLong(64),
    );
    await expectCutOff(answer, MAX_MESSAGE_BYTES);
    expect(textOf(await callTool(session, "echo", { message: "still here" }))).toBe("still here");
    expect(fixture.seen.filter(({ rpcMethod }) => rpcMethod === "initialize")).toHaveLength(1);
  });

  test("calls beside it are answered", async () => {
    const session = await openHttp();
    const slow = callTool(session, "wait", { ms: 500 });
    await until(() => fixture.seen.some(isCall));
    answerOnce(isCall, { type: "application/json", start: JSON_START });
    const cut = rejection(callTool(session, "echo"));
    expect(textOf(await slow)).toBe("waited 500 ms");
    expect(await cut).toMatchObject(tooLong(64));
  });

  test.each([
    { what: "a page", type: "text/html", status: 200, code: "SERVER_PROTOCOL" },
    { what: "an error's page", type: "text/html", status: 500, code: "SERVER_UNREACHABLE" },
    { what: "a refusal", type: "application/json", status: 401, code: "AUTH_REQUIRED" },
    { what: "a redirect", type: "text/plain", status: 302, code: "SERVER_UNREACHABLE" },
  ])("$what without an end tells as much as one with", async ({ type, status, code }) => {
    const session = await openHttp();
    const answer = answerOnce(isCall, { type, status });
    expect(await rejection(callTool(session, "echo"))).toMatchObject({ code, server: "fixture" });
    await expectCutOff(answer, MAX_OTHER_BYTES);
  });

  test.each([
    { type: EVENTS, block: "data: 1\n\n" },
    { type: "application/json", status: 202 },
  ])("an acknowledgement without an end ($type) is not waited for", async (options) => {
    const answer = answerOnce(isInitialized, options);
    const session = await within(openHttp(), DEADLINE_MS);
    await expectCutOff(answer, MAX_OTHER_BYTES);
    expect(textOf(await callTool(session, "echo", { message: "here" }))).toBe("here");
  });

  test("a handshake without an end fails with what it was", async () => {
    const answers = [endless({ type: "application/json" }), endless({ type: "application/json" })];
    const rest = [...answers];
    fixture.intercept = () => rest.shift()?.response;
    expect(await rejection(within(openHttp(), DEADLINE_MS))).toMatchObject(tooLong(64));
    for (const answer of answers.slice(0, answers.length - rest.length))
      await expectCutOff(answer, MAX_MESSAGE_BYTES);
  });

  test("a stream of announcements without an end is not listened to again", async () => {
    const log = recordingLog();
    let streams = 0;
    const answer = endless({ type: EVENTS, start: "data: " });
    fixture.intercept = ({ httpMethod }) => {
      if (httpMethod !== "GET") return undefined;
      return streams++ === 0 ? answer.response : undefined;
    };
    const session = await openHttp(log);
    await expectCutOff(answer, MAX_MESSAGE_BYTES);
    await until(() => log.lines.some((line) => line.includes("more than 64 MB")));
    expect(textOf(await callTool(session, "echo", { message: "still here" }))).toBe("still here");
    // By then the SDK has asked for it again, had it been let.
    await callTool(session, "wait", { ms: 1500 });
    expect(streams).toBe(1);
  });

  test("many events are no long one", async () => {
    const params = `{"data":"${"x".repeat(60_000)}"}`;
    const notification = `{"jsonrpc":"2.0","method":"notifications/message","params":${params}}`;
    const answer = endless({ type: EVENTS, block: `data: ${notification}\r\n\r\n` });
    fixture.intercept = ({ httpMethod }) => (httpMethod === "GET" ? answer.response : undefined);
    const session = await openHttp();
    await until(() => answer.sentBytes() > MAX_MESSAGE_BYTES + ON_THE_WAY_BYTES, DEADLINE_MS);
    expect(textOf(await callTool(session, "echo", { message: "still here" }))).toBe("still here");
  });
});

describe("over HTTP with SSE", () => {
  test("a handshake without an end fails with what it was", async () => {
    const answer = endless({
      type: EVENTS,
      start: "event: endpoint\ndata: /message?sessionId=none\n\ndata: ",
    });
    fixture.intercept = ({ httpMethod }) =>
      httpMethod === "GET" ? answer.response : new Response(null, { status: 202 });
    expect(await rejection(within(openSse(), DEADLINE_MS))).toMatchObject(tooLong(64));
    await expectCutOff(answer, MAX_MESSAGE_BYTES);
  });

  test("a message that is too long ends the session, which says why", async () => {
    const session = await openSse();
    const waiting = rejection(callTool(session, "hang"));
    const call = rejection(callTool(session, "huge", { bytes: 2 * MAX_MESSAGE_BYTES }));
    expect(await within(call, DEADLINE_MS)).toMatchObject(tooLong(64));
    expect(await waiting).toMatchObject(tooLong(64));
    expect(await session.closed).toMatchObject(tooLong(64));
  });

  test("a stream that never names its endpoint is cut off", async () => {
    const answer = endless({ type: EVENTS, start: "event: endpoint\ndata: /" });
    fixture.intercept = () => answer.response;
    expect(await rejection(within(openSse(), DEADLINE_MS))).toMatchObject(tooLong(64));
    await expectCutOff(answer, MAX_MESSAGE_BYTES);
  });
});
