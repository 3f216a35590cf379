import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, type ChildOptions, spawnChild } from "../../src/platform/child-process.ts";

const SERVERS = join(import.meta.dir, "../fixtures/servers");
const LONG_MS = 60_000;
const SHORT_MS = 50;

let folder: string;
let pidFile: string;
const children: Child[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "mcpzip-child-")));
  pidFile = join(folder, "pids");
});

afterEach(async () => {
  await Promise.all(children.map((child) => child.stop({ graceMs: 0 })));
  const pids = [...children.splice(0).map((child) => child.pid), ...(await filedPids())];
  rmSync(folder, { recursive: true });
  const left = pids.filter(isRunning);
  for (const pid of left) process.kill(pid, "SIGKILL");
  expect(left).toEqual([]);
});

function start(command: string, options: Partial<ChildOptions> = {}): Child {
  const env = { ...process.env, PID_FILE: pidFile, ...options.env };
  const child = spawnChild({ args: [], onStderrLine: () => {}, ...options, command, env });
  children.push(child);
  return child;
}

function startServer(file: string, options: Partial<ChildOptions> = {}): Child {
  return start(process.execPath, { ...options, args: [join(SERVERS, file)] });
}

function startShell(script: string, options: Partial<ChildOptions> = {}): Child {
  return start("sh", { ...options, args: ["-c", script] });
}

/** Words for shell scripts. */
const STUBBORN = `"${process.execPath}" "${join(SERVERS, "stubborn.ts")}"`;
const WRITE_PID = 'echo "daemon $$" > "$PID_FILE"';
const AWAIT_PID = 'while [ ! -s "$PID_FILE" ]; do sleep 0.01; done';

async function filedPids(): Promise<number[]> {
  const file = Bun.file(pidFile);
  const text = (await file.exists()) ? await file.text() : "";
  return text.split("\n").flatMap((line) => (line === "" ? [] : [Number(line.split(" ")[1])]));
}

/** The pids in the file, once there are so many: stubborn.ts writes when it is ready to ignore us. */
async function writtenPids(count: number): Promise<number[]> {
  await until(async () => (await filedPids()).length === count);
  return filedPids();
}

/** A zombie, dead but not yet reaped by PID 1, does not run. */
function isRunning(pid: number): boolean {
  const { stdout } = Bun.spawnSync({ cmd: ["ps", "-o", "stat=", "-p", String(pid)] });
  const state = stdout.toString().trim();
  return state !== "" && !state.startsWith("Z");
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`still not so after 10 s: ${isTrue}`);
    await Bun.sleep(5);
  }
}

async function firstLine(child: Child): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1)[0] ?? "";
}

