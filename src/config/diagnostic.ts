/** What is wrong with a config file, and where; line and column count from 1, in UTF-16 units. */
export interface ConfigDiagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fix?: string | undefined;
  /** The line with its neighbours and a caret; whatever could be a secret is masked. */
  readonly frame: string;
}

/** `file:line:column: message`, the code frame and the fix, as a terminal shows them. */
export function renderDiagnostic(diagnostic: ConfigDiagnostic): string {
  const lines = [`${positionOf(diagnostic)}: ${diagnostic.message}`, diagnostic.frame];
  if (diagnostic.fix !== undefined) lines.push(`fix: ${diagnostic.fix}`);
  return lines.join("\n");
}

/** `file:line:column`, which terminals and editors open on a click. */
export function positionOf({ file, line, column }: ConfigDiagnostic): string {
  return `${file}:${line}:${column}`;
}
