export interface BodyLimit {
  /** How long it may be: the whole body, or any one event of a stream that may itself go on for ever. */
  readonly maxBytes: number;
  readonly per: "body" | "event";
  /** Called once, when more has come: what reading on fails with. */
  readonly tooLong: () => Error;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NOTHING = 0;

/** The same response, but more than the limit is not read: its connection is closed and reading fails. */
export function limitBody(response: Response, limit: BodyLimit): Response {
  if (response.body === null || isKnownToFit(response, limit.maxBytes)) return response;
  const { status, statusText, headers } = response;
  return new Response(limitStream(response.body, limit), { status, statusText, headers });
}

/**
 * Whether the HTTP client itself will stop in time, so that the body can stay where it is. Not so when the
 * length is that of packed bytes, or when it does not count (RFC 9112 section 6.3).
 */
function isKnownToFit({ headers }: Response, maxBytes: number): boolean {
  const length = headers.get("content-length");
  if (length === null || headers.has("transfer-encoding") || headers.has("content-encoding"))
    return false;
  return Number(length) <= maxBytes;
}

function limitStream(
  body: ReadableStream<Uint8Array>,
  { maxBytes, per, tooLong }: BodyLimit,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const meter = new Meter(per);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        if (meter.add(value) <= maxBytes) return controller.enqueue(value);
        controller.error(tooLong());
        await reader.cancel();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read before somebody wants it.
    { highWaterMark: 0 },
  );
}

/** Counts bytes, for events anew after each. */
class Meter {
  readonly #per: BodyLimit["per"];
  #length = 0;
  #last = NOTHING;

  constructor(per: BodyLimit["per"]) {
    this.#per = per;
  }

  /** How many there are now. */
  add(chunk: Uint8Array): number {
    const end = this.#per === "event" ? lastEventEnd(chunk, this.#last) : -1;
    this.#length = end === -1 ? this.#length + chunk.length : chunk.length - end;
    this.#last = chunk.at(-1) ?? this.#last;
    return this.#length;
  }
}

/** Where what follows the last blank line begins, or -1. `before` is the byte before the chunk. */
function lastEventEnd(chunk: Uint8Array, before: number): number {
  // In the midst of a long event, which is one line as a rule, this is all that each byte costs.
  if (!chunk.includes(LINE_FEED) && !chunk.includes(CARRIAGE_RETURN)) return -1;
  for (let at = chunk.length - 1; at >= 0; at--) {
    if (endsBlankLine(chunk[at - 1] ?? before, chunk[at])) return at + 1;
  }
  return -1;
}

/** A line ends with LF, CR or both (HTML, server-sent events), and a blank one ends at once. */
function endsBlankLine(first: number, second: number | undefined): boolean {
  if (second === LINE_FEED) return first === LINE_FEED;
  return second === CARRIAGE_RETURN && (first === LINE_FEED || first === CARRIAGE_RETURN);
}
