import { McpzipError } from "../core/error.ts";
import { directFetch, type Fetch } from "../platform/loopback.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { signInRequired } from "./auth-failure.ts";
import { readChallenge, type Challenge } from "./challenge.ts";
import { identityOf, type ProtectedServer } from "./discovery.ts";
import { hasMcpRemoteLogin } from "./mcp-remote-tokens.ts";
import { covers } from "./scopes.ts";
import { SignInDesk, type DeskOptions } from "./sign-in-desk.ts";
import type { StoredAuthorization, Tokens } from "./stored-authorization.ts";
import { TokenKeeper, type KeeperOptions } from "./token-keeper.ts";

export interface AuthorizerOptions extends KeeperOptions {
  readonly openPage: DeskOptions["openPage"];
  readonly signInTimeoutMs?: DeskOptions["signInTimeoutMs"];
  /** A person has signed in to a server, or its tokens have otherwise become usable. */
  readonly onSignedIn: (server: string) => void;
}

interface Need {
  readonly failed: string | undefined;
  readonly challenge: Challenge;
  /** A person's call waits for it. */
  readonly isWanted: boolean;
  /** Tokens that are good but allow too little are not to be renewed: only a sign-in widens them. */
  readonly isStepUp: boolean;
}

/** How long a call waits for a sign-in before it answers with what to do. */
const PATIENCE_MS = 3000;

/** Signs this process in to servers: attaches tokens, renews them, asks a person where it must. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #desk: SignInDesk;
  /** Not by name: a server's address can change while mcpzip runs, and tokens must not go along. */
  readonly #keepers = new Map<string, TokenKeeper>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#desk = new SignInDesk({
      folder: options.folder,
      log: options.log,
      openPage: options.openPage,
      signInTimeoutMs: options.signInTimeoutMs,
      onSignedIn: async (server, authorization) => {
        await this.keeper(server).save(authorization);
        options.onSignedIn(server.name);
      },
      onSignedInElsewhere: (server) => {
        this.keeper(server).forget();
        options.onSignedIn(server.name);
      },
    });
  }

  /**
   * `fetch` for one server's transport: sends its token, to its origin and nowhere else; on 401 renews it
   * or starts a sign-in, on 403 `insufficient_scope` (RFC 6750 section 3.1) asks for more, and tries again.
   */
  fetchFor(server: ProtectedServer, isWanted: () => boolean): Fetch {
    return async (url, init) => {
      if (new URL(url).origin !== server.url.origin) return directFetch(url, init);
      let tokens = await this.keeper(server).current();
      let response = await directFetch(url, withToken(init, tokens));
      // Once for a token that is refused, and once for one that allows too little.
      for (const status of [401, 403]) {
        const challenge = readChallenge(response);
        const isStepUp = status === 403;
        const isTooLittle = challenge.error === "insufficient_scope";
        if (response.status !== status || (isStepUp && !isTooLittle)) continue;
        await response.body?.cancel();
        const failed = tokens?.access_token;
        const need = { failed, challenge, isStepUp, isWanted: isWanted() };
        tokens = await this.#obtain(server, need);
        response = await directFetch(url, withToken(init, tokens));
      }
      if (response.status !== 401) return response;
      await response.body?.cancel();
      throw signInRequired(server, undefined);
    };
  }

  keeper(server: ProtectedServer): TokenKeeper {
    const identity = identityOf(server);
    const known = this.#keepers.get(identity);
    if (known !== undefined) return known;
    const keeper = new TokenKeeper(server, this.#options);
    this.#keepers.set(identity, keeper);
    return keeper;
  }

  get desk(): SignInDesk {
    return this.#desk;
  }

  /** Gives up the sign-ins that wait for a person. */
  close(): void {
    this.#desk.close();
  }

  async #obtain(server: ProtectedServer, need: Need): Promise<Tokens> {
    const keeper = this.keeper(server);
    if (!need.isStepUp) {
      const renewed = await keeper.renew(need.failed, need.challenge);
      if (renewed !== undefined && renewed.access_token !== need.failed) return renewed;
    }
    const stored = await keeper.stored();
    const wider = need.isStepUp ? widened(server, stored, need) : undefined;
    if (wider === undefined) return this.#ask(server, need, stored);
    keeper.forget();
    return wider;
  }

  async #ask(
    server: ProtectedServer,
    need: Need,
    stored: StoredAuthorization | undefined,
  ): Promise<Tokens> {
    const keeper = this.keeper(server);
    if (!(await this.#mayAsk(server, need, stored))) throw signInRequired(server, undefined);
    const { challenge, isWanted } = need;
    const reload = () => keeper.stored();
    const pending = await this.#desk.begin(server, { challenge, isWanted, stored, reload });
    let failure: McpzipError | undefined;
    const over = pending.finished.catch((error: McpzipError) => void (failure = error));
    await settleWithin(over, PATIENCE_MS);
    if (failure !== undefined) throw failure;
    const tokens = (await keeper.stored())?.tokens;
    const isNew = tokens?.access_token !== stored?.tokens?.access_token;
    if (tokens === undefined || !isNew || tokens.access_token === need.failed)
      throw signInRequired(server, pending.url);
    keeper.forget();
    return tokens;
  }

  /**
   * Whether a person may be asked now. A call may always ask; the background only at first contact with a
   * server that nobody has signed in to. (Not again within an hour when that was ignored: see the desk.)
   */
  async #mayAsk(
    server: ProtectedServer,
    { isWanted }: Need,
    stored: StoredAuthorization | undefined,
  ): Promise<boolean> {
    const { interactive, grantType } = server.settings;
    if (interactive === "never" || grantType === "client_credentials") return false;
    if (isWanted) return true;
    const isKnown = stored !== undefined && !this.keeper(server).hasMoved;
    if (interactive === "on-call" || isKnown) return false;
    return !(await hasMcpRemoteLogin(server.url.href, this.#options.mcpRemoteFolder));
  }
}

/**
 * Tokens that another call has widened meanwhile. Throws AUTH_REJECTED where a sign-in would widen nothing:
 * the scope was granted already, was asked for and not granted, or the config pins the scopes.
 */
function widened(
  server: ProtectedServer,
  stored: StoredAuthorization | undefined,
  { failed, challenge }: Need,
): Tokens | undefined {
  const { settings } = server;
  const tokens = stored?.tokens;
  const isGranted = covers(tokens?.scope, challenge.scope);
  if (tokens !== undefined && tokens.access_token !== failed && isGranted) return tokens;
  const wasAsked = isGranted || covers(stored?.requested_scope, challenge.scope);
  const isFixed = settings.scopes !== undefined || settings.grantType === "client_credentials";
  if (!wasAsked && !isFixed) return undefined;
  const message = `server "${server.name}" does not allow this with the scopes that it has granted`;
  throw new McpzipError("AUTH_REJECTED", message, {
    server: server.name,
    why: `it asks for the scope "${challenge.scope ?? ""}"`,
    fix: isFixed
      ? `add the scope to "oauth": { "scopes": … } of "${server.name}"`
      : `let somebody grant it to your account, then run: mcpzip login ${server.name}`,
  });
}

function withToken(init: RequestInit | undefined, tokens: Tokens | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  if (tokens !== undefined) headers.set("Authorization", `Bearer ${tokens.access_token}`);
  // A redirect to another origin would take the header along with whatever else the request holds.
  return { ...init, headers, redirect: "manual" };
}
