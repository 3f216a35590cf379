import { expect, test } from "bun:test";
import { type Json, RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { fixture } from "./entries.ts";
import { until } from "./until.ts";

const ECHO = { mcpServers: { echo: fixture("echo.ts") } };

test("runs a tool and answers with its text and structured content", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = await SdkHost.connect(sandbox);
  await host.search("add");
  expect(await host.execute("echo__add", { a: 2, b: 40 })).toEqual({
    content: [{ type: "text", text: "42" }],
    structuredContent: { sum: 42 },
  });
});

test("passes content of every kind, unknown kinds and fields of next year through whole", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "picture" });
  const result = await host.execute("echo__picture");
  const content = result.content as Json[]; // as: checked in the next line
  expect(content.map(({ type }) => type)).toEqual([
    "image",
    "audio",
    "resource",
    "text",
    "hologram",
  ]);
  expect(content[3]).toMatchObject({ _meta: { "example.com/note": 1 } });
  expect(content[4]).toEqual({ type: "hologram", depth: { z: 3 } });
  expect(result._meta).toEqual({ "example.com/took": { ms: 3 } });
  expect(result.futureField).toEqual(["kept", null, true]);
});

test("keeps every digit of a number that JavaScript would round", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "big number" });
  host.write(
    '{"jsonrpc":"2.0","id":"big","method":"tools/call","params":{"name":"execute_tool",' +
      '"arguments":{"name":"echo__big_number","arguments":{"id":12345678901234567890}}}}\n',
  );
  const received = textOf((await host.answer("big")).result);
  expect(received).toContain('"arguments":{"id":12345678901234567890}');
});

test("unwraps arguments that a model wrote as a JSON string, doubly encoded ones too", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "add" });
  const once = JSON.stringify({ a: 1, b: 2 });
  for (const args of [once, JSON.stringify(once)]) {
    const result = await host.call("execute_tool", { name: "echo__add", arguments: args });
    expect(textOf(result)).toBe("3");
  }
});

test("passes a tool's own failure through as the failure that it is", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = await SdkHost.connect(sandbox);
  await host.search("fail");
  expect(await host.execute("echo__fail")).toEqual({
    content: [{ type: "text", text: "it failed, as asked" }],
    isError: true,
  });
});

test("says how a server died in the middle of a call, and reconnects for the next one", async () => {
  await using sandbox = new Sandbox({ mcpServers: { crash: fixture("crash.ts") } });
  const host = await SdkHost.connect(sandbox);
  await host.search("crash");
  const died = await host.execute("crash__crash");
  expect(died).toMatchObject({
    isError: true,
    _meta: { "mcpzip/error": { code: "SERVER_CLOSED", server: "crash" } },
  });
  expect(textOf(died)).toContain("exited with code 3");
  expect(textOf(died)).toContain("crash: giving up");
  expect(textOf(await host.execute("crash__ok"))).toBe("ok");
});

test("gives a call as many seconds as it asks for, and says how to get more", async () => {
  await using sandbox = new Sandbox({ mcpServers: { slow: fixture("slow.ts") } });
  const host = await SdkHost.connect(sandbox);
  await host.search("hang");
  await host.execute("slow__cancelled");
  const result = await host.client.callTool({
    name: "execute_tool",
    arguments: { name: "slow__hang", timeout: 0.2 },
  });
  expect(result).toMatchObject({
    isError: true,
    _meta: { "mcpzip/error": { code: "CALL_TIMEOUT", server: "slow" } },
  });
  expect(textOf(result)).toContain("call_timeout_seconds");
});

test("passes a cancellation on to the server and answers no more", async () => {
  await using sandbox = new Sandbox({ mcpServers: { slow: fixture("slow.ts") } });
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "wait" });
  const args = { name: "slow__wait", arguments: { ms: 60_000, progressEveryMs: 10 } };
  const params = { name: "execute_tool", arguments: args, _meta: { progressToken: "token" } };
  host.send({ id: "waiting", method: "tools/call", params });
  await host.line((line) => line.includes("notifications/progress"));
  host.send({ method: "notifications/cancelled", params: { requestId: "waiting" } });
  await until("the server knows of the cancelled call", async () => {
    const known = textOf(await host.execute("slow__cancelled"));
    return known.includes('"tool":"wait"');
  });
  expect(host.lines.filter((line) => line.includes('"waiting"'))).toEqual([]);
});

test("relays a server's progress under the token that the host gave", async () => {
  await using sandbox = new Sandbox({ mcpServers: { slow: fixture("slow.ts") } });
  const host = await SdkHost.connect(sandbox);
  await host.search("wait");
  const seen: number[] = [];
  const args = { name: "slow__wait", arguments: { ms: 200, progressEveryMs: 40 } };
  const call = { name: "execute_tool", arguments: args };
  const onprogress = ({ progress }: { progress: number }) => void seen.push(progress);
  const result = await host.client.callTool(call, undefined, { onprogress });
  expect(textOf(result)).toBe("waited 200 ms");
  expect(seen.slice(0, 2)).toEqual([40, 80]);
});
