/** Keys and array indexes from the root of the file down to a value. */
export type JsonPath = readonly (string | number)[];

/** Something wrong in the config file, not yet on a line: that takes a parser which start-up skips. */
export interface Problem {
  /** fatal: nothing can start; fault: this server cannot; warning: all can. */
  readonly severity: "fatal" | "fault" | "warning";
  readonly code: "CONFIG_INVALID" | "ENV_MISSING";
  readonly server?: string | undefined;
  readonly path: JsonPath;
  /** Which half of the property at `path` the caret points at. */
  readonly part: "key" | "value";
  readonly message: string;
  readonly fix?: string | undefined;
}

export type Report = (problem: Problem) => void;

/** `["args", 1]` as `args[1]`. */
export function pathName(path: JsonPath): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
