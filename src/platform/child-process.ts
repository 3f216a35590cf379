import type { FileSink, Subprocess } from "bun";
import { KillLadder } from "./kill-ladder.ts";
import { processGroup } from "./process-group.ts";
import { settleWithin } from "./settle-within.ts";
import { StderrTail } from "./stderr-tail.ts";
import { windowsCommandLine, type ProgramCall } from "./windows-command.ts";

/** How long `exited` waits for the last words on stderr; a grandchild may hold it open for ever. */
const STDERR_DRAIN_MS = 100;

export interface ChildOptions extends ProgramCall {
  readonly onStderrLine: (line: string) => void;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Its promises may be ignored: a closed pipe rejects, but never as an unhandled rejection. */
export type ChildInput = Pick<FileSink, "write" | "flush" | "end">;

export interface Child {
  readonly pid: number;
  readonly stdin: ChildInput;
  /** Read on demand: a child whose output nobody reads is held back by its pipe. */
  readonly stdout: ReadableStream<Uint8Array>;
  /** The end of the direct child, told once its stderr has been read. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** The last lines of stderr, for error messages. */
  stderrTail(): string;
  /** Ends the child and all that it started; a later call with a shorter grace hurries. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Starts a program in a process group of its own. Throws what `Bun.spawn` throws (ENOENT, EACCES). */
export function spawnChild(options: ChildOptions): Child {
  const child = Bun.spawn({
    ...commandLine(options),
    env: { ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdio: ["pipe", "pipe", "pipe"],
    // Else Bun reads ahead without bound: 270 MB of a result that nobody had asked for yet.
    lazy: true,
  });
  const stdin = quietInput(child.stdin);
  const stderr = new StderrTail(child.stderr, options.onStderrLine);
  const ladder = new KillLadder(processGroup(child, () => stdin.end()));
  const exited = exitOf(child, stderr.finished);
  return {
    pid: child.pid,
    stdin,
    stdout: child.stdout,
    exited,
    stderrTail: () => stderr.text(),
    stop: async ({ graceMs }) => {
      await ladder.stop(graceMs);
      if (child.exitCode !== null || child.signalCode !== null) await exited;
      await stderr.close();
    },
  };
}

function quietInput(sink: FileSink): ChildInput {
  return {
    write: (chunk) => quiet(() => sink.write(chunk)),
    flush: () => quiet(() => sink.flush()),
    end: () => quiet(() => sink.end()),
  };
}

/** Bun rejects a broken pipe from `write` and throws it from `flush`: here it always rejects. */
function quiet(act: () => number | Promise<number>): number | Promise<number> {
  const outcome = attempt(act);
  // A caller that does not look learns of the end from `exited`.
  if (outcome instanceof Promise) outcome.catch(() => {});
  return outcome;
}

function attempt(act: () => number | Promise<number>): number | Promise<number> {
  try {
    return act();
  } catch (error) {
    return Promise.reject(error);
  }
}

async function exitOf(child: Subprocess, stderrRead: Promise<void>): Promise<ChildExit> {
  await child.exited;
  await settleWithin(stderrRead, STDERR_DRAIN_MS);
  return {
    code: child.exitCode,
    signal: child.signalCode === null ? null : String(child.signalCode),
  };
}

function commandLine(options: ChildOptions) {
  if (process.platform === "win32") return windowsCommandLine(options);
  return { cmd: [options.command, ...options.args], detached: true };
}
