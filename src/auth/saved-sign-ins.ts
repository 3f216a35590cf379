import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import { createTokenStore } from "./create-token-store.ts";
import { parseAuthorization, type StoredAuthorization } from "./stored-authorization.ts";
import { authorizationHash, spellingsOf, type TokenStore } from "./token-store.ts";

/**
 * The sign-ins as they lie on the disk, for who only looks: a damaged file stays where it is, modes stay
 * as they are, no key is made. Its `load` throws AUTH_UNAVAILABLE for a file that cannot be read.
 */
export class SavedSignIns implements TokenStore {
  readonly #folder: string;
  readonly #sealed: TokenStore;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#sealed = createTokenStore({ folder, log, tokenStorage: "file" });
  }

  async load(serverUrl: string): Promise<StoredAuthorization | undefined> {
    for (const each of spellingsOf(serverUrl)) {
      const path = join(this.#folder, `${authorizationHash(each)}.json`);
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (isRecord(error) && error.code === "ENOENT") return undefined;
        throw unreadable(serverUrl, `${path} cannot be opened`);
      });
      if (text !== undefined) return this.#parse(text, { path, serverUrl });
    }
    return undefined;
  }

  save(): Promise<void> {
    return Promise.reject(new Error("these sign-ins are only looked at"));
  }

  remove(): Promise<void> {
    return this.save();
  }

  async #parse(
    text: string,
    { path, serverUrl }: { readonly path: string; readonly serverUrl: string },
  ): Promise<StoredAuthorization | undefined> {
    let json: unknown;
    try {
      json = JSON.parse(text);
      const isSealed = isRecord(json) && typeof json.sealed === "string";
      if (!isSealed) return parseAuthorization(text, serverUrl);
    } catch {
      // The parser quotes what it stumbles over, which may be a token.
      throw unreadable(serverUrl, `${path} is damaged`);
    }
    // The store that opens sealed files narrows their modes; there must be nothing to narrow.
    if (process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0)
      throw unreadable(serverUrl, `${path} is sealed, and others may read it: chmod 600 it first`);
    return this.#sealed.load(serverUrl);
  }
}

function unreadable(serverUrl: string, why: string): McpzipError {
  const { origin } = new URL(serverUrl);
  return new McpzipError("AUTH_UNAVAILABLE", `the saved sign-in for ${origin} cannot be read`, {
    why,
    fix: "sign in anew: mcpzip login NAME",
  });
}
