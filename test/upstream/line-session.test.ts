import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  callTool,
  OpenSessions,
  recordingLog,
  rejection,
  textOf,
} from "../fixtures/open-sessions.ts";
import { PidFile } from "../fixtures/pid-file.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { stdioServer } from "../fixtures/server-config.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const sessions = new OpenSessions();
afterEach(() => sessions[Symbol.asyncDispose]());

/** A server that answers its first line with `answer`, id 1, and then only reads. */
function answering(answer: string) {
  const script = `echo "server $$" >> "$PID_FILE"; read line; echo '${answer}'; cat > /dev/null`;
  return stdioServer("none", { command: "sh", args: ["-c", script] });
}

async function openingOf(answer: string): Promise<unknown> {
  await using pids = new PidFile();
  const server = { ...answering(answer), env: { PID_FILE: pids.path } };
  const error = await rejection(sessions.open(server));
  expect(pids.running()).toEqual([]);
  return error;
}

describe("the handshake", () => {
  test("of a server that refuses it ends the process, and quotes the refusal", async () => {
    const answer = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no licence"}}';
    expect(await openingOf(answer)).toMatchObject({
      code: "SERVER_PROTOCOL",
      message: expect.stringContaining("no licence"),
    });
  });

  test("of a server of another protocol version ends the process, and names both", async () => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2099-01-01"}}';
    expect(await openingOf(answer)).toMatchObject({
      code: "SERVER_PROTOCOL",
      message: expect.stringContaining("2099-01-01"),
      why: expect.stringContaining("2025-11-25"),
    });
  });

  test.each(["null", "7", "[]", "{}", '{"protocolVersion":{}}'])(
    "answered with the result %s is a protocol error",
    async (result) => {
      const answer = `{"jsonrpc":"2.0","id":1,"result":${result}}`;
      expect(await openingOf(answer)).toMatchObject({ code: "SERVER_PROTOCOL" });
    },
  );

  test("answered with a result that is no JSON is a protocol error", async () => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":undefined}}';
    expect(await openingOf(answer)).toMatchObject({ code: "SERVER_PROTOCOL" });
  });

  test.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "accepts a server of MCP %s",
    async (protocolVersion) => {
      await using pids = new PidFile();
      const answer = JSON.stringify({ jsonrpc: "2.0", id: 1, result: { protocolVersion } });
      const server = { ...answering(answer), env: { PID_FILE: pids.path } };
      const { identity } = await sessions.open(server);
      expect(identity.protocolVersion).toBe(protocolVersion);
      await sessions[Symbol.asyncDispose]();
    },
  );

  test("of a silent server is given up in time, and ends the process", async () => {
    await using pids = new PidFile();
    const script = 'echo "server $$" >> "$PID_FILE"; exec sleep 60';
    const env = { PID_FILE: pids.path };
    const server = stdioServer("none", { command: "sh", args: ["-c", script], env });
    const error = await rejection(sessions.open(server, { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: "CALL_TIMEOUT", server: "fixture" });
    expect(pids.running()).toEqual([]);
  });
});

describe("a noisy server", () => {
  test("is understood among everything else that it prints", async () => {
    const session = await sessions.open(stdioServer("noisy.ts"));
    for (const message of ["one", "two", "zwölf 🦊"]) {
      expect(textOf(await callTool(session, "say", { message }))).toBe(message);
    }
  });

  test("is warned of once, without a word of what it printed", async () => {
    const log = recordingLog();
    const session = await sessions.open(stdioServer("noisy.ts"), { log });
    await callTool(session, "say", { message: "one" });
    const warnings = log.lines.filter((line) => line.includes(" warn "));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("fixture: skipped a line on its stdout");
    expect(log.lines.join("\n")).not.toContain("ready for business");
  });
});

async function spoof(shape: string): Promise<string> {
  const session = await sessions.open(stdioServer("hostile.ts"));
  return textOf(await callTool(session, "spoof", { shape }));
}

describe("a server that answers in strange shapes", () => {
  test.each([
    ["other-first", "forged: other-first"],
    ["escaped-key", "forged: escaped-key"],
    ["two-results", "forged: second"],
    ["as-string", "forged: as-string"],
    ["result-and-error", "forged: result"],
  ])("is read like JSON.parse would read it (%s)", async (shape, text) => {
    expect(await spoof(shape)).toBe(text);
  });

  test("answers our call, whatever ids stand inside its result", async () => {
    expect(await spoof("id-in-text")).toContain('"id"');
    const session = await sessions.open(stdioServer("hostile.ts"));
    expect(await callTool(session, "spoof", { shape: "id-inside" })).toMatchObject({ id: 1 });
  });
});
