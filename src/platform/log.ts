export type LogLevel = "debug" | "info" | "warn" | "error";

/** Says things on stderr, one line each. Names only: never a header, a token, an argument or a result. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** `write` gets one line at a time, without its line break. */
export function createLog(minimum: LogLevel, write: (line: string) => void): Log {
  const at = (level: LogLevel) => (message: string) => {
    if (RANK[level] < RANK[minimum]) return;
    write(`mcpzip ${clockTime()} ${level} ${printable(message)}`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}

/** Upstreams are not trusted: their words must not move the cursor or look like a line of ours. */
function printable(message: string): string {
  const visible = message.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\uFFFD");
  return visible.replaceAll("\n", "\n    ");
}
