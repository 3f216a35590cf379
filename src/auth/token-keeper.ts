import { join } from "node:path";
import { acquireFileLock } from "../platform/file-lock.ts";
import type { Log } from "../platform/log.ts";
import { toAuthFailure, unavailable } from "./auth-failure.ts";
import { AuthServerUnavailableError } from "./auth-server-fetch.ts";
import type { Challenge } from "./challenge.ts";
import { fetchClientCredentials } from "./client-credentials.ts";
import type { ProtectedServer } from "./discovery.ts";
import { findMcpRemoteTokens } from "./mcp-remote-tokens.ts";
import { hasMoved } from "./migration.ts";
import { refreshTokens } from "./refresh-tokens.ts";
import type { StoredAuthorization, Tokens } from "./stored-authorization.ts";
import { authorizationHash, type TokenStore } from "./token-store.ts";

export interface KeeperOptions {
  readonly store: TokenStore;
  /** Where the locks between processes lie. */
  readonly folder: string;
  /** mcp-remote's own folder. */
  readonly mcpRemoteFolder: string;
  readonly log: Log;
}

/** Longer than any refresh may take, so that the wait ends with the holder's result. */
const LOCK_TIMEOUT_MS = 60_000;
/** Renewed this long before the end, but never earlier than in the last tenth of a token's life. */
const MARGIN_SECONDS = 60;

/** Whoever changes what is stored for a server holds this lock. */
export function renewalLockPath(folder: string, serverUrl: string): string {
  return join(folder, `${authorizationHash(serverUrl)}.lock`);
}

/**
 * The tokens of one server: stored and valid, else refreshed, else mcp-remote's. One renewal at a time,
 * whatever the number of calls and of mcpzip processes; what another process has stored is taken.
 */
export class TokenKeeper {
  readonly #server: ProtectedServer;
  readonly #options: KeeperOptions;
  #tokens: Tokens | undefined;
  /** Most servers want no token: the disk is not asked before every request, a 401 asks it again. */
  #hasLooked = false;
  #renewing: Promise<Tokens | undefined> | undefined;
  /** Whose tokens are stored, while the server names another authorization server. */
  #formerIssuer: string | undefined;

