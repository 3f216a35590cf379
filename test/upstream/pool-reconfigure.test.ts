import { expect, setDefaultTimeout, test } from "bun:test";
import type { ServerConfig } from "../../src/config/config.ts";
import { McpzipError } from "../../src/core/error.ts";
import { SessionLostError } from "../../src/upstream/failure.ts";
import type { PoolSettings } from "../../src/upstream/pool.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { ALPHA, BETA, createPool, FakeOpener, PATIENT } from "./fake-session.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const CHANGED: ServerConfig = { ...ALPHA, command: "other" };
const nothing = () => Promise.resolve();

function settings(...servers: ServerConfig[]): PoolSettings {
  const named = new Map(servers.map((server) => [server.name, server]));
  return { servers: named, faults: new Map(), idleTimeoutMs: 60_000 };
}

test("a server that stays keeps its session, however long its calls may take now", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  await pool.use("alpha", nothing, PATIENT);
  pool.reconfigure(settings({ ...ALPHA, callTimeoutMs: 7 }, BETA));
  await pool.use("alpha", nothing, PATIENT);
  expect(opener.attempts).toBe(1);
  expect([...pool.statuses().keys()]).toEqual(["alpha", "beta"]);
});

test("a session with a server that is gone is closed, and the server unknown", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA, BETA], opener);
  await pool.use("alpha", nothing, PATIENT);
  pool.reconfigure(settings(BETA));
  await until(() => opener.sessions[0]?.isClosed === true);
  expect(await rejection(pool.use("alpha", nothing, PATIENT))).toMatchObject({
    code: "SERVER_UNKNOWN",
  });
});

test("a call under way ends on the old session, which is closed after it; others use a new one", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  const { promise: hold, resolve: release } = Promise.withResolvers<string>();
  const call = pool.use("alpha", () => hold, PATIENT);
  await until(() => opener.sessions.length === 1);
  pool.reconfigure(settings(CHANGED));
  await pool.use("alpha", nothing, PATIENT);
  expect(opener.sessions).toHaveLength(2);
  expect(opener.sessions[0]?.isClosed).toBe(false);
  release("done");
  expect(await call).toBe("done");
  await until(() => opener.sessions[0]?.isClosed === true);
  expect(opener.sessions[1]?.isClosed).toBe(false);
});

test("a call whose session is still being opened gets it", async () => {
  const opener = new FakeOpener();
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  opener.gate = gate;
  const pool = createPool([ALPHA], opener);
  const call = pool.use("alpha", () => Promise.resolve("done"), PATIENT);
  pool.reconfigure(settings());
  expect(opener.signals[0]?.aborted).toBe(false);
  openGate();
  expect(await call).toBe("done");
  await until(() => opener.sessions[0]?.isClosed === true);
});

test("an attempt that nobody waits for any more is given up", async () => {
  const opener = new FakeOpener();
  opener.gate = new Promise(() => {});
  const pool = createPool([ALPHA], opener);
  await rejection(pool.use("alpha", nothing, { connectTimeoutMs: 1 }));
  pool.reconfigure(settings());
  expect(opener.signals[0]?.aborted).toBe(true);
});

test("a call that its server has forgotten runs once more, on a last session of the old one", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  const { promise: hold, reject: lose } = Promise.withResolvers<string>();
  let runs = 0;
  const call = pool.use("alpha", () => (runs++ === 0 ? hold : Promise.resolve("done")), PATIENT);
  await until(() => runs === 1);
  pool.reconfigure(settings());
  lose(new SessionLostError(ALPHA, undefined));
  expect(await call).toBe("done");
  expect(opener.sessions).toHaveLength(2);
  await until(() => opener.sessions.every(({ isClosed }) => isClosed));
});

test("a server that is disabled or faulty now says so", async () => {
  const pool = createPool([ALPHA, BETA], new FakeOpener());
  const fault = new McpzipError("CONFIG_INVALID", "wrong", { server: "beta" });
  pool.reconfigure({
    ...settings({ ...ALPHA, isDisabled: true }),
    faults: new Map([["beta", fault]]),
  });
  expect(pool.unusable("alpha")?.code).toBe("SERVER_DISABLED");
  expect(await rejection(pool.use("beta", nothing, PATIENT))).toBe(fault);
});

test("the idle time counts for sessions that are open already", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  await pool.use("alpha", nothing, PATIENT);
  pool.reconfigure({ ...settings(ALPHA), idleTimeoutMs: 1 });
  await pool.use("alpha", nothing, PATIENT);
  await until(() => opener.sessions[0]?.isClosed === true);
});

test("closing the pool ends sessions of servers that are gone, calls under way or not", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], opener);
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const call = pool.use("alpha", () => hold, PATIENT);
  await until(() => opener.sessions.length === 1);
  pool.reconfigure(settings());
  await within(pool.close({ graceMs: 0 }), 5000);
  expect(opener.sessions[0]?.isClosed).toBe(true);
  release();
  await call;
});
