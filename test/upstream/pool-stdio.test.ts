import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { StdioServer } from "../../src/config/config.ts";
import { McpzipError } from "../../src/core/error.ts";
import type { UpstreamPool } from "../../src/upstream/pool.ts";
import { openSession } from "../../src/upstream/open-session.ts";
import {
  callTool,
  noAuthorizer,
  recordingLog,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { isRunning, PidFile } from "../fixtures/pid-file.ts";
import { TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { stdioServer } from "../fixtures/server-config.ts";
import { createPool, PATIENT } from "./fake-session.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let pids: PidFile;
let pool: UpstreamPool;

beforeEach(() => {
  pids = new PidFile();
});
afterEach(async () => {
  await pool.close({ graceMs: 500 });
  await pids[Symbol.asyncDispose]();
});

function start(servers: readonly StdioServer[], idleTimeoutMs = 60_000): void {
  const env = { ...process.env, PID_FILE: pids.path };
  pool = createPool(servers, {
    idleTimeoutMs,
    open: (server, options) =>
      openSession(server, { ...options, authorizer: noAuthorizer, env, log: recordingLog() }),
  });
}

const call = (server: string, tool: string, args = {}) =>
  pool.use(server, (session) => callTool(session, tool, args), PATIENT);

const echo = stdioServer("echo.ts", { name: "echo" });
const crash = stdioServer("crash.ts", { name: "crash" });

test("starts one process for twenty first calls at once", async () => {
  start([echo]);
  const results = await Promise.all(Array.from({ length: 20 }, () => call("echo", "pid")));
  expect(new Set(results.map(textOf)).size).toBe(1);
  const stats = JSON.parse(textOf(await call("echo", "stats"))) as object;
  expect(stats).toEqual({ initialize: 1, calls: 21 });
});

test("ends the process of an idle server, and starts it again for the next call", async () => {
  start([echo], 50);
  const pid = Number(textOf(await call("echo", "pid")));
  await until(() => !isRunning(pid));
  expect(pool.statuses().get("echo")).toEqual({ kind: "idle" });
  expect(Number(textOf(await call("echo", "pid")))).not.toBe(pid);
});

test("says that a server died during a call, with its last words, and starts it again", async () => {
  start([crash, echo]);
  const pid = textOf(await call("echo", "pid"));
  expect(await rejection(call("crash", "crash"))).toMatchObject({
    code: "SERVER_CLOSED",
    server: "crash",
    message: 'server "crash" exited with code 3',
    why: expect.stringMatching(/something went wrong inside[^]*giving up/),
  });
  expect(textOf(await call("crash", "ok"))).toBe("ok");
  expect(textOf(await call("echo", "pid"))).toBe(pid);
});

test("fails every call in flight on a server that dies, and none elsewhere", async () => {
  start([crash, stdioServer("slow.ts", { name: "slow" })]);
  const elsewhere = call("slow", "wait", { ms: 500 });
  await call("crash", "ok");
  const outcomes = await Promise.all([
    rejection(call("crash", "crash")),
    rejection(call("crash", "crash")),
  ]);
  for (const error of outcomes) expect(error).toMatchObject({ code: "SERVER_CLOSED" });
  expect(textOf(await elsewhere)).toBe("waited 500 ms");
});

test("gives a slow server's session to the caller after the impatient one", async () => {
  start([stdioServer("slow.ts", { name: "slow", env: { SLOW_START_MS: "1500" } })]);
  const impatient = pool.use("slow", (session) => callTool(session, "cancelled"), {
    connectTimeoutMs: 50,
  });
  expect(await rejection(impatient)).toMatchObject({ code: "CALL_TIMEOUT", server: "slow" });
  expect(pool.statuses().get("slow")).toEqual({ kind: "connecting" });
  expect(textOf(await call("slow", "cancelled"))).toBe("[]");
});

test("leaves no process when it is closed while a server is starting", async () => {
  const script = 'echo "server $$" >> "$PID_FILE"; exec sleep 60';
  start([stdioServer("none", { name: "silent", command: "sh", args: ["-c", script] })]);
  const opening = rejection(call("silent", "pid"));
  await until(() => pids.read().length === 1);
  await within(pool.close({ graceMs: 100 }), 8000);
  expect(pids.running()).toEqual([]);
  expect(await opening).toBeInstanceOf(McpzipError);
});

test("leaves no process of a stubborn server and its child when it is closed", async () => {
  const env = { STUBBORN_CHILD: "1" };
  start([stdioServer("stubborn.ts", { name: "stubborn", env })]);
  await call("stubborn", "pid");
  await until(() => pids.read().length === 2);
  await within(pool.close({ graceMs: 100 }), 8000);
  expect(pids.running()).toEqual([]);
});
