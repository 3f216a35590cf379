/** How an authorization server behaves in one test. */
export interface LabOptions {
  /** What the person does on the page. */
  readonly person?: "agrees" | "denies";
  /** The `iss` of the redirect, in place of the right one. */
  readonly iss?: string;
  /** The answers to polls with a device code, in order, before the tokens. */
  readonly polls?: readonly string[];
  readonly hasDevices?: boolean;
  readonly hasRevocation?: boolean;
  /** Tokens live this long. */
  readonly lifeSeconds?: number;
  /** What it says that its tokens allow. */
  readonly scope?: string;
  /** Lets anybody in, and publishes nothing about signing in. */
  readonly isOpen?: boolean;
}

export const CLIENT = { id: "nightly", secret: "hush:hush%" } as const;

const CHALLENGES = "code_challenge_methods_supported";

/** A protected MCP server and its authorization server, on one loopback port; as small as the tests allow. */
export class OAuthLab implements AsyncDisposable {
  readonly #options: LabOptions;
  readonly #server: ReturnType<typeof Bun.serve>;
  readonly #codes = new Map<string, URLSearchParams>();
  readonly #access = new Set<string>();
  readonly #refresh = new Set<string>();
  readonly #polls: string[];
  /** Every request's method and path, in order. */
  readonly requests: string[] = [];
  readonly revoked: string[] = [];
  readonly issued: string[] = [];
  /** While true, revocation answers 503. */
  isRevocationDown = false;

  constructor(options: LabOptions = {}) {
    this.#options = options;
    this.#polls = [...(options.polls ?? [])];
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (each) => this.#answer(each),
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get mcpUrl(): string {
    return `${this.origin}/mcp`;
  }

  count(request: string): number {
    return this.requests.filter((each) => each === request).length;
  }

  /** Ends all access tokens, as an authorization server may at any time. */
  endAccess(): void {
    this.#access.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    switch (url.pathname) {
      case "/mcp":
        return this.#mcp(request);
      case "/.well-known/oauth-protected-resource/mcp":
        return this.#document({ resource: this.mcpUrl, authorization_servers: [this.origin] });
      case "/.well-known/oauth-authorization-server":
        return this.#document(this.#metadata());
      case "/register":
        return Response.json(
          { ...(await jsonOf(request)), client_id: "registered" },
          { status: 201 },
        );
      case "/authorize":
        return this.#authorize(url.searchParams);
      case "/device":
        return this.#device();
      case "/token":
        return this.#token(request);
      case "/revoke":
        return this.#revoke(request);
      default:
        return new Response("nothing here", { status: 404 });
    }
  }

  #document(json: object): Response {
    return this.#options.isOpen === true
      ? new Response(null, { status: 404 })
      : Response.json(json);
  }

  #metadata(): object {
    const { hasDevices = true, hasRevocation = true } = this.#options;
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      registration_endpoint: `${this.origin}/register`,
      response_types_supported: ["code"],
      scopes_supported: ["read", "write", "offline_access"],
      authorization_response_iss_parameter_supported: true,
      [CHALLENGES]: ["S256"],
      ...(hasDevices && { device_authorization_endpoint: `${this.origin}/device` }),
      ...(hasRevocation && { revocation_endpoint: `${this.origin}/revoke` }),
    };
  }

  #mcp(request: Request): Response {
    const token = request.headers.get("authorization")?.replace("Bearer ", "");
    if (this.#options.isOpen !== true && (token === undefined || !this.#access.has(token))) {
      const challenge = `Bearer resource_metadata="${this.origin}/.well-known/oauth-protected-resource/mcp", scope="read write"`;
      return new Response(null, { status: 401, headers: { "WWW-Authenticate": challenge } });
    }
    const result = { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "lab" } };
    const headers = { "Mcp-Session-Id": "session" };
    return Response.json({ jsonrpc: "2.0", id: 1, result }, { headers });
  }

  #authorize(params: URLSearchParams): Response {
    const back = new URL(params.get("redirect_uri") ?? "");
    back.searchParams.set("state", params.get("state") ?? "");
    back.searchParams.set("iss", this.#options.iss ?? this.origin);
    if (this.#options.person === "denies") back.searchParams.set("error", "access_denied");
    else back.searchParams.set("code", this.#newCode(params));
    return Response.redirect(back.href, 302);
  }

  #newCode(params: URLSearchParams): string {
    const code = `code-${crypto.randomUUID()}`;
    this.#codes.set(code, params);
    this.issued.push(code);
    return code;
  }

  #device(): Response {
    return Response.json({
      device_code: "device-code",
      user_code: "WDJB-MJHT",
      verification_uri: `${this.origin}/enter`,
      expires_in: 600,
      interval: 0.01,
    });
  }

  async #token(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    switch (form.get("grant_type")) {
      case "authorization_code":
        return this.#isProven(form) ? this.#tokens() : refused("invalid_grant");
      case "refresh_token":
        return this.#refresh.delete(form.get("refresh_token") ?? "")
          ? this.#tokens()
          : refused("invalid_grant");
      case "client_credentials":
        return isClient(request) ? this.#tokens() : refused("invalid_client");
      default: {
        const error = this.#polls.shift();
        return error === undefined ? this.#tokens() : refused(error);
      }
    }
  }

  #isProven(form: URLSearchParams): boolean {
    const asked = this.#codes.get(form.get("code") ?? "");
    const hash = new Bun.CryptoHasher("sha256").update(form.get("code_verifier") ?? "");
    return asked?.get("code_challenge") === hash.digest("base64url");
  }

  #tokens(): Response {
    const access = `access-${crypto.randomUUID()}`;
    const refresh = `refresh-${crypto.randomUUID()}`;
    this.#access.add(access);
    this.#refresh.add(refresh);
    this.issued.push(access, refresh);
    return Response.json({
      access_token: access,
      refresh_token: refresh,
      token_type: "Bearer",
      expires_in: this.#options.lifeSeconds ?? 3600,
      scope: this.#options.scope ?? "read write",
    });
  }

  async #revoke(request: Request): Promise<Response> {
    if (this.isRevocationDown) return new Response(null, { status: 503 });
    const token = new URLSearchParams(await request.text()).get("token") ?? "";
    this.#access.delete(token);
    this.#refresh.delete(token);
    this.revoked.push(token);
    return new Response(null, { status: 200 });
  }
}

function refused(error: string): Response {
  return Response.json({ error }, { status: 400 });
}

/** RFC 6749 section 2.3.1: both halves are form-encoded. */
function isClient(request: Request): boolean {
  const encoded = [CLIENT.id, CLIENT.secret].map((each) => encodeURIComponent(each)).join(":");
  return request.headers.get("authorization") === `Basic ${btoa(encoded)}`;
}

async function jsonOf(request: Request): Promise<object> {
  const json: unknown = await request.json();
  return typeof json === "object" && json !== null ? json : {};
}
