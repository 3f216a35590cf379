import { directFetch } from "../platform/loopback.ts";
import type { Output } from "./output.ts";

export interface PasteOptions {
  readonly redirectUri: URL;
  readonly output: Output;
  /** Fires when the sign-in is over. */
  readonly over: AbortSignal;
}

/**
 * Takes the address that a sign-in ended on in a browser elsewhere, and brings it to the listener that
 * the browser could not reach: so it is checked (`state`, `iss`) exactly like one that came by itself.
 * What does not belong to this sign-in is refused, and the next line is read. Never throws.
 */
export async function takePastedCallback(
  input: ReadableStream<Uint8Array>,
  options: PasteOptions,
): Promise<void> {
  try {
    await readPasted(input, options);
  } catch {
    // There is no terminal to read from: the listener and its browser can do without.
  }
}

async function readPasted(
  input: ReadableStream<Uint8Array>,
  { redirectUri, output, over }: PasteOptions,
): Promise<void> {
  for await (const line of readLines(input)) {
    if (over.aborted) return;
    if (line === "") continue;
    if (await deliver(line, redirectUri)) return;
    output.printError(
      `That is not the address that this sign-in ends on. It begins with ${redirectUri.href}?`,
    );
  }
}

async function deliver(pasted: string, redirectUri: URL): Promise<boolean> {
  const from = URL.parse(pasted);
  if (from === null || from.pathname !== redirectUri.pathname) return false;
  // Whatever host was pasted, it goes to our own listener.
  const target = new URL(redirectUri);
  target.search = from.search;
  try {
    const response = await directFetch(target, { redirect: "manual" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // The listener has gone: the sign-in is over, and says so itself.
    return true;
  }
}

async function* readLines(input: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\r|\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.trim();
  }
  yield rest.trim();
}
