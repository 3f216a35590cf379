import { signInError, toAuthFailure } from "../auth/auth-failure.ts";
import type { Challenge } from "../auth/challenge.ts";
import { discoverTarget, type ProtectedServer } from "../auth/discovery.ts";
import { fetchChallenge, type Reception } from "../auth/fetch-challenge.ts";
import type { Tokens } from "../auth/stored-authorization.ts";
import type { TokenKeeper } from "../auth/token-keeper.ts";
import { McpzipError } from "../core/error.ts";
import { settleWithin } from "../platform/settle-within.ts";
import { openKeeper, type AuthSetup } from "./auth-setup.ts";
import { signInByBrowser } from "./browser-sign-in.ts";
import type { CommandContext } from "./command.ts";
import { describeTokens } from "./describe-tokens.ts";
import { signInByDevice } from "./device-sign-in.ts";

/** `paste`: a person opens the page, perhaps on another machine, and pastes where it ended. */
export type Way = "browser" | "paste" | "device";

export interface LoginOptions extends CommandContext {
  readonly setup: AuthSetup;
  readonly type: "http" | "sse";
  readonly way: Way;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A request that is under way must not hold up whoever presses Ctrl-C. */
const STOP_MS = 1000;

/** One run of `mcpzip login`. */
export class LoginAttempt {
  readonly #server: ProtectedServer;
  readonly #options: LoginOptions;
  readonly #keeper: TokenKeeper;
  #work: Promise<void> = Promise.resolve();

  constructor(server: ProtectedServer, options: LoginOptions) {
    this.#server = server;
    this.#options = options;
    this.#keeper = openKeeper(server, options.setup);
  }

  /** Resolves when signed in, or when there was nothing to do; both have been said. */
  async run({ isForced }: { readonly isForced: boolean }): Promise<void> {
    this.#work = this.#run(isForced);
    try {
      await this.#work;
    } catch (error) {
      throw await toAuthFailure(this.#server, error);
    }
  }

  /** Resolves when an interrupted run has closed what it had open, or very nearly. */
  async stopped(): Promise<void> {
    await settleWithin(this.#work, STOP_MS);
  }

  async #run(isForced: boolean): Promise<void> {
    if (!isForced && (await this.#isSignedIn())) return;
    const reception = await this.#knock(undefined);
    if (!(await this.#wantsSignIn(reception))) {
      this.#options.output.print(`server "${this.#server.name}" answers without a sign-in`);
      return;
    }
    await this.#signIn(reception.challenge);
    await this.#report();
  }

  async #isSignedIn(): Promise<boolean> {
    const tokens = await this.#keeper.current();
    if (tokens === undefined) return false;
    const { status, challenge } = await this.#knock(tokens.access_token);
    const isRefused = status === 401 || challenge.error === "insufficient_scope";
    const good = isRefused ? await this.#renewed(status, tokens, challenge) : tokens;
    if (good === undefined) return false;
    this.#options.output.print(
      [
        `already signed in to "${this.#server.name}"`,
        ...describeTokens(good, Date.now()),
        `mcpzip login ${this.#server.name} --force signs in anew`,
      ].join("\n"),
    );
    return true;
  }

  /** Only a sign-in gives more scopes; a token that is refused may be renewed. */
  async #renewed(
    status: number,
    { access_token: failed }: Tokens,
    challenge: Challenge,
  ): Promise<Tokens | undefined> {
    if (status !== 401) return undefined;
    const renewed = await this.#keeper.renew(failed, challenge);
    if (renewed === undefined || renewed.access_token === failed) return undefined;
    const second = await this.#knock(renewed.access_token);
    return second.status === 401 ? undefined : renewed;
  }

  #knock(accessToken: string | undefined): Promise<Reception> {
    const { type, signal } = this.#options;
    return fetchChallenge(this.#server, { type, accessToken, signal });
  }

  /** Some servers let anybody in and ask at the first call; those publish where to sign in. */
  async #wantsSignIn({ status, challenge }: Reception): Promise<boolean> {
    if (status === 401) return true;
    const { metadata } = await discoverTarget(this.#server, challenge);
    if (metadata !== undefined) return true;
    if (status < 400) return false;
    const { name, url } = this.#server;
    throw new McpzipError("SERVER_UNREACHABLE", `server "${name}" answered HTTP ${status}`, {
      server: name,
      why: `${url.origin} neither asks for a sign-in nor says where there is one`,
      fix: `check "url" of "${name}"`,
    });
  }

  async #signIn(challenge: Challenge): Promise<void> {
    const { setup, way } = this.#options;
    const stored = await this.#keeper.stored();
    if (this.#server.settings.grantType === "client_credentials") {
      await this.#keeper.renew(stored?.tokens?.access_token, challenge);
      return;
    }
    const request = { ...this.#options, challenge, keeper: this.#keeper, folder: setup.folder };
    await (way === "device"
      ? signInByDevice(this.#server, request)
      : signInByBrowser(this.#server, { ...request, opensBrowser: way === "browser" }));
  }

  async #report(): Promise<void> {
    const tokens = (await this.#keeper.stored())?.tokens;
    if (tokens === undefined) throw signInError(this.#server, "no token came of it");
    const { status } = await this.#knock(tokens.access_token);
    if (status === 401) throw this.#refused();
    const { name } = this.#server;
    const lines = [`signed in to "${name}"`, ...describeTokens(tokens, Date.now())];
    this.#options.output.print(lines.join("\n"));
  }

  #refused(): McpzipError {
    const { name, url } = this.#server;
    return signInError(this.#server, `${url.origin} refuses the token that it was issued`, {
      fix: `check "resource" and "scopes" in "oauth" of "${name}"; docs/oauth.md has more`,
    });
  }
}
