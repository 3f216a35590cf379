import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ServerConfig } from "../../src/config/config.ts";
import { openSession } from "../../src/upstream/open-session.ts";
import type { UpstreamPool } from "../../src/upstream/pool.ts";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";
import { initializeResult } from "../fixtures/http/rpc.ts";
import {
  callTool,
  noAuthorizer,
  recordingLog,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { httpServer, sseServer } from "../fixtures/server-config.ts";
import { createPool, PATIENT } from "./fake-session.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let fixture: HttpFixture;
let pool: UpstreamPool;

beforeEach(() => {
  fixture = startHttpFixture();
});
afterEach(async () => {
  // A pool that cannot close is the business of the tests named so.
  await within(pool.close({ graceMs: 100 }), 3000).catch(() => {});
  await fixture.stop();
});

function start(server: ServerConfig, idleTimeoutMs = 60_000): void {
  pool = createPool([server], {
    idleTimeoutMs,
    open: (config, options) =>
      openSession(config, {
        ...options,
        authorizer: noAuthorizer,
        env: process.env,
        log: recordingLog(),
      }),
  });
}

const echo = async (message: string) =>
  textOf(await pool.use("fixture", (session) => callTool(session, "echo", { message }), PATIENT));

const countOf = (rpcMethod: string) =>
  fixture.seen.filter((seen) => seen.rpcMethod === rpcMethod).length;

/** The end of an event stream is seen at once; without one the next call finds out. */
async function noticed(type: "http" | "sse"): Promise<void> {
  if (type === "sse") await until(() => pool.statuses().get("fixture")?.kind !== "connected", 8000);
}

describe.each(["http", "sse"] as const)("a pool with a server of type %s", (type) => {
  const serverAt = () =>
    type === "http" ? httpServer(fixture.url("/mcp")) : sseServer(fixture.url("/sse"));

  test("opens one session for twenty first calls at once", async () => {
    start(serverAt());
    const messages = Array.from({ length: 20 }, (_, i) => `message ${i}`);
    expect(await Promise.all(messages.map(echo))).toEqual(messages);
    expect(countOf("initialize")).toBe(1);
    expect(fixture.sessionCount()).toBe(1);
  });

  test("ends an idle session at the server, and opens another for the next call", async () => {
    start(serverAt(), 50);
    await echo("first");
    await until(() => fixture.sessionCount() === 0);
    expect(await echo("second")).toBe("second");
    expect(countOf("initialize")).toBe(2);
  });

  test("serves the next call after the server was restarted on its port", async () => {
    start(serverAt());
    await echo("before");
    await fixture.stop();
    await noticed(type);
    fixture = startHttpFixture({ port: fixture.port });
    expect(await within(echo("after"), 15_000)).toBe("after");
  });

  test("reports an unreachable server, and calls it again when it is back", async () => {
    await fixture.stop();
    start(serverAt());
    expect(await rejection(echo("lost"))).toMatchObject({
      code: "SERVER_UNREACHABLE",
      server: "fixture",
    });
    expect(pool.statuses().get("fixture")).toMatchObject({ kind: "failed" });
    fixture = startHttpFixture({ port: fixture.port });
    expect(await echo("back")).toBe("back");
    expect(pool.statuses().get("fixture")).toMatchObject({ kind: "connected" });
  });

  test("reconnects for the call after one that the server went away under", async () => {
    start(serverAt());
    await echo("before");
    await fixture.stop();
    await within(rejection(echo("lost")), 15_000);
    fixture = startHttpFixture({ port: fixture.port });
    expect(await within(echo("back"), 15_000)).toBe("back");
  });

  test("gives a slow server's session to the caller after the impatient one", async () => {
    await fixture.stop();
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
    fixture = startHttpFixture({
      initialize: async (params) => {
        await gate;
        return initializeResult(params);
      },
    });
    start(serverAt());
    const impatient = pool.use("fixture", () => Promise.resolve(), { connectTimeoutMs: 100 });
    expect(await rejection(impatient)).toMatchObject({ code: "CALL_TIMEOUT", server: "fixture" });
    const patient = echo("at last");
    openGate();
    expect(await patient).toBe("at last");
    expect(countOf("initialize")).toBe(1);
  });

  test("needs sign-in once the server has answered 401, until it lets us in", async () => {
    start(serverAt());
    fixture.intercept = () => new Response("who?", { status: 401 });
    expect(await rejection(echo("lost"))).toMatchObject({ code: "AUTH_REQUIRED" });
    expect(pool.statuses().get("fixture")).toMatchObject({ kind: "needs-auth" });
    fixture.intercept = undefined;
    expect(await echo("in")).toBe("in");
  });

  test.each(["tools/call", "initialize", "nothing at all"])(
    "can be closed at once while the server answers %s with silence",
    async (silentAt) => {
      start(serverAt());
      const isSilent = (rpcMethod: string | undefined) =>
        silentAt === "nothing at all" || rpcMethod === silentAt;
      fixture.intercept = ({ rpcMethod }) =>
        isSilent(rpcMethod) ? new Promise<never>(() => {}) : undefined;
      const call = rejection(echo("never answered"));
      await until(() => fixture.seen.some(({ rpcMethod }) => isSilent(rpcMethod)));
      await within(pool.close({ graceMs: 100 }), 5000);
      await within(call, 5000);
    },
  );
});

describe("a forgotten session", () => {
  test("is opened anew for a call over Streamable HTTP, which the caller does not notice", async () => {
    start(httpServer(fixture.url("/mcp")));
    await echo("before");
    await fixture.forgetSessions();
    expect(await echo("after")).toBe("after");
    expect(countOf("initialize")).toBe(2);
  });

  test("is opened anew when the server says so with a 400, as some do", async () => {
    start(httpServer(fixture.url("/mcp")));
    await echo("before");
    const [old] = fixture.seen.flatMap(({ headers }) => headers.get("mcp-session-id") ?? []);
    fixture.intercept = ({ headers }) =>
      headers.get("mcp-session-id") === old ? new Response("bad", { status: 400 }) : undefined;
    expect(await echo("after")).toBe("after");
  });

  test("is opened anew once only: a server that forgets at once is reported", async () => {
    start(httpServer(fixture.url("/mcp")));
    fixture.intercept = ({ rpcMethod }) =>
      rpcMethod === "tools/call" ? new Response("who?", { status: 404 }) : undefined;
    expect(await rejection(echo("lost"))).toMatchObject({ code: "SERVER_CLOSED" });
    expect(countOf("tools/call")).toBe(2);
  });

  test("is opened anew for a call over SSE after its event stream has ended", async () => {
    start(sseServer(fixture.url("/sse")));
    await echo("before");
    await fixture.forgetSessions();
    await noticed("sse");
    expect(await within(echo("after"), 15_000)).toBe("after");
    expect(countOf("initialize")).toBe(2);
  });

  test("is opened anew for a call over SSE that is answered with 404", async () => {
    start(sseServer(fixture.url("/sse")));
    await echo("before");
    let hasForgotten = false;
    fixture.intercept = ({ rpcMethod }) => {
      if (rpcMethod !== "tools/call" || hasForgotten) return undefined;
      hasForgotten = true;
      return new Response("no such session", { status: 404 });
    };
    expect(await within(echo("after"), 15_000)).toBe("after");
    expect(countOf("initialize")).toBe(2);
  });
});
