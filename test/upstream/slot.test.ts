import { expect, setDefaultTimeout, test } from "bun:test";
import { McpzipError } from "../../src/core/error.ts";
import { SessionLostError } from "../../src/upstream/failure.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ALPHA, createPool, FakeOpener, PATIENT } from "./fake-session.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const ping = (session: { request: (...args: never[]) => Promise<unknown> }) =>
  Promise.resolve(session);

test("opens one session for twenty first calls at once", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  const calls = Array.from({ length: 20 }, () => pool.use("alpha", ping, PATIENT));
  const sessions = new Set(await Promise.all(calls));
  expect(opener.attempts).toBe(1);
  expect(sessions.size).toBe(1);
});

test("keeps the session for the calls that follow", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  const first = await pool.use("alpha", ping, PATIENT);
  expect(await pool.use("alpha", ping, PATIENT)).toBe(first);
  expect(opener.attempts).toBe(1);
});

test("closes a session that nobody uses, and opens another for the next call", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], { open: opener.open, idleTimeoutMs: 20 });
  await pool.use("alpha", ping, PATIENT);
  expect(pool.statuses().get("alpha")).toMatchObject({ kind: "connected" });
  await until(() => opener.sessions[0]?.isClosed === true);
  expect(pool.statuses().get("alpha")).toEqual({ kind: "idle" });
  await pool.use("alpha", ping, PATIENT);
  expect(opener.attempts).toBe(2);
});

test("never closes a session under a call, however long it takes", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], { open: opener.open, idleTimeoutMs: 10 });
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const long = pool.use("alpha", () => hold, PATIENT);
  await pool.use("alpha", ping, PATIENT);
  const began = performance.now();
  await until(() => performance.now() - began > 200);
  expect(opener.sessions[0]?.isClosed).toBe(false);
  release();
  await long;
  await until(() => opener.sessions[0]?.isClosed === true);
});

test("reports how a session ended until the next one is open", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  await pool.use("alpha", ping, PATIENT);
  const reason = new McpzipError("SERVER_CLOSED", "it fell over");
  opener.sessions[0]?.end(reason);
  await until(() => pool.statuses().get("alpha")?.kind === "failed");
  expect(pool.statuses().get("alpha")).toMatchObject({ error: reason });
  await pool.use("alpha", ping, PATIENT);
  expect(pool.statuses().get("alpha")).toMatchObject({ kind: "connected" });
});

test("runs a task again, once, when the server had forgotten the session", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  let runs = 0;
  const lost = () => {
    runs++;
    return Promise.reject(new SessionLostError(ALPHA, undefined));
  };
  expect(await rejection(pool.use("alpha", lost, PATIENT))).toBeInstanceOf(SessionLostError);
  expect(runs).toBe(2);
  expect(opener.attempts).toBe(2);
});

test("does not run a task again when the server has died: it may have done its work", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  let runs = 0;
  const died = () => {
    runs++;
    return Promise.reject(new McpzipError("SERVER_CLOSED", "died"));
  };
  await rejection(pool.use("alpha", died, PATIENT));
  expect(runs).toBe(1);
});

test.each(["CALL_TIMEOUT", "CALL_CANCELLED", "SERVER_ERROR", "SERVER_PROTOCOL"] as const)(
  "keeps the session after %s",
  async (code) => {
    const opener = new FakeOpener();
    const pool = createPool([ALPHA], opener);
    const fail = () => Promise.reject(new McpzipError(code, "failed"));
    await rejection(pool.use("alpha", fail, PATIENT));
    await pool.use("alpha", ping, PATIENT);
    expect(opener.attempts).toBe(1);
  },
);

test("keeps a dead session open for the calls that still run on it", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const long = pool.use("alpha", () => hold, PATIENT);
  const gone = new McpzipError("SERVER_UNREACHABLE", "gone");
  await rejection(pool.use("alpha", () => Promise.reject(gone), PATIENT));
  expect(opener.sessions[0]?.isClosed).toBe(false);
  release();
  await long;
  await until(() => opener.sessions[0]?.isClosed === true);
});

test("gives a patient caller the session that an impatient one did not wait for", async () => {
  const opener = new FakeOpener();
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  opener.gate = gate;
  const pool = createPool([ALPHA], opener);
  const error = await rejection(pool.use("alpha", ping, { connectTimeoutMs: 20 }));
  expect(error).toMatchObject({ code: "CALL_TIMEOUT", server: "alpha" });
  expect(pool.statuses().get("alpha")).toEqual({ kind: "connecting" });
  const patient = pool.use("alpha", ping, PATIENT);
  openGate();
  await patient;
  expect(opener.attempts).toBe(1);
});

test("lets a caller that is cancelled while connecting go at once", async () => {
  const opener = new FakeOpener();
  opener.gate = new Promise<never>(() => {});
  const pool = createPool([ALPHA], opener);
  const controller = new AbortController();
  const call = pool.use("alpha", ping, { ...PATIENT, signal: controller.signal });
  controller.abort();
  expect(await rejection(call)).toMatchObject({ code: "CALL_CANCELLED", server: "alpha" });
});

test("does not wait for a session for a caller that was cancelled before", async () => {
  const opener = new FakeOpener();
  opener.gate = new Promise<never>(() => {});
  const pool = createPool([ALPHA], opener);
  const signal = AbortSignal.abort();
  const call = pool.use("alpha", ping, { connectTimeoutMs: 3000, signal });
  expect(await rejection(call)).toMatchObject({ code: "CALL_CANCELLED", server: "alpha" });
});

test("tries again after an attempt that failed", async () => {
  const opener = new FakeOpener();
  opener.gate = Promise.reject(new McpzipError("SERVER_UNREACHABLE", "not yet"));
  const pool = createPool([ALPHA], opener);
  const error = await rejection(pool.use("alpha", ping, PATIENT));
  expect(error).toMatchObject({ code: "SERVER_UNREACHABLE" });
  expect(pool.statuses().get("alpha")).toMatchObject({ kind: "failed", error });
  opener.gate = Promise.resolve();
  await pool.use("alpha", ping, PATIENT);
  expect(opener.attempts).toBe(2);
});
