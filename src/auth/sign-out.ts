import { McpzipError } from "../core/error.ts";
import { acquireFileLock } from "../platform/file-lock.ts";
import type { ProtectedServer } from "./discovery.ts";
import { revokeTokens, type RevocationOutcome } from "./revocation.ts";
import type { StoredAuthorization } from "./stored-authorization.ts";
import { renewalLockPath } from "./token-keeper.ts";
import type { TokenStore } from "./token-store.ts";

export type SignOutOutcome =
  | { readonly kind: "not-signed-in" }
  | { readonly kind: "signed-out"; readonly revocation: RevocationOutcome };

/** Longer than a renewal in another process takes: its result must not outlive us. */
const LOCK_TIMEOUT_MS = 30_000;

/** Revokes a server's tokens where that is possible, and removes its file in any case. */
export async function signOut(
  server: ProtectedServer,
  { store, folder }: { readonly store: TokenStore; readonly folder: string },
): Promise<SignOutOutcome> {
  const lock = await acquireFileLock(renewalLockPath(folder, server.url.href), {
    timeoutMs: LOCK_TIMEOUT_MS,
  });
  if (lock === undefined) {
    const message = `another mcpzip process is renewing the sign-in of server "${server.name}"`;
    throw new McpzipError("AUTH_UNAVAILABLE", message, { fix: "try again in a moment" });
  }
  try {
    const outcome = await revokeStored(server, store);
    await store.remove(server.url.href);
    return outcome;
  } finally {
    lock.release();
  }
}

async function revokeStored(server: ProtectedServer, store: TokenStore): Promise<SignOutOutcome> {
  let stored: StoredAuthorization | undefined;
  try {
    stored = await store.load(server.url.href);
  } catch (error) {
    // Sealed, and no key: what cannot be read cannot be revoked, but can be removed.
    if (!(error instanceof McpzipError)) throw error;
    const why = error.why ?? error.message;
    return { kind: "signed-out", revocation: { kind: "failed", why } };
  }
  if (stored?.tokens === undefined) return { kind: "not-signed-in" };
  return { kind: "signed-out", revocation: await revokeTokens(server, stored) };
}
