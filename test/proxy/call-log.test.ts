import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { McpzipError } from "../../src/core/error.ts";
import { CallLog, recorded } from "../../src/proxy/call-log.ts";
import { CallLogStore, type DayCount } from "../../src/proxy/call-log-store.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { recordingLog } from "../fixtures/open-sessions.ts";
import { until } from "../fixtures/poll.ts";

const DAY_MS = 86_400_000;
const NOON = new Date(2026, 7, 10, 12).getTime();

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  }
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "mcpzip-calls-"));
  folders.push(folder);
  return join(folder, "calls.db");
}

function read(path: string, { days = 30, now = NOON } = {}): DayCount[] {
  using store = new CallLogStore(path, recordingLog());
  return store.last(days, now);
}

function openLog(path: string, log = recordingLog()): CallLog {
  const open = () => Promise.resolve(new CallLogStore(path, log));
  return new CallLog({ open, log, now: () => NOON });
}

const CALL = { server: "github", tool: "list", ms: 100, outcome: "OK" } as const;

describe("the call log", () => {
  test("keeps names, outcomes and durations, and nothing else", async () => {
    const path = newFile();
    const calls = openLog(path);
    calls.record(CALL);
    calls.record(CALL);
    calls.record({ ...CALL, outcome: "CALL_TIMEOUT", ms: 9000 });
    await calls.close();
    expect(read(path)).toEqual([
      {
        day: "2026-08-10",
        server: "github",
        tool: "list",
        outcome: "CALL_TIMEOUT",
        bucket: 26,
        count: 1,
      },
      { day: "2026-08-10", server: "github", tool: "list", outcome: "OK", bucket: 13, count: 2 },
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("is written while a process lives, not only at its end", async () => {
    const path = newFile();
    const log = recordingLog();
    const open = () => Promise.resolve(new CallLogStore(path, log));
    const calls = new CallLog({ open, log, now: () => NOON, flushMs: 1 });
    calls.record(CALL);
    await until(() => read(path).length === 1);
    await calls.close();
  });

  test("makes no file where nothing is called", async () => {
    const path = newFile();
    await openLog(path).close();
    expect(await Bun.file(path).exists()).toBe(false);
  });

  test("adds up what several processes count at once", async () => {
    const path = newFile();
    const writer = join(import.meta.dir, "call-log-writer.ts");
    const ran = [1, 2, 3].map(() =>
      Bun.spawn([process.execPath, writer, path], { stdout: "ignore", stderr: "pipe" }),
    );
    for (const each of ran) expect([await each.exited, await each.stderr.text()]).toEqual([0, ""]);
    expect(read(path, { now: Date.now() })).toMatchObject([{ count: 300 }]);
  });

  test("drops what is older than 30 days, and tells as many days as it is asked for", () => {
    const path = newFile();
    const call = { server: "s", tool: "t", outcome: "OK", bucket: 3, count: 1 } as const;
    {
      using store = new CallLogStore(path, recordingLog());
      for (const age of [40, 29, 6, 0]) store.add([call], NOON - age * DAY_MS);
      expect(store.last(7, NOON).map(({ day }) => day)).toEqual(["2026-08-04", "2026-08-10"]);
      expect(store.last(1, NOON)).toHaveLength(1);
      expect(store.last(90, NOON)).toHaveLength(3);
    }
  });

  test("begins anew where the file is damaged, and says so", async () => {
    const path = newFile();
    await Bun.write(path, "no database at all");
    const log = recordingLog();
    const calls = openLog(path, log);
    calls.record(CALL);
    await calls.close();
    expect(read(path)).toHaveLength(1);
    expect(log.lines.join("\n")).toContain("call log: cannot use");
  });

  test("writes later what cannot be written now, and warns once", async () => {
    const log = recordingLog();
    const path = newFile();
    let isBroken = true;
    const open = () =>
      isBroken
        ? Promise.reject(new Error("disk full"))
        : Promise.resolve(new CallLogStore(path, log));
    const calls = new CallLog({ open, log, now: () => NOON });
    calls.record(CALL);
    await calls.close();
    calls.record(CALL);
    await calls.close();
    expect(log.lines.filter((line) => line.includes(" warn "))).toHaveLength(1);
    isBroken = false;
    calls.record(CALL);
    await calls.close();
    expect(read(path)).toMatchObject([{ count: 3 }]);
  });
});

describe("a call that is recorded", () => {
  const names = { server: "s", tool: "t" };

  /** What was counted of one call. */
  async function outcomeOf(call: () => Promise<RawJson>): Promise<string | undefined> {
    const path = newFile();
    const calls = openLog(path);
    await recorded(calls, names, call).catch(() => {});
    await calls.close();
    return read(path)[0]?.outcome;
  }

  test.each([
    ["OK", '{"content":[]}'],
    ["OK", '{"content":[],"isError":false}'],
    ["IS_ERROR", '{"content":[],"isError":true}'],
    ["IS_ERROR", '{ "isError" : true, "content":[] }'],
    ["OK", '{"content":[{"type":"text","text":"\\"isError\\":true"}]}'],
    ["OK", '{"structuredContent":{"isError":true},"content":[]}'],
    ["OK", '{"isError":nonsense'],
    ["OK", '["isError"]'],
  ])("is %s by its result %s", async (outcome, json) => {
    const result = new RawJson(Buffer.from(json));
    expect(await outcomeOf(() => Promise.resolve(result))).toBe(outcome);
  });

  test("has the code of its error, and throws it on", async () => {
    const error = new McpzipError("CALL_TIMEOUT", "late");
    expect(await outcomeOf(() => Promise.reject(error))).toBe("CALL_TIMEOUT");
    expect(await outcomeOf(() => Promise.reject(new Error("x")))).toBe("INTERNAL");
    const calls = openLog(newFile());
    await expect(recorded(calls, names, () => Promise.reject(error))).rejects.toBe(error);
  });

  test("passes through untouched where nothing is counted", async () => {
    const result = RawJson.of({});
    expect(await recorded(undefined, names, () => Promise.resolve(result))).toBe(result);
  });
});
