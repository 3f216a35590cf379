import type { ExitCode } from "./report-error.ts";

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
  process.once("SIGINT", onSignal);
  return {
    signal: controller.signal,
    exitCode,
    [Symbol.dispose]: () => void process.off("SIGINT", onSignal),
  };
}
