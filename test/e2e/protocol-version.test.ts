import { expect, test } from "bun:test";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { fixture } from "./entries.ts";

const NEWEST = "2025-11-25";
const ECHO = { mcpServers: { echo: fixture("echo.ts") } };

test.each([NEWEST, "2025-06-18", "2025-03-26", "2024-11-05"])(
  "speaks %s with a host that asks for it, from the handshake to a call",
  async (version) => {
    await using sandbox = new Sandbox(ECHO);
    const host = new RawHost(sandbox);
    expect((await host.initialize(version)).protocolVersion).toBe(version);
    await host.call("search_tools", { query: "echo" });
    expect(await host.execute("echo__echo", { message: version })).toEqual({
      content: [{ type: "text", text: version }],
    });
  },
);

test.each(["2099-12-31", "2026-07-28", "2024-10-07", "1.0", ""])(
  'offers its newest version to a host that asks for "%s"',
  async (version) => {
    await using sandbox = new Sandbox(ECHO);
    const host = new RawHost(sandbox);
    expect((await host.initialize(version)).protocolVersion).toBe(NEWEST);
  },
);

test("offers its newest version to a host that does not say which it speaks", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  const { result } = await host.request("initialize", { capabilities: {} });
  expect(result).toMatchObject({ protocolVersion: NEWEST });
});

test("refuses server/discover, so that hosts of the next era fall back to the handshake", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  const { error } = await host.request("server/discover", {});
  expect(error).toMatchObject({ code: -32601 });
  expect((await host.initialize()).protocolVersion).toBe(NEWEST);
});

test.each(["resources/teleport", "__proto__", "toString", ""])(
  'answers the unknown method "%s" with -32601 and goes on',
  async (method) => {
    await using sandbox = new Sandbox(ECHO);
    const host = new RawHost(sandbox);
    await host.initialize();
    expect((await host.request(method)).error).toMatchObject({ code: -32601 });
    expect(await host.request("ping")).toHaveProperty("result", {});
  },
);

test("ignores an unknown notification", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  host.send({ method: "notifications/from-next-year", params: { x: 1 } });
  await host.request("ping");
  expect(host.lines).toHaveLength(2);
});

test("answers a call of a tool that it does not have with a hint, not with a protocol error", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  const { result } = await host.request("tools/call", { name: "echo__echo", arguments: {} });
  expect(result).toMatchObject({ isError: true });
  expect(JSON.stringify(result)).toContain("execute_tool");
});
