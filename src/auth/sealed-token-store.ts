import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { writeFileAtomically } from "../platform/atomic-file.ts";
import type { Log } from "../platform/log.ts";
import { loadTokenKey, type Keychain, type TokenKey } from "./keychain.ts";
import {
  parseAuthorization,
  serializeAuthorization,
  type StoredAuthorization,
} from "./stored-authorization.ts";
import { authorizationHash, FileTokenStore, type TokenStore } from "./token-store.ts";

export interface SealedStoreOptions {
  readonly log: Log;
  readonly keychain: Keychain;
  /** False: sealed files are read, but plain ones are written (`"token_storage": "file"`). */
  readonly seals: boolean;
}

/**
 * Token files sealed (JWE, `dir` with A256GCM) under a key that is in the system's keychain. Plain files
 * are read, and sealed when next saved. Without a keychain it says so, and plain files are written; a
 * sealed file that cannot be opened is an error, and stays as it is.
 */
export class SealedTokenStore implements TokenStore {
  readonly #folder: string;
  readonly #options: SealedStoreOptions;
  readonly #plain: FileTokenStore;
  #key: Promise<TokenKey> | undefined;

  constructor(folder: string, options: SealedStoreOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#plain = new FileTokenStore(folder, options.log);
    if (options.seals) void this.#loadKey();
  }

  /** Resolves when it is known, and has been said, whether there is a keychain where one is wanted. */
  async ready(): Promise<void> {
    if (this.#options.seals) await this.#loadKey();
  }

  async load(serverUrl: string): Promise<StoredAuthorization | undefined> {
    const sealed = await readSealed(this.#path(serverUrl));
    if (sealed === undefined) return this.#plain.load(serverUrl);
    await this.#narrow(this.#path(serverUrl));
    const key = await this.#loadKey();
    if (key.kind === "none") throw unopened(serverUrl, key.why);
    return parseAuthorization(await unseal(sealed, { key: key.key, serverUrl }), serverUrl);
  }

  async save(authorization: StoredAuthorization): Promise<void> {
    const key = this.#options.seals ? await this.#loadKey() : undefined;
    if (key?.kind !== "key") return this.#plain.save(authorization);
    const path = this.#path(authorization.server_url);
    const sealed = await seal(serializeAuthorization(authorization), key.key);
    await writeFileAtomically(path, `${JSON.stringify({ sealed })}\n`);
  }

  async remove(serverUrl: string): Promise<void> {
    await this.#plain.remove(serverUrl);
  }

  /** The keychain is asked once: it may make the user wait. */
  #loadKey(): Promise<TokenKey> {
    this.#key ??= this.#askKeychain();
    return this.#key;
  }

  async #askKeychain(): Promise<TokenKey> {
    const { keychain, seals, log } = this.#options;
    const lockPath = join(this.#folder, "keychain.lock");
    const key = await loadTokenKey(keychain, { lockPath, mayCreate: seals });
    if (key.kind === "none" && seals) {
      log.warn(`auth: no keychain here (${key.why}); sign-ins are kept in files instead`);
    }
    return key;
  }

  /** Sealed or not, nobody else has any business with them. */
  async #narrow(path: string): Promise<void> {
    if (process.platform === "win32") return;
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    if (((await stat(this.#folder)).mode & 0o077) !== 0) await chmod(this.#folder, 0o700);
  }

  #path(serverUrl: string): string {
    return join(this.#folder, `${authorizationHash(serverUrl)}.json`);
  }
}

/** The sealed text, if the file is there and is a sealed one. */
async function readSealed(path: string): Promise<string | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(path, "utf8"));
    return isRecord(json) && typeof json.sealed === "string" ? json.sealed : undefined;
  } catch {
    // Absent or damaged: the store of plain files deals with both.
    return undefined;
  }
}

async function seal(text: string, key: Uint8Array): Promise<string> {
  const { CompactEncrypt } = await import("jose");
  const encrypt = new CompactEncrypt(new TextEncoder().encode(text));
  return encrypt.setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(key);
}

async function unseal(
  sealed: string,
  { key, serverUrl }: { readonly key: Uint8Array; readonly serverUrl: string },
): Promise<string> {
  const { compactDecrypt } = await import("jose");
  const only = { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] };
  try {
    const { plaintext } = await compactDecrypt(sealed, key, only);
    const text = new TextDecoder().decode(plaintext);
    const json: unknown = JSON.parse(text);
    // A file under another server's name would take one server's token to another.
    if (isRecord(json) && json.server_url === serverUrl) return text;
  } catch (cause) {
    throw unopened(serverUrl, "it was sealed with another key, or is damaged", cause);
  }
  throw unopened(serverUrl, "it was made for another server");
}

function unopened(serverUrl: string, why: string, cause?: unknown): McpzipError {
  const { origin } = new URL(serverUrl);
  return new McpzipError("AUTH_UNAVAILABLE", `the saved sign-in for ${origin} cannot be opened`, {
    why: `it is sealed with a key in the system's keychain: ${why}`,
    fix: "unlock the keychain and try again; or sign in anew: mcpzip logout NAME, then mcpzip login NAME",
    cause,
  });
}
