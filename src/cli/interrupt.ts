import type { ExitCode } from "./report-error.ts";

/** What a terminal ends a command with: Ctrl-C, and its own end. The servers that we started go with us. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ctrl-C, for a command that waits. Disposed, it means again what it did before. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
  /** 130, when it has happened. */
  readonly exitCode: Promise<ExitCode>;
}

export function watchInterrupt(): Interrupt {
  const controller = new AbortController();
  const { promise: exitCode, resolve } = Promise.withResolvers<ExitCode>();
  const onSignal = () => {
    controller.abort(new Error("interrupted"));
    resolve(130);
  };
  for (const name of SIGNALS) process.once(name, onSignal);
  return {
    signal: controller.signal,
    exitCode,
    [Symbol.dispose]: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
