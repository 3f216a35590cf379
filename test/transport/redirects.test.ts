import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";
import { callTool, OpenSessions, rejection, textOf } from "../fixtures/open-sessions.ts";
import { httpServer, sseServer } from "../fixtures/server-config.ts";

const SECRET = { authorization: "Bearer for-the-first-origin-only", "x-key": "secret" };

let fixture: HttpFixture;
let elsewhere: HttpFixture;
let sessions: OpenSessions;

beforeEach(() => {
  fixture = startHttpFixture();
  elsewhere = startHttpFixture();
  sessions = new OpenSessions();
});
afterEach(async () => {
  await sessions[Symbol.asyncDispose]();
  await fixture.stop();
  await elsewhere.stop();
});

const TYPES = [
  { type: "http", path: "/mcp" },
  { type: "sse", path: "/sse" },
] as const;

describe.each(TYPES)("a server of type $type", ({ type, path }) => {
  const open = (from: `/${string}`) => {
    const url = fixture.url(from);
    const server = type === "http" ? httpServer(url) : sseServer(url);
    return sessions.open({ ...server, headers: SECRET });
  };

  test.each([301, 302, 303, 307, 308])(
    "is not followed to another origin (HTTP %d), which sees nothing of us",
    async (status) => {
      fixture.intercept = () => redirect(elsewhere.url(path), status);
      const error = await rejection(open(path));
      expect(error).toMatchObject({ server: "fixture" });
      expect(elsewhere.seen).toEqual([]);
      expect(fixture.seen[0]?.headers.get("authorization")).toBe(SECRET.authorization);
    },
  );

  test("is not followed to another origin when it moves during a session", async () => {
    const session = await open(path);
    fixture.intercept = ({ httpMethod }) =>
      httpMethod === "POST" ? redirect(elsewhere.url(path), 307) : undefined;
    await rejection(callTool(session, "echo", { message: "private" }));
    expect(elsewhere.seen).toEqual([]);
  });

  test("is followed within its origin, method, body and headers kept", async () => {
    fixture.intercept = (seen) =>
      seen.path === "/old" ? redirect(fixture.url(path), 307) : undefined;
    const session = await open("/old");
    const headers = JSON.parse(textOf(await callTool(session, "headers"))) as object;
    expect(headers).toMatchObject(SECRET);
  });

  test("says where a redirect to another origin wanted to go", async () => {
    fixture.intercept = () => redirect(elsewhere.url(path), 307);
    const error = await rejection(open(path));
    const { message, why = "" } = error as { message: string; why?: string };
    expect(`${message} ${why}`).toContain(elsewhere.url(path).href);
  });
});

function redirect(to: URL, status: number): Response {
  return new Response(null, { status, headers: { location: to.href } });
}
