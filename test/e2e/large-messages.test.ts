import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { fixture, published } from "./entries.ts";
import { type Json, RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

const MEGABYTE = 1_000_000;

function sha256(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

test.each([1, 50])(
  "passes a result of %i MB through without a byte's change",
  async (megabytes) => {
    await using sandbox = new Sandbox({ mcpServers: { huge: fixture("huge.ts") } });
    const host = new RawHost(sandbox);
    await host.initialize();
    await host.call("search_tools", { query: "huge" });
    const result = await host.execute("huge__huge", { bytes: megabytes * MEGABYTE });
    const text = textOf(result);
    expect(Buffer.byteLength(text)).toBe(megabytes * MEGABYTE);
    expect(result._meta).toEqual({ sha256: sha256(text) });
  },
);

test("passes an argument of 12 MB on, and its echo back, without a byte's change", async () => {
  await using sandbox = new Sandbox({ mcpServers: { echo: fixture("echo.ts") } });
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "echo" });
  const message = 'Zwölf "Boxkämpfer" \\ 日本語 🦊\n\t\u0001'.repeat(310_000);
  expect(Buffer.byteLength(message)).toBeGreaterThan(12 * MEGABYTE);
  const echoed = textOf(await host.execute("echo__echo", { message }));
  expect(echoed.length).toBe(message.length);
  expect(sha256(echoed)).toBe(sha256(message));
});

test("hands the SDK's client as much as its buffer takes (10 MB) in one line", async () => {
  await using sandbox = new Sandbox();
  const path = sandbox.write("large/text.txt", "0123456789abcde\n".repeat(250_000));
  sandbox.configure({ mcpServers: { files: published("filesystem", sandbox.path("large")) } });
  const host = await SdkHost.connect(sandbox);
  await host.search("read file");
  const result = await host.execute("files__read_text_file", { path });
  expect(sha256(textOf(result))).toBe(sha256(readFileSync(path, "utf8")));
});

test("goes on working while the host is slow to read, and loses nothing", async () => {
  await using sandbox = new Sandbox();
  sandbox.configure({
    mcpServers: { huge: fixture("huge.ts"), files: published("filesystem", sandbox.home) },
  });
  await rememberTools(sandbox);
  const host = new RawHost(sandbox, { isReading: false });
  const execute = (id: number, name: string, args: Json) => {
    const params = { name: "execute_tool", arguments: { name, arguments: args } };
    host.send({ id, method: "tools/call", params });
  };
  for (const id of [1, 2, 3]) execute(id, "huge__huge", { bytes: 5 * MEGABYTE + id });
  const path = sandbox.path("proof");
  execute(4, "files__write_file", { path, content: "called" });
  // Nothing has been read so far: the pipe is full, and the last call has run none the less.
  await until("the last call has run", () => existsSync(path));
  const isRead = host.read();
  for (const id of [1, 2, 3]) {
    const { result } = await host.answer(id);
    expect(result).toHaveProperty("_meta.sha256", sha256(textOf(result)));
    expect(Buffer.byteLength(textOf(result))).toBe(5 * MEGABYTE + id);
  }
  expect(await host.answer(4)).toHaveProperty("result.content");
  host.endInput();
  await isRead;
  expect(host.lines).toHaveLength(4);
});

test("delivers a large answer whole to a host that reads only after it has said goodbye", async () => {
  await using sandbox = new Sandbox({ mcpServers: { huge: fixture("huge.ts") } });
  await rememberTools(sandbox);
  const host = new RawHost(sandbox, { isReading: false });
  const args = { name: "huge__huge", arguments: { bytes: 20 * MEGABYTE } };
  host.send({ id: 1, method: "tools/call", params: { name: "execute_tool", arguments: args } });
  await until("the answer has begun", async () => (await host.peek()).length > 0);
  host.endInput();
  await host.read();
  const { result } = await host.answer(1);
  expect(result).toHaveProperty("_meta.sha256", sha256(textOf(result)));
});

async function rememberTools(sandbox: Sandbox): Promise<void> {
  await using host = await SdkHost.connect(sandbox);
  await host.execute("proxy_refresh");
}
