import { expect, test } from "bun:test";
import { BINARY } from "./binary.ts";
import { expectCleanEnd } from "./endings.ts";
import { fixture } from "./entries.ts";
import { type Json, RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { until, within } from "./until.ts";

const ECHO = { mcpServers: { echo: fixture("echo.ts"), huge: fixture("huge.ts") } };

const INITIALIZE = {
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "printf", version: "1" },
  },
};
const LIST = { id: 2, method: "tools/list" };

test("ends quietly when the host no longer reads", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "echo" });
  await host.closeOutput();
  // More than once: Bun closes our end a little after it says so.
  await until("mcpzip has noticed", () => {
    host.send({ id: "into the void", method: "ping" });
    return host.hasExited;
  });
  await expectCleanEnd(host, sandbox);
  expect(host.stderr).not.toContain("EPIPE");
});

test("ends quietly when the host dies in the middle of a large answer", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox, { isReading: false });
  host.send({ ...INITIALIZE });
  host.send({ method: "notifications/initialized" });
  const params = { name: "execute_tool", arguments: { name: "huge__huge", arguments: {} } };
  const huge = { ...params, arguments: { ...params.arguments, arguments: { bytes: 20_000_000 } } };
  host.send({ id: 2, method: "tools/call", params: huge });
  await until("some of the answer has come", async () => {
    const some = await host.peek();
    return some.includes('"id":2');
  });
  await host.closeOutput();
  await expectCleanEnd(host, sandbox);
});

test("answers piped requests that are followed at once by the end of input", async () => {
  await using sandbox = new Sandbox(ECHO);
  await rememberTools(sandbox);
  const search = call("search_tools", { query: "add two numbers", limit: 1 });
  const describe = call("describe_tool", { name: "echo__add" });
  const answers = await pipe(sandbox, [
    INITIALIZE,
    LIST,
    { id: 3, ...search },
    { id: 4, ...describe },
  ]);
  expect([...answers.keys()].toSorted()).toEqual([1, 2, 3, 4]);
  expect(textOf(answers.get(3))).toContain("echo__add");
  expect(textOf(answers.get(4))).toContain("inputSchema");
});

test("answers a piped call whose server must be started first", async () => {
  await using sandbox = new Sandbox(ECHO);
  await rememberTools(sandbox);
  const execute = call("execute_tool", { name: "echo__echo", arguments: { message: "piped" } });
  const answers = await pipe(sandbox, [INITIALIZE, { id: 3, ...execute }]);
  expect(textOf(answers.get(3))).toBe("piped");
});

test("answers a piped call of a tool that takes its time", async () => {
  await using sandbox = new Sandbox({ mcpServers: { slow: fixture("slow.ts") } });
  await rememberTools(sandbox);
  const execute = call("execute_tool", { name: "slow__wait", arguments: { ms: 600 } });
  const answers = await pipe(sandbox, [INITIALIZE, { id: 3, ...execute }]);
  expect(textOf(answers.get(3))).toBe("waited 600 ms");
});

test("answers a piped search and a piped call on a first start, when nothing is known yet", async () => {
  await using sandbox = new Sandbox(ECHO);
  const search = call("search_tools", { query: "add two numbers", limit: 1 });
  const execute = call("execute_tool", { name: "echo__echo", arguments: { message: "piped" } });
  const answers = await pipe(sandbox, [INITIALIZE, { id: 3, ...search }, { id: 4, ...execute }]);
  expect(textOf(answers.get(3))).toContain("echo__add");
  expect(textOf(answers.get(4))).toBe("piped");
});

test("reads a last line that no newline ends", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  host.write('{"jsonrpc":"2.0","id":"last","method":"ping"}');
  host.endInput();
  expect(await host.answer("last")).toHaveProperty("result", {});
  expect(await host.exited).toEqual({ code: 0, signal: null });
});

test("ends at once when its input is empty", async () => {
  await using sandbox = new Sandbox(ECHO);
  const answers = await pipe(sandbox, []);
  expect(answers.size).toBe(0);
});

function call(name: string, args: Json): Json {
  return { method: "tools/call", params: { name, arguments: args } };
}

async function rememberTools(sandbox: Sandbox): Promise<void> {
  await using host = await SdkHost.connect(sandbox);
  await host.client.callTool({ name: "execute_tool", arguments: { name: "proxy_refresh" } });
}

/** `printf … | mcpzip serve`, in a shell; each answer's result by its id. */
async function pipe(sandbox: Sandbox, requests: readonly Json[]): Promise<Map<unknown, unknown>> {
  const lines = requests.map((request) => `${JSON.stringify({ jsonrpc: "2.0", ...request })}\n`);
  const shell = Bun.spawn({
    cmd: ["sh", "-c", 'printf "%s" "$1" | "$0" serve', BINARY, lines.join("")],
    env: sandbox.env(),
    cwd: sandbox.home,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [output, exitCode] = await within(
    "the pipe has run dry",
    Promise.all([shell.stdout.text(), shell.exited]),
  );
  expect(exitCode).toBe(0);
  const answers = output.split("\n").filter((line) => line !== "");
  return new Map(answers.map((line) => JSON.parse(line)).map(({ id, result }) => [id, result]));
}
