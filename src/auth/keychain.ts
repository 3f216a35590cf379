import { errorMessage } from "../core/error.ts";
import { acquireFileLock } from "../platform/file-lock.ts";

/** The two things that we want of the system's keychain: `Bun.secrets`, or a test's own. */
export interface Keychain {
  get(entry: KeychainEntry): Promise<string | null>;
  set(entry: KeychainEntry & { readonly value: string }): Promise<void>;
}

interface KeychainEntry {
  readonly service: string;
  readonly name: string;
}

/** `why`: this machine has no keychain, or it is locked, or it has no key of ours. */
export type TokenKey =
  | { readonly kind: "key"; readonly key: Uint8Array }
  | { readonly kind: "none"; readonly why: string };

export interface TokenKeyOptions {
  /** Two processes that both find no key must not make two. */
  readonly lockPath: string;
  /** Make a key where there is none. */
  readonly mayCreate: boolean;
  readonly timeoutMs?: number;
}

const ENTRY: KeychainEntry = { service: "mcpzip", name: "token-key" };
const KEY_BYTES = 32;
/** A locked keychain may ask the user, on a screen that nobody sees. */
const TIMEOUT_MS = 2000;

/** The key that seals token files, from the keychain. Never throws; gives up after two seconds. */
export async function loadTokenKey(
  keychain: Keychain,
  options: TokenKeyOptions,
): Promise<TokenKey> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const { promise: late, resolve } = Promise.withResolvers<TokenKey>();
  const timer = setTimeout(() => {
    resolve({ kind: "none", why: `the keychain gave no answer within ${timeoutMs / 1000} s` });
  }, timeoutMs);
  const found = findKey(keychain, { ...options, timeoutMs }).catch((error): TokenKey => {
    return { kind: "none", why: errorMessage(error) };
  });
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function findKey(
  keychain: Keychain,
  { lockPath, mayCreate, timeoutMs }: TokenKeyOptions & { readonly timeoutMs: number },
): Promise<TokenKey> {
  const saved = await readKey(keychain);
  if (saved !== undefined) return { kind: "key", key: saved };
  if (!mayCreate) return { kind: "none", why: "there is no key of mcpzip in the keychain" };
  const lock = await acquireFileLock(lockPath, { timeoutMs });
  if (lock === undefined) return { kind: "none", why: "another mcpzip process is making the key" };
  try {
    return { kind: "key", key: (await readKey(keychain)) ?? (await createKey(keychain)) };
  } finally {
    lock.release();
  }
}

async function readKey(keychain: Keychain): Promise<Uint8Array | undefined> {
  const value = await keychain.get(ENTRY);
  if (value === null) return undefined;
  const key = Buffer.from(value, "base64url");
  if (key.length !== KEY_BYTES) throw new Error("the key of mcpzip in the keychain is damaged");
  return new Uint8Array(key);
}

async function createKey(keychain: Keychain): Promise<Uint8Array> {
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  await keychain.set({ ...ENTRY, value: Buffer.from(key).toString("base64url") });
  return key;
}
