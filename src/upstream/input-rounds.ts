import type { ServerConfig } from "../config/config.ts";
import { errorMessage, McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { failure } from "./failure.ts";
import type { HostSide } from "./session.ts";

type Params = Readonly<Record<string, unknown>>;

export interface InputRounds {
  readonly server: ServerConfig;
  readonly onRequest: HostSide["onRequest"];
  readonly signal: AbortSignal;
  /** Sends the request, with what the server has asked for. */
  send(params: Params): Promise<unknown>;
}

/** A server that never has enough is not asked for ever. */
const MAX_ROUNDS = 10;
/** A server that only asks to be asked again is given a moment. */
const PAUSE_MS = 250;

/**
 * Sends a request and gives the server what it needs from the host first, in as many rounds as it takes
 * (MCP 2026-07-28, multi-round-trip requests). `requestState` is the server's own and goes back as it came.
 */
export async function sendInRounds(params: Params, rounds: InputRounds): Promise<unknown> {
  let result = await rounds.send(params);
  for (let round = 0; needsInput(result); round++) {
    if (round === MAX_ROUNDS) throw neverEnough(rounds.server);
    const { inputRequests, requestState } = result;
    const inputResponses = await answers(inputRequests, rounds);
    if (inputResponses === undefined) await Bun.sleep(PAUSE_MS);
    rounds.signal.throwIfAborted();
    result = await rounds.send({ ...params, inputResponses, requestState });
  }
  return result;
}

function needsInput(result: unknown): result is Record<string, unknown> {
  return isRecord(result) && result.resultType === "input_required";
}

/** By the server's own keys; undefined when it asked for nothing. */
async function answers(requests: unknown, rounds: InputRounds): Promise<Params | undefined> {
  const entries = isRecord(requests) ? Object.entries(requests) : [];
  if (entries.length === 0) return undefined;
  const round = new AbortController();
  const signal = AbortSignal.any([rounds.signal, round.signal]);
  try {
    const answered = await Promise.all(
      entries.map(
        async ([key, asked]) => [key, await answer(asked, { ...rounds, signal })] as const,
      ),
    );
    return Object.fromEntries(answered);
  } finally {
    // One that failed makes the others useless.
    round.abort();
  }
}

async function answer(
  request: unknown,
  { server, onRequest, signal }: InputRounds,
): Promise<unknown> {
  const { method, params } = isRecord(request) ? request : {};
  const ask = { method: String(method), params: RawJson.of(params ?? {}), signal };
  try {
    return (await onRequest(ask)).parse();
  } catch (cause) {
    throw new McpzipError(
      "SERVER_ERROR",
      `server "${server.name}" asked for ${ask.method}, which the host did not answer`,
      { server: server.name, why: errorMessage(cause), cause },
    );
  }
}

function neverEnough(server: ServerConfig): McpzipError {
  const message = `server "${server.name}" still asked for more after ${MAX_ROUNDS} rounds`;
  return failure(server, { code: "SERVER_PROTOCOL", message });
}
