import { LineReader } from "../rpc/line-reader.ts";
import { LineSink } from "./line-sink.ts";

export interface DownstreamStdio {
  send(frame: readonly Buffer[]): void;
  /** Resolves when the host has closed our stdin or stopped reading our stdout. */
  readonly closed: Promise<void>;
  /** Resolves when every answer has left. */
  end(): Promise<void>;
}

/** The host's side of us: stdin and stdout, one JSON-RPC message a line. Only this file writes to stdout. */
export function openDownstreamStdio(onLine: (line: Buffer) => void): DownstreamStdio {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const sink = new LineSink(Bun.stdout.writer(), () => close());
  const reader = new LineReader(onLine, () => close());
  void readInput(reader).finally(close);
  return {
    send: (frame) => sink.write(frame),
    closed,
    end: () => sink.end(),
  };
}

// Bun.stdin rather than process.stdin, which costs 9 ms of start-up.
async function readInput(reader: LineReader): Promise<void> {
  for await (const chunk of Bun.stdin.stream()) reader.push(chunk);
  reader.end();
}
