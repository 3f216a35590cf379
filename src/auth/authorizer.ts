import { McpzipError } from "../core/error.ts";
import { directFetch, type Fetch } from "../platform/loopback.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { readChallenge, type Challenge } from "./challenge.ts";
import type { ProtectedServer } from "./discovery.ts";
import { hasMcpRemoteLogin } from "./mcp-remote-tokens.ts";
import { covers } from "./scopes.ts";
import { SignInDesk, type DeskOptions } from "./sign-in-desk.ts";
import type { Tokens } from "./stored-authorization.ts";
import { TokenKeeper, type KeeperOptions } from "./token-keeper.ts";

export interface AuthorizerOptions extends KeeperOptions {
  readonly openPage: DeskOptions["openPage"];
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
  readonly #keepers = new Map<string, TokenKeeper>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#desk = new SignInDesk({
      folder: options.folder,
      log: options.log,
      openPage: options.openPage,
      onSignedIn: async (server, authorization) => {
        await this.keeper(server).save(authorization);
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
      const tokens = await this.keeper(server).current();
      const response = await directFetch(url, withToken(init, tokens));
      const challenge = readChallenge(response);
      const isStepUp = response.status === 403 && challenge.error === "insufficient_scope";
      if (response.status !== 401 && !isStepUp) return response;
      if (isStepUp && covers(tokens?.scope, challenge.scope)) return response;
      await response.body?.cancel();
      const failed = tokens?.access_token;
      const next = await this.#obtain(server, {
        failed,
        challenge,
        isStepUp,
        isWanted: isWanted(),
      });
      return directFetch(url, withToken(init, next));
    };
  }

  keeper(server: ProtectedServer): TokenKeeper {
    const known = this.#keepers.get(server.name);
    if (known !== undefined) return known;
    const keeper = new TokenKeeper(server, this.#options);
    this.#keepers.set(server.name, keeper);
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
    if (!(await this.#mayAsk(server, need))) throw signInRequired(server, undefined);
    const stored = await keeper.stored();
    const pending = await this.#desk.begin(server, { challenge: need.challenge, stored });
    await settleWithin(pending.finished ?? Promise.resolve(), PATIENCE_MS);
    keeper.forget();
    const tokens = await keeper.current();
    if (tokens !== undefined && tokens.access_token !== need.failed) return tokens;
    throw signInRequired(server, pending.url);
  }

  /**
   * Whether a person may be asked now. A call may always ask; the background only at first contact with a
   * server that nobody has signed in to, and not again within an hour when that was ignored.
   */
  async #mayAsk(server: ProtectedServer, { isWanted }: Need): Promise<boolean> {
    const { interactive, grantType } = server.settings;
    if (interactive === "never" || grantType === "client_credentials") return false;
    if (isWanted) return true;
    if (interactive === "on-call" || (await this.keeper(server).stored()) !== undefined)
      return false;
    if (await hasMcpRemoteLogin(server.url.href, this.#options.mcpRemoteFolder)) return false;
    return !(await this.#desk.wasIgnored(server));
  }
}

function withToken(init: RequestInit | undefined, tokens: Tokens | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  if (tokens !== undefined) headers.set("Authorization", `Bearer ${tokens.access_token}`);
  // A redirect to another origin would take the header along with whatever else the request holds.
  return { ...init, headers, redirect: "manual" };
}

function signInRequired(server: ProtectedServer, url: URL | undefined): McpzipError {
  return new McpzipError("AUTH_REQUIRED", `server "${server.name}" needs you to sign in`, {
    server: server.name,
    why: `${server.url.origin} answered 401 and there is no token that it accepts`,
    fix:
      url === undefined
        ? `mcpzip login ${server.name}`
        : `open this page in a browser, sign in, and call again: ${url.href}`,
  });
}