describe("stopping a child", () => {
  test("ends a well-behaved server by the end of its input alone", async () => {
    const server = startServer("echo.ts");
    const began = performance.now();
    await server.stop({ graceMs: LONG_MS });
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(LONG_MS / 4);
  });

  test("sends SIGTERM to one that ignores the end of its input", async () => {
    const child = startShell('trap "exit 6" TERM; echo ready; while :; do sleep 0.01; done');
    expect(await firstLine(child)).toBe("ready");
    await child.stop({ graceMs: SHORT_MS });
    expect((await child.exited).code).toBe(6);
  });

  test("kills a server and its grandchild that ignore both", async () => {
    const server = startServer("stubborn.ts", { env: { STUBBORN_CHILD: "1" } });
    const pids = await writtenPids(2);
    expect(pids.filter(isRunning)).toHaveLength(2);
    await server.stop({ graceMs: SHORT_MS });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await server.exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("kills the stubborn descendants of a shell that itself goes at SIGTERM", async () => {
    const wrapper = startShell(`${STUBBORN}; echo done`, { env: { STUBBORN_CHILD: "1" } });
    const pids = await writtenPids(2);
    await wrapper.stop({ graceMs: SHORT_MS });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await wrapper.exited).toEqual({ code: null, signal: "SIGTERM" });
  });

  test("is hurried by a second call with a shorter grace", async () => {
    const server = startServer("stubborn.ts");
    await writtenPids(1);
    const began = performance.now();
    const patient = server.stop({ graceMs: LONG_MS });
    await server.stop({ graceMs: SHORT_MS });
    await patient;
    expect((await server.exited).signal).toBe("SIGKILL");
    expect(performance.now() - began).toBeLessThan(LONG_MS / 4);
  });

  test("is not slowed by a second call with a longer grace", async () => {
    const server = startServer("stubborn.ts");
    await writtenPids(1);
    const began = performance.now();
    await Promise.all([server.stop({ graceMs: SHORT_MS }), server.stop({ graceMs: LONG_MS })]);
    expect(performance.now() - began).toBeLessThan(LONG_MS / 4);
  });

  test("may be asked for again when all is over", async () => {
    const child = startShell("exit 2");
    await child.exited;
    await child.stop({ graceMs: LONG_MS });
    await child.stop({ graceMs: LONG_MS });
    expect((await child.exited).code).toBe(2);
  });

  test.skipIf(process.platform !== "linux")(
    "does not wait for a daemon that left the group, and lets go of its stderr",
    async () => {
      const daemon = `${WRITE_PID}; while echo tick >&2; do sleep 0.01; done`;
      const child = startShell(`setsid sh -c '${daemon}' & ${AWAIT_PID}; exit 0`);
      const pids = await writtenPids(1);
      const began = performance.now();
      await child.stop({ graceMs: LONG_MS });
      expect(performance.now() - began).toBeLessThan(LONG_MS / 4);
      expect((await child.exited).code).toBe(0);
      await until(() => !pids.some(isRunning));
    },
  );

  test.skipIf(process.platform !== "linux")(
    "does not wait for a dead member of the group that nobody reaps",
    async () => {
      // Stays a zombie of our group: its parent, which left the group before it ended, never asks for it.
      const member = `(${AWAIT_PID})`;
      const parent = `exec setsid sh -c '${WRITE_PID}; exec sleep 60'`;
      const child = startShell(`(${member} & ${parent}) & ${AWAIT_PID}; exit 0`);
      const pids = await writtenPids(1);
      const began = performance.now();
      await child.stop({ graceMs: LONG_MS });
      expect(performance.now() - began).toBeLessThan(900);
      expect(() => process.kill(-child.pid, 0)).not.toThrow();
      for (const pid of pids) process.kill(pid, "SIGKILL");
      await until(() => !pids.some(isRunning));
    },
  );
});

describe("a child that ends by itself", () => {
  test("takes a stubborn grandchild with it", async () => {
    const child = startShell(`${STUBBORN} & ${AWAIT_PID}; exit 4`);
    expect(await child.exited).toEqual({ code: 4, signal: null });
    const pids = await writtenPids(1);
    await until(() => !pids.some(isRunning));
  });

  test("and is then stopped is gone with all its grandchildren", async () => {
    const child = startShell(`${STUBBORN} & ${AWAIT_PID}; exit 4`);
    await child.exited;
    await child.stop({ graceMs: SHORT_MS });
    const pids = await writtenPids(1);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  test("tells what it said on stderr before it tells of its end", async () => {
    const server = startServer("crash.ts", { env: { CRASH_AT_START: "1" } });
    expect(await server.exited).toEqual({ code: 7, signal: null });
    expect(server.stderrTail()).toBe("crash: cannot read the licence file");
  });

  test("tells of its end when all of its stderr has arrived", async () => {
    const child = startShell("seq 1 10000 >&2; exit 1");
    await child.exited;
    expect(child.stderrTail()).toEndWith("\n9999\n10000");
  });

  test("tells of its end although a background job kept its stderr open", async () => {
    const child = startShell("echo oops >&2; sleep 60 & exit 1");
    expect(await child.exited).toEqual({ code: 1, signal: null });
    expect(child.stderrTail()).toBe("oops");
  });
});

describe("starting a child", () => {
  test("gives it exactly the environment asked for", async () => {
    const PATH = process.env.PATH;
    const env = { PATH, A: "1", GONE: undefined };
    const child = spawnChild({ command: "env", args: [], env, onStderrLine: () => {} });
    children.push(child);
    const lines = (await new Response(child.stdout).text()).trim().split("\n").toSorted();
    expect(lines).toEqual(["A=1", `PATH=${PATH}`]);
  });

  test("runs it in the folder asked for", async () => {
    expect(await firstLine(startShell("pwd", { cwd: folder }))).toBe(folder);
  });

  test("looks its command up in the environment that it gets", () => {
    expect(() => start("sh", { env: { PATH: folder } })).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
  });

  test("throws ENOENT when there is no such program", () => {
    expect(() => start(join(folder, "nothing"))).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
  });

  test("keeps each child's pipes out of the others", async () => {
    const servers = [start("cat"), start("cat"), start("cat")];
    for (const server of servers) {
      await server.stdin.end();
      expect(await server.exited).toEqual({ code: 0, signal: null });
    }
  });
});

describe("a child's pipes", () => {
  test("reject a write after the child closed its input", async () => {
    const child = startShell("exec <&-; echo closed; exec sleep 60");
    expect(await firstLine(child)).toBe("closed");
    const write = async () => {
      await child.stdin.write("{}\n");
      await child.stdin.flush();
    };
    await expect(write()).rejects.toThrow(expect.objectContaining({ code: "EPIPE" }));
  });

  test("never reject unhandled when nobody looks", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const child = startShell("exec <&-; echo closed; exec sleep 60");
    expect(await firstLine(child)).toBe("closed");
    for (const size of [3, 1_000_000]) {
      void child.stdin.write("x".repeat(size));
      void child.stdin.flush();
    }
    await child.stop({ graceMs: 0 });
    void child.stdin.write("too late");
    void child.stdin.flush();
    await child.exited;
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("hold a child back whose output nobody reads, and lose nothing of it", async () => {
    const unread = startShell("head -c 8000000 /dev/zero; echo written >&2");
    // Our clock: by the time that this one is done, the other would long be so too.
    const read = startShell("head -c 80000000 /dev/zero");
    expect((await new Response(read.stdout).bytes()).length).toBe(80_000_000);
    expect((await read.exited).code).toBe(0);
    expect(unread.stderrTail()).toBe("");
    expect((await new Response(unread.stdout).bytes()).length).toBe(8_000_000);
    await unread.exited;
    expect(unread.stderrTail()).toBe("written");
  });
});
