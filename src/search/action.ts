/** What a tool does to its object, as the first word of most names tells. */
export const ACTIONS = [
  "create",
  "read",
  "list",
  "search",
  "update",
  "delete",
  "run",
  "stop",
  "send",
  "move",
] as const;
export type Action = (typeof ACTIONS)[number];
