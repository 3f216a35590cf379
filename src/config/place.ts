import type { JsonPath, Problem, Report } from "./problem.ts";

/** The object being checked: where it lies and how a message calls it. */
export interface Place {
  readonly severity: Problem["severity"];
  readonly server?: string | undefined;
  readonly path: JsonPath;
  /** Opens each message, `server "slack": `; empty for the file itself. */
  readonly subject: string;
  readonly report: Report;
}

/** The place of an entry of `mcpServers`. */
export function serverPlace(server: string, report: Report): Place {
  const subject = `server "${server}": `;
  return { severity: "fault", server, path: ["mcpServers", server], subject, report };
}

/** Reports a problem with what lies at `path` in the place, of the place's severity unless it says. */
export function reportAt(
  place: Place,
  {
    path = [],
    ...problem
  }: Omit<Problem, "severity" | "code" | "server" | "path"> &
    Partial<Pick<Problem, "severity" | "code" | "path">>,
): void {
  place.report({
    severity: place.severity,
    code: "CONFIG_INVALID",
    server: place.server,
    ...problem,
    path: [...place.path, ...path],
    message: place.subject + problem.message,
  });
}
