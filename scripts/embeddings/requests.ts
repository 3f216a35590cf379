import { loadLines } from "./corpus.ts";

/** What might be asked by those who look for one tool of the corpus, each time in other words. */
export interface ToolRequests {
  readonly server: string;
  readonly tool: string;
  readonly requests: readonly string[];
}

/** Throws when the file is missing or has a line that is no JSON. */
export function loadRequests(path: string): Promise<ToolRequests[]> {
  return loadLines<ToolRequests>(path);
}