  constructor(server: ProtectedServer, options: KeeperOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** The token to send, renewed ahead of its end; undefined when there is none. */
  async current(): Promise<Tokens | undefined> {
    if (!this.#hasLooked) await this.#look();
    const tokens = this.#tokens;
    if (tokens === undefined || !isEnding(tokens)) return tokens;
    try {
      return (await this.renew(tokens.access_token, undefined)) ?? tokens;
    } catch (error) {
      // An outage of the authorization server is none of the resource's: the token may still be good.
      if (isExpired(tokens)) throw error;
      return tokens;
    }
  }

  /** Whether the server has gone over to another authorization server since somebody signed in. */
  get hasMoved(): boolean {
    return this.#formerIssuer !== undefined;
  }

  /**
   * Another token than the one that failed; undefined when only a sign-in helps. `challenge`: what the
   * server said to it, if it has been asked. Throws AUTH_UNAVAILABLE when the authorization server
   * cannot be reached.
   */
  renew(failed: string | undefined, challenge: Challenge | undefined): Promise<Tokens | undefined> {
    this.#renewing ??= this.#renewLocked(failed, challenge).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async stored(): Promise<StoredAuthorization | undefined> {
    return this.#options.store.load(this.#server.url.href);
  }

  async save(authorization: StoredAuthorization): Promise<void> {
    await this.#options.store.save(authorization);
    this.#tokens = authorization.tokens;
    this.#formerIssuer = undefined;
  }

  /** Looks at the disk again: another process may have signed in. */
  forget(): void {
    this.#tokens = undefined;
    this.#hasLooked = false;
  }

  async #look(): Promise<void> {
    this.#tokens ??= (await this.stored())?.tokens ?? (await this.#fromMcpRemote(undefined));
    this.#hasLooked = true;
  }

  async #renewLocked(
    failed: string | undefined,
    challenge: Challenge | undefined,
  ): Promise<Tokens | undefined> {
    const path = renewalLockPath(this.#options.folder, this.#server.url.href);
    const lock = await acquireFileLock(path, { timeoutMs: LOCK_TIMEOUT_MS });
    if (lock === undefined)
      throw unavailable(this.#server, "another mcpzip process is renewing it");
    try {
      this.#tokens = await this.#renewNow(failed, challenge);
      return this.#tokens;
    } finally {
      lock.release();
    }
  }

  async #renewNow(
    failed: string | undefined,
    challenge: Challenge | undefined,
  ): Promise<Tokens | undefined> {
    const stored = await this.stored();
    const tokens = stored?.tokens;
    if (tokens !== undefined && tokens.access_token !== failed && !isExpired(tokens)) return tokens;
    try {
      if (this.#server.settings.grantType === "client_credentials")
        return await this.#fetchAnew(stored, challenge);
      if (challenge !== undefined) await this.#noteMove(stored, challenge);
      return (await this.#refresh(stored)) ?? (await this.#fromMcpRemote(failed));
    } catch (error) {
      // An authorization server that has been given up answers no more: then only a sign-in helps.
      const isOutage = error instanceof AuthServerUnavailableError && challenge === undefined;
      if (isOutage && (await this.#noteMove(stored, {}))) return undefined;
      throw await toAuthFailure(this.#server, error);
    }
  }

  async #fetchAnew(
    stored: StoredAuthorization | undefined,
    challenge: Challenge = {},
  ): Promise<Tokens | undefined> {
    const fetched = await fetchClientCredentials(this.#server, { challenge, stored });
    await this.save(fetched);
    return fetched.tokens;
  }

  async #noteMove(stored: StoredAuthorization | undefined, challenge: Challenge): Promise<boolean> {
    const isMoved = await hasMoved(this.#server, stored, challenge);
    this.#formerIssuer = isMoved ? stored?.issuer : undefined;
    return isMoved;
  }

  async #refresh(stored: StoredAuthorization | undefined): Promise<Tokens | undefined> {
    const isFormer = stored?.issuer !== undefined && stored.issuer === this.#formerIssuer;
    if (stored === undefined || isFormer) return undefined;
    const outcome = await refreshTokens(this.#server, stored, Date.now());
    if (outcome.kind === "refreshed") {
      await this.save({ ...stored, tokens: outcome.tokens });
      return outcome.tokens;
    }
    if (outcome.kind === "refused") await this.#drop(stored, outcome.isClientGone);
    return undefined;
  }

  /** The registration stays, so that the next sign-in has its port; so does that there was a sign-in. */
  async #drop(stored: StoredAuthorization, isClientGone: boolean): Promise<void> {
    const { tokens: _tokens, client, ...rest } = stored;
    const kept = isClientGone || client === undefined ? rest : { ...rest, client };
    await this.#options.store.save(kept);
    this.#options.log.warn(`auth: ${this.#server.name}: its refresh token is no longer accepted`);
  }

  async #fromMcpRemote(failed: string | undefined): Promise<Tokens | undefined> {
    const { mcpRemoteFolder: folder } = this.#options;
    const tokens = await findMcpRemoteTokens(this.#server.url.href, { folder, now: Date.now() });
    return tokens?.access_token === failed ? undefined : tokens;
  }
}

function isExpired({ expires_at: expiresAt }: Tokens): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now() / 1000;
}

function isEnding({ expires_at: expiresAt, issued_at: issuedAt }: Tokens): boolean {
  if (expiresAt === undefined) return false;
  const life = issuedAt === undefined ? Infinity : expiresAt - issuedAt;
  return expiresAt - Math.min(MARGIN_SECONDS, life / 10) <= Date.now() / 1000;
}
