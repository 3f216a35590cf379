import { McpzipError, toMcpzipError } from "../core/error.ts";
import type { Services } from "../proxy/services.ts";
import { RpcError } from "../rpc/message.ts";
import type { UpstreamSession } from "../upstream/session.ts";
import { inOrder } from "./doctor/in-order.ts";
import { faultsAmong, serversToAsk } from "./servers-to-ask.ts";

/** How servers are asked: for how long, and until when. */
export interface Asking {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** What one server answered, or why it did not. */
export type Answer<T> =
  | { readonly server: string; readonly value: T; readonly error?: undefined }
  | { readonly server: string; readonly error: McpzipError };

/** Runs `task` on a session with the server. Throws McpzipError: SERVER_ERROR for its own error answers. */
export async function askServer<T>(
  server: string,
  task: (session: UpstreamSession) => Promise<T>,
  { services, signal, timeoutMs }: Asking,
): Promise<T> {
  try {
    return await services.pool.use(server, task, { signal, connectTimeoutMs: timeoutMs });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const message = `server "${server}" answered with error ${error.code}: ${error.message}`;
    throw new McpzipError("SERVER_ERROR", message, { server, cause: error });
  }
}

/**
 * Asks the servers of those names, or all, a few at a time; their answers in the order of the configuration, then
 * what is wrong with those that cannot be asked. Throws only for a name that cannot be asked.
 */
export async function* askServers<T>(
  names: readonly string[],
  task: (session: UpstreamSession) => Promise<T>,
  asking: Asking,
): AsyncGenerator<Answer<T>> {
  const servers = serversToAsk(names, asking.services);
  yield* inOrder(servers, async ({ name: server }): Promise<Answer<T>> => {
    try {
      return { server, value: await askServer(server, task, asking) };
    } catch (thrown) {
      return { server, error: toMcpzipError(thrown, "SERVER_ERROR", { server }) };
    }
  });
  yield* faultsAmong(names, asking.services);
}

/** The answers of one server, or of all, each shown as it comes. Throws as `askServers` does. */
export async function collectAnswers<T>(
  server: string | undefined,
  task: (session: UpstreamSession) => Promise<T>,
  { asking, show }: { readonly asking: Asking; readonly show?: (answer: Answer<T>) => void },
): Promise<Answer<T>[]> {
  const answers: Answer<T>[] = [];
  for await (const answer of askServers(server === undefined ? [] : [server], task, asking)) {
    answers.push(answer);
    show?.(answer);
  }
  return answers;
}
