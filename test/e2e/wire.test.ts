import { expect, test } from "bun:test";
import { idTextOf } from "./id-text.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { fixture } from "./entries.ts";

const ECHO = { mcpServers: { echo: fixture("echo.ts") } };

const MALFORMED = [
  "this is not JSON",
  '{"jsonrpc":"2.0","id":1,"method":"pi',
  '{"jsonrpc":"2.0","id":2}',
  '{"jsonrpc":"2.0","id":3,"method":42}',
  '{"jsonrpc":"2.0","id":4,"result":{}}',
  "{}",
  "[]",
  "null",
  "42",
  '"ping"',
  '{"jsonrpc":"2.0","id":5,"method":"ping"}}}',
  "}{",
  "\u0000\u0001\u0002",
  "[".repeat(100_000),
];

test.each(MALFORMED.map((line) => [line.slice(0, 60), line]))(
  "survives the malformed line %p",
  async (_shown, line) => {
    await using sandbox = new Sandbox(ECHO);
    const host = new RawHost(sandbox);
    await host.initialize();
    host.write(`${line}\n`);
    host.send({ id: "after", method: "ping" });
    expect(await host.answer("after")).toHaveProperty("result", {});
    for (const written of host.lines) expect(JSON.parse(written).jsonrpc).toBe("2.0");
    expect(host.stderr).not.toContain("    at ");
  },
);

test("survives a line that is not UTF-8", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  host.writeBytes(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]));
  expect(await host.request("ping")).toHaveProperty("result", {});
});

test("answers every request of a JSON array batch once", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize("2025-03-26");
  const note = '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}';
  host.write(`[${pingText(101)},${note},${pingText(102)}]\n`);
  host.send({ id: "after", method: "ping" });
  const line = await host.line((written) => written.includes("102"));
  const answers: unknown[] = [JSON.parse(line)].flat();
  expect(answers).toEqual([
    { jsonrpc: "2.0", id: 101, result: {} },
    { jsonrpc: "2.0", id: 102, result: {} },
  ]);
  expect(await host.answer("after")).toHaveProperty("result", {});
});

function pingText(id: number): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
}

test("skips blank lines without a word", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  host.write("\n\n   \n\t\n\r\n");
  expect(await host.request("ping")).toHaveProperty("result", {});
  expect(host.lines).toHaveLength(2);
  expect(host.stderr).not.toContain("skipped");
});

test("reads lines that end as on Windows", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  host.write('{"jsonrpc":"2.0","id":"crlf","method":"ping"}\r\n');
  expect(await host.answer("crlf")).toEqual({ jsonrpc: "2.0", id: "crlf", result: {} });
});

test("reads a request that arrives byte by byte, in the middle of characters too", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "echo" });
  const args = { name: "echo__echo", arguments: { message: "grüß dich 🦊" } };
  const params = { name: "execute_tool", arguments: args };
  const request = { jsonrpc: "2.0", id: "slowly", method: "tools/call", params };
  for (const byte of Buffer.from(`${JSON.stringify(request)}\n`)) {
    await host.writeBytes(Uint8Array.of(byte));
  }
  expect(await host.answer("slowly")).toMatchObject({
    result: { content: [{ type: "text", text: "grüß dich 🦊" }] },
  });
});

test("answers a thousand requests that arrive in one write, each once", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  const ids = Array.from({ length: 1000 }, (_, i) => `many-${i}`);
  host.write(ids.map((id) => `{"jsonrpc":"2.0","id":"${id}","method":"ping"}\n`).join(""));
  host.write('{"jsonrpc":"2.0","id":"last","method":"ping"}\n');
  await host.answer("last");
  const answered = host.lines.map((line) => JSON.parse(line).id).filter((id) => ids.includes(id));
  expect(answered.toSorted()).toEqual(ids.toSorted());
});

test.each([
  "0",
  "-7",
  "9007199254740993",
  "123456789012345678901234567890",
  "1.50",
  "1e3",
  '"text"',
  '"7"',
  '""',
  '"with \\"quotes\\" and \\\\"',
  '"\\u00fc"',
  '"ü 🦊"',
])("gives the id %s back exactly as it came, in a result and in an error", async (id) => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  const seen = host.lines.length;
  host.write(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
  host.write(`{"method":"no/such/method","id" : ${id} ,"jsonrpc":"2.0"}\n`);
  host.send({ id: "after", method: "ping" });
  await host.answer("after");
  const answers = host.lines.slice(seen).filter((line) => !line.includes("after"));
  expect(answers.map(idTextOf)).toEqual([id, id]);
});

test('keeps 7 and "7" apart when both are waiting', async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "echo" });
  const call = (id: unknown, message: string) => {
    const args = { name: "echo__echo", arguments: { message } };
    host.send({ id, method: "tools/call", params: { name: "execute_tool", arguments: args } });
  };
  call(7, "the number");
  call("7", "the string");
  expect(JSON.stringify(await host.answer(7))).toContain("the number");
  expect(JSON.stringify(await host.answer("7"))).toContain("the string");
});
