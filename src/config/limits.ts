/** What applies when the file does not say. */
export const DEFAULTS = {
  searchLimit: 5,
  idleTimeoutMinutes: 5,
  callTimeoutSeconds: 120,
  catalogTtlMinutes: 1440,
  tokenStorage: "file",
  stats: true,
  geminiBaseUrl: "https://generativelanguage.googleapis.com/v1beta",
  openaiBaseUrl: "https://api.openai.com/v1",
} as const;

/** A longer timer overflows its 32 bits and fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const MAX_TIMER_SECONDS = Math.floor(MAX_TIMER_MS / 1000);
export const MAX_TIMER_MINUTES = Math.floor(MAX_TIMER_MS / 60_000);
export const MAX_SEARCH_LIMIT = 50;
/** No embedding model answers with more. */
export const MAX_DIMENSIONS = 8192;
export const MAX_PORT = 65_535;
