/** What applies when the file does not say. */
export const DEFAULTS = {
  searchLimit: 5,
  idleTimeoutMinutes: 5,
  callTimeoutSeconds: 120,
  catalogTtlMinutes: 1440,
  tokenStorage: "file",
} as const;

/** A longer timer overflows its 32 bits and fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const MAX_TIMER_SECONDS = Math.floor(MAX_TIMER_MS / 1000);
export const MAX_TIMER_MINUTES = Math.floor(MAX_TIMER_MS / 60_000);
export const MAX_SEARCH_LIMIT = 50;
export const MAX_PORT = 65_535;
