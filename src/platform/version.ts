/** Set by the build (`--define`); absent when run from source. */
declare const MCPZIP_VERSION: string | undefined;

export const VERSION = typeof MCPZIP_VERSION === "string" ? MCPZIP_VERSION : "0.0.0-source";
