import { expect, setDefaultTimeout, test } from "bun:test";
import { McpzipError } from "../../src/core/error.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { ALPHA, BETA, createPool, FakeOpener, PATIENT } from "./fake-session.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const nothing = () => Promise.resolve();

test("says that a server is unknown, and which one was meant", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA, BETA], opener);
  expect(await rejection(pool.use("alhpa", nothing, PATIENT))).toMatchObject({
    code: "SERVER_UNKNOWN",
    server: "alhpa",
    fix: expect.stringContaining('"alpha"'),
  });
  expect(opener.attempts).toBe(0);
});

test("says that a server is disabled, and never starts it", async () => {
  const opener = new FakeOpener();
  const pool = createPool([{ ...ALPHA, isDisabled: true }], opener);
  expect(pool.statuses().get("alpha")).toEqual({ kind: "disabled" });
  expect(await rejection(pool.use("alpha", nothing, PATIENT))).toMatchObject({
    code: "SERVER_DISABLED",
    fix: expect.stringContaining('"disabled"'),
  });
  expect(opener.attempts).toBe(0);
});

test("says what is wrong with the configuration of a faulty server", async () => {
  const fault = new McpzipError("ENV_MISSING", "TOKEN is not set", { server: "gamma" });
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], { open: opener.open, faults: new Map([["gamma", fault]]) });
  expect(await rejection(pool.use("gamma", nothing, PATIENT))).toBe(fault);
  expect([...pool.statuses().keys()]).toEqual(["alpha", "gamma"]);
  expect(pool.statuses().get("gamma")).toMatchObject({ kind: "failed", error: fault });
});

test("lets no server's failure touch another", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA, BETA], {
    open: (server, options) =>
      server.name === "alpha"
        ? Promise.reject(new McpzipError("SERVER_START_FAILED", "no"))
        : opener.open(server, options),
  });
  const [alpha, beta] = await Promise.allSettled([
    pool.use("alpha", nothing, PATIENT),
    pool.use("beta", nothing, PATIENT),
  ]);
  expect(alpha.status).toBe("rejected");
  expect(beta.status).toBe("fulfilled");
  expect(pool.statuses().get("beta")).toMatchObject({ kind: "connected" });
});

test("tells who has connected, and passes notifications under the server's name", async () => {
  const connected: string[] = [];
  const heard: string[] = [];
  const opener = new FakeOpener();
  const pool = createPool([ALPHA, BETA], {
    open: (server, options) => {
      options.onNotification(`hello from ${server.name}`, undefined);
      return opener.open(server, options);
    },
    onConnected: (server) => connected.push(server),
    onNotification: (server, method) => heard.push(`${server}: ${method}`),
  });
  await pool.use("beta", nothing, PATIENT);
  expect(connected).toEqual(["beta"]);
  expect(heard).toEqual(["beta: hello from beta"]);
});

test("closes every session and accepts no more work", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA, BETA], opener);
  await Promise.all([pool.use("alpha", nothing, PATIENT), pool.use("beta", nothing, PATIENT)]);
  await pool.close({ graceMs: 0 });
  expect(opener.sessions.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect(await rejection(pool.use("alpha", nothing, PATIENT))).toMatchObject({
    code: "CALL_CANCELLED",
  });
});

test("gives up attempts when it is closed, and closes what they still bring", async () => {
  const opener = new FakeOpener();
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  opener.gate = gate;
  const pool = createPool([ALPHA], opener);
  const call = pool.use("alpha", nothing, PATIENT);
  await until(() => opener.attempts === 1);
  const closing = pool.close({ graceMs: 0 });
  expect(opener.signals[0]?.aborted).toBe(true);
  openGate();
  await Promise.allSettled([closing, call]);
  expect(opener.sessions[0]?.isClosed).toBe(true);
});

test("waits when it is closed for sessions that are on their way out", async () => {
  const opener = new FakeOpener();
  const pool = createPool([ALPHA], { open: opener.open, idleTimeoutMs: 1 });
  await pool.use("alpha", nothing, PATIENT);
  const [session] = opener.sessions;
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  let hasClosed = false;
  if (session !== undefined) session.close = () => gone;
  await until(() => pool.statuses().get("alpha")?.kind === "idle");
  const closing = pool.close({ graceMs: 0 }).then(() => (hasClosed = true));
  await Promise.resolve();
  expect(hasClosed).toBe(false);
  leave();
  await within(closing, 5000);
});
