import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import {
  callTool,
  OpenSessions,
  recordingLog,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { stdioServer } from "../fixtures/server-config.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const sessions = new OpenSessions();
afterEach(() => sessions[Symbol.asyncDispose]());

test("says which command does not exist, and how to mend that", async () => {
  const server = stdioServer("echo.ts", { command: "no-such-program-anywhere" });
  expect(await rejection(sessions.open(server))).toMatchObject({
    code: "SERVER_START_FAILED",
    server: "fixture",
    why: expect.stringContaining("no-such-program-anywhere"),
    fix: expect.stringContaining("PATH"),
  });
});

test("says so when the folder to start in does not exist", async () => {
  const server = stdioServer("echo.ts", { cwd: "/no/such/folder" });
  expect(await rejection(sessions.open(server))).toMatchObject({ code: "SERVER_START_FAILED" });
});

test("reports a crash at start with the exit code and the last words", async () => {
  const server = stdioServer("crash.ts", { env: { CRASH_AT_START: "1" } });
  expect(await rejection(sessions.open(server))).toMatchObject({
    code: "SERVER_CLOSED",
    server: "fixture",
    message: 'server "fixture" exited with code 7',
    why: expect.stringContaining("cannot read the licence file"),
  });
});

test("adds the configured variables to the environment", async () => {
  const server = stdioServer("echo.ts", { env: { FIXTURE_GREETING: "hello" } });
  const session = await sessions.open(server);
  expect(textOf(await callTool(session, "env", { name: "FIXTURE_GREETING" }))).toBe("hello");
  expect(textOf(await callTool(session, "env", { name: "HOME" }))).toBe(String(process.env.HOME));
});

test("starts the server in the configured folder", async () => {
  const cwd = realpathSync(tmpdir());
  const session = await sessions.open(stdioServer("echo.ts", { cwd }));
  expect(textOf(await callTool(session, "cwd"))).toBe(cwd);
});

test("logs what the server says on stderr, under its name", async () => {
  const log = recordingLog();
  const session = await sessions.open(stdioServer("crash.ts"), { log });
  await rejection(callTool(session, "crash"));
  await until(() => log.lines.some((line) => line.includes("fixture: crash: giving up")));
});

test("does not take half a line for an answer", async () => {
  const session = await sessions.open(stdioServer("crash.ts"));
  const error = await rejection(callTool(session, "half_line"));
  expect(error).toMatchObject({
    code: "SERVER_CLOSED",
    message: 'server "fixture" exited with code 5',
  });
});

test("delivers an answer that was sent right before the end", async () => {
  const session = await sessions.open(stdioServer("crash.ts"));
  expect(textOf(await callTool(session, "crash_soon"))).toBe("answered before the end");
  expect(await session.closed).toMatchObject({ message: 'server "fixture" exited with code 4' });
});
