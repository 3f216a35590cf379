import { McpzipError } from "../core/error.ts";
import { limitBody } from "../platform/limited-body.ts";
import { MAX_LINE_BYTES } from "../rpc/line-reader.ts";

/**
 * A quarter of what may come over stdio: the SDK parses a message as a whole, which takes up to thirty times
 * its bytes, and our own reader never does.
 */
export const MAX_MESSAGE_BYTES = MAX_LINE_BYTES / 4;
/** An error's page, an acknowledgement: the SDK reads it as one text, and nobody needs it. */
export const MAX_OTHER_BYTES = 1024 * 1024;
const ACCEPTED = 202;

/** An event was longer than a message may be; its stream has been cut off. */
export class LongEventError extends McpzipError {}

export interface AnswerOptions {
  readonly server: string;
  /** Whether messages are read from it: it answers a request, or is the stream that a session listens to. */
  readonly isAwaited: boolean;
  /** Told before reading fails: the SDK keeps no more than the words of that. */
  readonly onLongEvent: (error: LongEventError) => void;
}

/** What a server answered, read no further than a message may be long: then reading fails with SERVER_PROTOCOL. */
export function limitAnswer(response: Response, options: AnswerOptions): Response {
  const { server, isAwaited, onLongEvent } = options;
  const type = response.headers.get("content-type")?.trimStart().toLowerCase() ?? "";
  const hasMessages = isAwaited && response.ok && response.status !== ACCEPTED;
  if (hasMessages && type.startsWith("text/event-stream")) {
    const tooLong = () => {
      const error = new LongEventError(...tooLongFacts(server, MAX_MESSAGE_BYTES));
      onLongEvent(error);
      return error;
    };
    return limitBody(response, { maxBytes: MAX_MESSAGE_BYTES, per: "event", tooLong });
  }
  const isMessage = hasMessages && type.startsWith("application/json");
  const maxBytes = isMessage ? MAX_MESSAGE_BYTES : MAX_OTHER_BYTES;
  const tooLong = () => new McpzipError(...tooLongFacts(server, maxBytes));
  return limitBody(response, { maxBytes, per: "body", tooLong });
}

function tooLongFacts(server: string, maxBytes: number): ConstructorParameters<typeof McpzipError> {
  const message = `server "${server}" sent a message of more than ${maxBytes / 1024 ** 2} MB`;
  return [
    "SERVER_PROTOCOL",
    message,
    { server, why: "the rest was not read", fix: "ask it for less at once" },
  ];
}
