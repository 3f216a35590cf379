import type { McpzipError } from "./error.ts";

/** Where one upstream server stands; `failed` keeps its error so that it can be told and mended. */
export type ServerStatus =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "connected"; readonly since: number }
  | { readonly kind: "needs-auth"; readonly error: McpzipError }
  | { readonly kind: "failed"; readonly error: McpzipError; readonly at: number }
  | { readonly kind: "disabled" };
