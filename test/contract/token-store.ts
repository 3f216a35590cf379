import { describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredAuthorization } from "../../src/auth/stored-authorization.ts";
import { authorizationHash, type TokenStore } from "../../src/auth/token-store.ts";
import type { Log } from "../../src/platform/log.ts";

export const SERVER_URL = "https://mcp.example.com/mcp";

export const AUTHORIZATION: StoredAuthorization = {
  server_url: SERVER_URL,
  tokens: {
    access_token: "secret-access",
    refresh_token: "secret-refresh",
    token_type: "Bearer",
    expires_at: 4_000_000_000,
    issued_at: 1_700_000_000,
    scope: "read write",
  },
  client: { client_id: "me", redirect_uri: "http://127.0.0.1:8765/oauth/callback" },
  issuer: "https://auth.example.com",
  token_endpoint: "https://auth.example.com/token",
  token_endpoint_auth_methods: ["none"],
  revocation_endpoint: "https://auth.example.com/revoke",
  resource: SERVER_URL,
  signed_in_at: 1_700_000_000_000,
};

/** A folder for token files, and what was logged. */
export class TokenFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "mcpzip-tokens-"));
  readonly lines: string[] = [];
  readonly log: Log;

  constructor() {
    const write = (line: string) => void this.lines.push(line);
    this.log = { debug: write, info: write, warn: write, error: write };
  }

  file(serverUrl = SERVER_URL): string {
    return join(this.path, `${authorizationHash(serverUrl)}.json`);
  }

  text(): string {
    return readFileSync(this.file(), "utf8");
  }

  /** The token files, less locks. */
  names(): string[] {
    return readdirSync(this.path).filter((name) => !name.includes(".lock"));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What every store of tokens must do; `open` opens one on a folder, as often as it is called. */
export function testTokenStore(name: string, open: (folder: TokenFolder) => TokenStore): void {
  describe(name, () => {
    test("gives back everything that was saved, in another process too", async () => {
      using folder = new TokenFolder();
      await open(folder).save(AUTHORIZATION);
      expect(await open(folder).load(SERVER_URL)).toEqual(AUTHORIZATION);
    });

    test("keeps each server's for itself", async () => {
      using folder = new TokenFolder();
      const store = open(folder);
      const other = { ...AUTHORIZATION, server_url: `${SERVER_URL}/other` };
      await store.save(AUTHORIZATION);
      expect(await store.load(other.server_url)).toBeUndefined();
      await store.save(other);
      await store.remove(SERVER_URL);
      expect(await store.load(other.server_url)).toEqual(other);
    });

    test("has nothing for a server that nobody has signed in to, and makes nothing", async () => {
      using folder = new TokenFolder();
      const store = open(folder);
      expect(await store.load(SERVER_URL)).toBeUndefined();
      await store.remove(SERVER_URL);
      expect(folder.names()).toEqual([]);
    });

    test("forgets what is removed", async () => {
      using folder = new TokenFolder();
      const store = open(folder);
      await store.save(AUTHORIZATION);
      await store.remove(SERVER_URL);
      expect(await store.load(SERVER_URL)).toBeUndefined();
      expect(folder.names()).toEqual([]);
    });

    test("saves the last of many at once, whole", async () => {
      using folder = new TokenFolder();
      const store = open(folder);
      const saves = Array.from({ length: 20 }, (_, n) =>
        store.save({ ...AUTHORIZATION, signed_in_at: n }),
      );
      await Promise.all(saves);
      const { signed_in_at: at, ...rest } = (await store.load(SERVER_URL)) ?? {};
      expect(at).toBeWithin(0, 20);
      expect(rest).toMatchObject({ tokens: AUTHORIZATION.tokens });
      expect(folder.names()).toHaveLength(1);
    });

    test.skipIf(process.platform === "win32")("puts modes right that let others read", async () => {
      using folder = new TokenFolder();
      await open(folder).save(AUTHORIZATION);
      expect(statSync(folder.file()).mode & 0o777).toBe(0o600);
      chmodSync(folder.file(), 0o644);
      chmodSync(folder.path, 0o755);
      await open(folder).load(SERVER_URL);
      expect(statSync(folder.file()).mode & 0o777).toBe(0o600);
      expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    });

    test("reads a file of the older program", async () => {
      using folder = new TokenFolder();
      await Bun.write(folder.file(), '{"access_token":"old","expiry":"2099-01-01T00:00:00Z"}');
      const stored = await open(folder).load(SERVER_URL);
      expect(stored?.tokens).toMatchObject({ access_token: "old", expires_at: 4_070_908_800 });
    });

    test.each([
      ["half a file", '{"access_token": "tokvalue'],
      ["an empty file", ""],
      ["a token by itself", "tokvalue"],
      ["another JSON", '{"color": "red"}'],
    ])("sets %s aside with a warning, and has nothing then", async (_what, text) => {
      using folder = new TokenFolder();
      await Bun.write(folder.file(), text);
      expect(await open(folder).load(SERVER_URL)).toBeUndefined();
      expect(folder.names()).toEqual([expect.stringContaining(".json.corrupt-")]);
      expect(folder.lines.join("\n")).toContain("set aside");
      expect(folder.lines.join("\n")).not.toContain("tokvalue");
    });
  });
}
