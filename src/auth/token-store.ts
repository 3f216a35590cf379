import { chmod, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorMessage, isSystemError } from "../core/error.ts";
import { setAside, writeFileAtomically } from "../platform/atomic-file.ts";
import type { Log } from "../platform/log.ts";
import {
  parseAuthorization,
  serializeAuthorization,
  type StoredAuthorization,
} from "./stored-authorization.ts";

/** Where authorizations are kept, by the URL of the server that they are for. */
export interface TokenStore {
  load(serverUrl: string): Promise<StoredAuthorization | undefined>;
  save(authorization: StoredAuthorization): Promise<void>;
  remove(serverUrl: string): Promise<void>;
}

/** First 32 hex digits of the URL's SHA-256: the name of a server's file. */
export function authorizationHash(serverUrl: string): string {
  return new Bun.CryptoHasher("sha256").update(serverUrl).digest("hex").slice(0, 32);
}

/** The ways to write a URL that others name their files by: they hash it as it was typed. */
export function spellingsOf(serverUrl: string): readonly string[] {
  const isOrigin = serverUrl === `${new URL(serverUrl).origin}/`;
  return isOrigin ? [serverUrl, serverUrl.slice(0, -1)] : [serverUrl];
}

/** One file for each server, `{hash}.json`, mode 0600 in a folder of mode 0700. */
export class FileTokenStore implements TokenStore {
  readonly #folder: string;
  readonly #log: Log;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  async load(serverUrl: string): Promise<StoredAuthorization | undefined> {
    const [path, text] = await this.#read(serverUrl);
    if (text === undefined) return undefined;
    await this.#narrow(path);
    try {
      return parseAuthorization(text, serverUrl);
    } catch (error) {
      const aside = await setAside(path);
      // The parser of JSON quotes what it stumbles over, which may be a token.
      const why = error instanceof SyntaxError ? "not JSON" : errorMessage(error);
      this.#log.warn(`auth: ${path} is unreadable (${why}); set aside as ${aside}`);
      return undefined;
    }
  }

  async save(authorization: StoredAuthorization): Promise<void> {
    const path = this.#path(authorization.server_url);
    await writeFileAtomically(path, serializeAuthorization(authorization));
    await this.#narrow(path);
  }

  async remove(serverUrl: string): Promise<void> {
    for (const each of spellingsOf(serverUrl)) await rm(this.#path(each), { force: true });
  }

  /** The older program did not add the slash to an address that is an origin only. */
  async #read(serverUrl: string): Promise<[path: string, text: string | undefined]> {
    for (const path of spellingsOf(serverUrl).map((each) => this.#path(each))) {
      const text = await readIfThere(path);
      if (text !== undefined) return [path, text];
    }
    return [this.#path(serverUrl), undefined];
  }

  #path(serverUrl: string): string {
    return join(this.#folder, `${authorizationHash(serverUrl)}.json`);
  }

  /** Puts modes right that let others read. */
  async #narrow(path: string): Promise<void> {
    const wanted = [
      [path, 0o600],
      [dirname(path), 0o700],
    ] as const;
    for (const [each, mode] of wanted) {
      const isWide = process.platform !== "win32" && ((await stat(each)).mode & 0o077) !== 0;
      if (isWide) await chmod(each, mode);
    }
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
