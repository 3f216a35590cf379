import { existsSync } from "node:fs";
import type { Env, StdioServer } from "../config/config.ts";
import { errorMessage, McpzipError } from "../core/error.ts";
import { spawnChild, type Child, type ChildExit } from "../platform/child-process.ts";
import type { Log } from "../platform/log.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { LineReader, MAX_LINE_BYTES } from "../rpc/line-reader.ts";
import { LineSink } from "./line-sink.ts";
import type { Wire } from "./wire.ts";

export interface StdioOptions {
  /** The user's environment, which the server's own `env` is added to. */
  readonly env: Env;
  readonly log: Log;
}

/** How long a server that has broken the protocol gets to leave by itself. */
const FAULT_GRACE_MS = 500;
/** What a server wrote before it exited is still read; a daemon it left behind may hold stdout open for ever. */
const LAST_LINES_MS = 250;

/** Starts a stdio server in a process group of its own. Throws SERVER_START_FAILED when it cannot be started. */
export function openStdio(server: StdioServer, options: StdioOptions): Wire {
  const child = startChild(server, options);
  const { promise: closed, resolve } = Promise.withResolvers<McpzipError>();
  const failOnLongLine = () => {
    const message = `server "${server.name}" sent a line of more than ${MAX_LINE_BYTES} bytes`;
    resolve(new McpzipError("SERVER_CLOSED", message, { server: server.name }));
    void child.stop({ graceMs: FAULT_GRACE_MS });
  };
  const sink = new LineSink(child.stdin, () => {
    // The server no longer reads; its exit, which follows, says why.
  });
  let reading = Promise.resolve();
  void child.exited.then(async (exit) => {
    await settleWithin(reading, LAST_LINES_MS);
    resolve(exitError(server, child, exit));
  });
  return {
    start: (onLine) => {
      reading = pump(child.stdout, new LineReader(onLine, failOnLongLine));
    },
    send: (frame) => sink.write(frame),
    closed,
    close: (closeOptions) => child.stop(closeOptions),
  };
}

function startChild(server: StdioServer, { env, log }: StdioOptions): Child {
  try {
    return spawnChild({
      command: server.command,
      args: server.args,
      env: { ...withoutBunSwitches(env), ...server.env },
      cwd: server.cwd,
      onStderrLine: (line) => log.info(`${server.name}: ${line}`),
    });
  } catch (cause) {
    throw startError(server, cause);
  }
}

/** BUN_OPTIONS and BUN_BE_BUN are meant for us: a server that runs on Bun would obey them too. */
function withoutBunSwitches(env: Env): Env {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _beBun, ...kept } = env;
  return kept;
}

/** A missing folder and a missing program give the same ENOENT. */
function startError({ name, command, cwd }: StdioServer, cause: unknown): McpzipError {
  const isFolderMissing = cwd !== undefined && !existsSync(cwd);
  return new McpzipError("SERVER_START_FAILED", `server "${name}" could not be started`, {
    server: name,
    why: isFolderMissing ? `there is no folder ${cwd}` : `${command}: ${errorMessage(cause)}`,
    fix: isFolderMissing
      ? `correct "cwd" of "${name}"`
      : `check that "${command}" is installed and on the PATH, or give its full path as "command"`,
    cause,
  });
}

async function pump(stdout: ReadableStream<Uint8Array>, reader: LineReader): Promise<void> {
  try {
    for await (const chunk of stdout) reader.push(chunk);
    reader.end();
  } catch {
    // The pipe broke with its process; the exit that follows is what gets reported.
  }
}

function exitError(server: StdioServer, child: Child, { code, signal }: ChildExit): McpzipError {
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  const lastWords = child.stderrTail();
  return new McpzipError("SERVER_CLOSED", `server "${server.name}" ${how}`, {
    server: server.name,
    ...(lastWords !== "" && { why: `its last words: ${lastWords}` }),
  });
}
