import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ServerConfig } from "../../src/config/config.ts";
import { RpcError } from "../../src/rpc/message.ts";
import type { RawJson } from "../../src/rpc/raw-json.ts";
import type { UpstreamSession } from "../../src/upstream/session.ts";
import { PICTURE } from "../fixtures/http/picture.ts";
import {
  callTool,
  OpenSessions,
  PATIENCE_MS,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Which tools a server must have: those of the stdio fixture server of that name. */
export type FixtureName = "echo" | "slow" | "changing" | "huge";

export interface Implementation extends AsyncDisposable {
  server(fixture: FixtureName): ServerConfig;
  /** What the servers call themselves, by their title where they have one. */
  title(fixture: FixtureName): string;
}

/** What every UpstreamSession does, whatever it speaks over. */
export function describeUpstreamSession(name: string, start: () => Implementation): void {
  describe(`an upstream session over ${name}`, () => {
    let implementation: Implementation;
    let sessions: OpenSessions;

    beforeEach(() => {
      implementation = start();
      sessions = new OpenSessions();
    });
    afterEach(async () => {
      await sessions[Symbol.asyncDispose]();
      await implementation[Symbol.asyncDispose]();
    });

    const open = (fixture: FixtureName) => sessions.open(implementation.server(fixture));

    test("knows who the server is", async () => {
      const { identity } = await open("echo");
      expect(identity).toEqual({
        protocolVersion: "2025-11-25",
        title: implementation.title("echo"),
        version: "1.0.0",
        instructions: expect.stringContaining("Instructions of "),
      });
    });

    test("answers one call after the other", async () => {
      const session = await open("echo");
      for (let i = 0; i < 30; i++) {
        const message = `number ${i}`;
        expect(textOf(await callTool(session, "echo", { message }))).toBe(message);
      }
    });

    test("gives each of many calls at once its own answer", async () => {
      const session = await open("echo");
      const messages = Array.from({ length: 40 }, (_, i) => `message ${i}`);
      const results = messages.map((message) => callTool(session, "echo", { message }));
      expect((await Promise.all(results)).map(textOf)).toEqual(messages);
    });

    test("takes answers in another order than that of the calls", async () => {
      const session = await open("slow");
      const order: string[] = [];
      const calls = [1500, 0].map(async (ms) => {
        order.push(textOf(await callTool(session, "wait", { ms })));
      });
      await Promise.all(calls);
      expect(order).toEqual(["waited 0 ms", "waited 1500 ms"]);
    });

    test("rejects with the server's own error, code and message untouched", async () => {
      const session = await open("echo");
      const args = { code: -32050, message: "no more tea" };
      const error = await rejection(callTool(session, "rpc_error", args));
      expect(error).toBeInstanceOf(RpcError);
      expect(error).toMatchObject({ code: -32050, message: "no more tea" });
      expect(textOf(await callTool(session, "echo", { message: "on" }))).toBe("on");
    });

    test("passes a result whole: unknown content, unknown fields, _meta", async () => {
      expect(await callTool(await open("echo"), "picture")).toEqual(PICTURE);
    });

    test("passes structured content and isError", async () => {
      const session = await open("echo");
      const sum = await callTool(session, "add", { a: 20, b: 22 });
      expect(sum).toEqual({
        content: [{ type: "text", text: "42" }],
        structuredContent: { sum: 42 },
      });
      expect(await callTool(session, "fail")).toMatchObject({ isError: true });
    });

    test("passes a result of 5 MB", async () => {
      const bytes = 5 * 1024 * 1024;
      const text = textOf(await callTool(await open("huge"), "huge", { bytes }));
      expect(Buffer.byteLength(text)).toBe(bytes);
    });

    test("tells the server of a cancelled call, and lives on", async () => {
      const session = await open("slow");
      const controller = new AbortController();
      const call = session.request(
        "tools/call",
        { name: "hang", arguments: {} },
        { timeoutMs: PATIENCE_MS, signal: controller.signal },
      );
      expect(await cancelledTools(session)).toEqual([]);
      controller.abort();
      expect(await rejection(call)).toMatchObject({ code: "CALL_CANCELLED", server: "fixture" });
      await until(async () => (await cancelledTools(session)).includes("hang"));
    });

    test("does not send a call that was cancelled before it began", async () => {
      const session = await open("slow");
      const request = { name: "hang", arguments: {} };
      const options = { timeoutMs: PATIENCE_MS, signal: AbortSignal.abort() };
      const error = await rejection(session.request("tools/call", request, options));
      expect(error).toMatchObject({ code: "CALL_CANCELLED" });
      expect(await cancelledTools(session)).toEqual([]);
    });

    test("gives up a call that takes too long, tells the server, and lives on", async () => {
      const session = await open("slow");
      const request = { name: "hang", arguments: {} };
      const error = await rejection(session.request("tools/call", request, { timeoutMs: 150 }));
      expect(error).toMatchObject({ code: "CALL_TIMEOUT", server: "fixture" });
      await until(async () => (await cancelledTools(session)).includes("hang"));
    });

    test("waits longer while the server reports progress", async () => {
      const session = await open("slow");
      const seen: unknown[] = [];
      const result = await session.request(
        "tools/call",
        { name: "wait", arguments: { ms: 2500, progressEveryMs: 100 } },
        {
          timeoutMs: 1000,
          maxTotalMs: PATIENCE_MS,
          onProgress: (params: RawJson) => seen.push(params.parse()),
        },
      );
      expect(textOf(result.parse())).toBe("waited 2500 ms");
      expect(seen[0]).toMatchObject({ progress: 100, total: 2500 });
      expect(seen.length).toBeGreaterThan(2);
    });

    test("waits no longer than the cap, whatever the progress", async () => {
      const session = await open("slow");
      const request = { name: "wait", arguments: { ms: 25_000, progressEveryMs: 50 } };
      const options = { timeoutMs: 600, maxTotalMs: 1200, onProgress: () => {} };
      const began = performance.now();
      const error = await rejection(session.request("tools/call", request, options));
      expect(error).toMatchObject({ code: "CALL_TIMEOUT" });
      expect(performance.now() - began).toBeGreaterThan(600);
      expect(performance.now() - began).toBeLessThan(15_000);
    });

    test("delivers the server's notifications", async () => {
      const heard: string[] = [];
      const session = await sessions.open(implementation.server("changing"), {
        onNotification: (method) => heard.push(method),
      });
      // A server may forget what it says while the stream that carries it is not open yet.
      await poll(async () => {
        await callTool(session, "add_tool", { name: "late" });
        return heard.includes("notifications/tools/list_changed") || undefined;
      });
      const listed = await session.request("tools/list", {}, { timeoutMs: PATIENCE_MS });
      expect(listed.text()).toContain('"late"');
    });

    test("ends `closed` and every call in flight when it is closed", async () => {
      const session = await open("slow");
      const call = rejection(callTool(session, "hang"));
      await session.close({ graceMs: 2000 });
      expect(await session.closed).toMatchObject({ code: "SERVER_CLOSED", server: "fixture" });
      expect(await call).toMatchObject({ code: "SERVER_CLOSED", server: "fixture" });
      expect(await rejection(callTool(session, "cancelled"))).toMatchObject({
        code: "SERVER_CLOSED",
      });
    });
  });
}

async function cancelledTools(session: UpstreamSession): Promise<string[]> {
  const text = textOf(await callTool(session, "cancelled"));
  const cancelled = JSON.parse(text) as { tool: string }[]; // as: our own fixtures answer so
  return cancelled.map(({ tool }) => tool);
}
