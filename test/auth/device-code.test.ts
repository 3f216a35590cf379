import { expect, test } from "bun:test";
import { startDeviceSignIn, type DeviceClock } from "../../src/auth/device-code.ts";
import type { StoredAuthorization } from "../../src/auth/stored-authorization.ts";
import type { OAuthSettings } from "../../src/core/oauth-settings.ts";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

type Form = Readonly<Record<string, string>>;

interface Options {
  /** The token endpoint's answers, in order; then the tokens. A number is an HTTP status. */
  readonly answers?: readonly (string | number)[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly code?: Readonly<Record<string, unknown>>;
}

/** A server and its authorization server, with what it was sent; and a clock that never waits. */
class DeviceLab implements AsyncDisposable {
  readonly #options: Options;
  readonly #server: ReturnType<typeof Bun.serve>;
  readonly #answers: (string | number)[];
  readonly registrations: { grant_types?: string[] }[] = [];
  readonly codeRequests: Form[] = [];
  readonly polls: Form[] = [];
  readonly waits: number[] = [];
  #nowMs = 1_000_000;

  constructor(options: Options = {}) {
    this.#options = options;
    this.#answers = [...(options.answers ?? [])];
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (each) => this.#answer(each),
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  readonly clock: DeviceClock = {
    now: () => this.#nowMs,
    sleep: (ms, signal) => {
      signal.throwIfAborted();
      this.waits.push(ms);
      this.#nowMs += ms;
      return Promise.resolve();
    },
  };

  start(
    given: {
      settings?: Partial<OAuthSettings>;
      stored?: StoredAuthorization;
      signal?: AbortSignal;
    } = {},
  ) {
    const settings = { interactive: "auto" as const, ...given.settings };
    const server = { name: "lab", url: new URL(`${this.origin}/mcp`), settings };
    return startDeviceSignIn(server, {
      challenge: { scope: "read" },
      stored: given.stored,
      signal: given.signal ?? new AbortController().signal,
      clock: this.clock,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/.well-known/oauth-authorization-server")
      return Response.json(this.#metadata());
    if (pathname === "/register") {
      const asked = JSON.parse(await request.text());
      this.registrations.push(asked);
      return Response.json({ ...asked, client_id: "registered" }, { status: 201 });
    }
    if (pathname === "/device") {
      this.codeRequests.push(await formOf(request));
      return this.#code();
    }
    if (pathname !== "/token") return new Response(null, { status: 404 });
    this.polls.push(await formOf(request));
    const answer = this.#answers.shift();
    if (typeof answer === "number") return new Response("down", { status: answer });
    if (answer !== undefined) return Response.json({ error: answer }, { status: 400 });
    return Response.json({ access_token: "access", token_type: "Bearer", expires_in: 60 });
  }

  #metadata(): object {
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      registration_endpoint: `${this.origin}/register`,
      device_authorization_endpoint: `${this.origin}/device`,
      revocation_endpoint: `${this.origin}/revoke`,
      response_types_supported: ["code"],
      ...this.#options.metadata,
    };
  }

  #code(): Response {
    return Response.json({
      device_code: "device",
      user_code: "WDJB-MJHT",
      verification_uri: `${this.origin}/enter`,
      verification_uri_complete: `${this.origin}/enter?code=WDJB-MJHT`,
      expires_in: 600,
      ...this.#options.code,
    });
  }
}

async function formOf(request: Request): Promise<Form> {
  return Object.fromEntries(new URLSearchParams(await request.text()));
}

test("registers for the grant, shows the code, and stores what it takes to renew and revoke", async () => {
  await using lab = new DeviceLab();
  const { code, finished } = await lab.start();
  expect(code.userCode).toBe("WDJB-MJHT");
  expect(code.verificationUri.href).toBe(`${lab.origin}/enter`);
  expect(code.verificationUriComplete?.search).toBe("?code=WDJB-MJHT");
  expect(await finished).toMatchObject({
    server_url: `${lab.origin}/mcp`,
    tokens: { access_token: "access", scope: "read" },
    client: { client_id: "registered" },
    issuer: lab.origin,
    token_endpoint: `${lab.origin}/token`,
    revocation_endpoint: `${lab.origin}/revoke`,
  });
  expect(lab.registrations[0]?.grant_types).toContain(DEVICE_GRANT);
  const common = { client_id: "registered", resource: `${lab.origin}/mcp` };
  expect(lab.codeRequests).toEqual([{ ...common, scope: "read" }]);
  expect(lab.polls).toEqual([{ ...common, grant_type: DEVICE_GRANT, device_code: "device" }]);
  expect(lab.waits).toEqual([5000]);
});

test("polls at the server's interval, and five seconds slower each time that it asks for it", async () => {
  const answers = ["authorization_pending", "slow_down", "authorization_pending", "slow_down"];
  await using lab = new DeviceLab({ answers, code: { interval: 3 } });
  const { finished } = await lab.start();
  await finished;
  expect(lab.waits).toEqual([3000, 3000, 8000, 8000, 13_000]);
});

test("goes on, less often, while the authorization server is down", async () => {
  await using lab = new DeviceLab({ answers: [503, 502, "authorization_pending"] });
  const { finished } = await lab.start();
  expect((await finished).tokens?.access_token).toBe("access");
  expect(lab.waits).toEqual([5000, 10_000, 20_000, 20_000]);
});

test.each([
  ["access_denied", /answered: access_denied/],
  ["expired_token", /expired/],
  ["invalid_grant", /answered: invalid_grant/],
])("ends on %s with AUTH_FAILED and how to try again", async (answer, why) => {
  await using lab = new DeviceLab({ answers: ["authorization_pending", answer] });
  const { finished } = await lab.start();
  await expect(finished).rejects.toMatchObject({
    code: "AUTH_FAILED",
    why: expect.stringMatching(why),
    fix: "mcpzip login lab --device",
  });
  expect(lab.polls).toHaveLength(2);
});

test("gives up when the code's time is over, even if the server never says so", async () => {
  const answers = Array.from({ length: 50 }, () => "authorization_pending");
  await using lab = new DeviceLab({ answers, code: { expires_in: 20 } });
  const { finished } = await lab.start();
  await expect(finished).rejects.toMatchObject({ why: expect.stringMatching(/expired/) });
  expect(lab.polls).toHaveLength(3);
});

test("stops polling when it is interrupted", async () => {
  await using lab = new DeviceLab({ answers: ["authorization_pending"] });
  const controller = new AbortController();
  controller.abort(new Error("interrupted"));
  await expect(lab.start({ signal: controller.signal })).rejects.toThrow();
  expect(lab.polls).toEqual([]);
});

test.each([
  ["has no endpoint for it", { device_authorization_endpoint: undefined }],
  ["lists other grants only", { grant_types_supported: ["authorization_code"] }],
])("says that the authorization server %s", async (_what, metadata) => {
  await using lab = new DeviceLab({ metadata });
  await expect(lab.start()).rejects.toMatchObject({
    code: "AUTH_FAILED",
    fix: "mcpzip login lab --no-browser",
  });
  expect(lab.registrations).toEqual([]);
});

test.each([
  ["a page that is not https", { verification_uri: "http://example.com/enter" }],
  ["a page that is a script", { verification_uri: "javascript:alert(1)" }],
  ["no page", { verification_uri: undefined }],
  ["no code", { user_code: undefined }],
])("refuses %s", async (_what, code) => {
  await using lab = new DeviceLab({ code });
  await expect(lab.start()).rejects.toMatchObject({ code: "AUTH_FAILED" });
});

test("lets no control character of the server's into the terminal", async () => {
  await using lab = new DeviceLab({ code: { user_code: "WD\u001b[2JJB\r\n" } });
  expect((await lab.start()).code.userCode).toBe("WD[2JJB");
});

test("uses the client of the config, and proves who it is at both endpoints", async () => {
  const metadata = { token_endpoint_auth_methods_supported: ["client_secret_post"] };
  await using lab = new DeviceLab({ metadata });
  const settings = { clientId: "mine", clientSecret: "hush" };
  await (
    await lab.start({ settings })
  ).finished;
  const proof = { client_id: "mine", client_secret: "hush" };
  expect(lab.codeRequests[0]).toMatchObject(proof);
  expect(lab.polls[0]).toMatchObject(proof);
  expect(lab.registrations).toEqual([]);
});

test("takes its own registration again, but not one that was made for the browser", async () => {
  await using lab = new DeviceLab();
  const first = await (await lab.start()).finished;
  await (
    await lab.start({ stored: first })
  ).finished;
  expect(lab.registrations).toHaveLength(1);
  const client = { client_id: "other", redirect_uri: "http://127.0.0.1:1/oauth/callback" };
  await (
    await lab.start({ stored: { ...first, client } })
  ).finished;
  expect(lab.registrations).toHaveLength(2);
});
