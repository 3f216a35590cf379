import { expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { type Keychain, loadTokenKey } from "../../src/auth/keychain.ts";
import { SealedTokenStore } from "../../src/auth/sealed-token-store.ts";
import { FileTokenStore } from "../../src/auth/token-store.ts";
import { AUTHORIZATION, SERVER_URL, TokenFolder } from "../contract/token-store.ts";
import { MemoryKeychain, NO_KEYCHAIN } from "../fixtures/keychains.ts";

/** A keychain that asks the user on a screen that nobody sees. */
const SILENT: Keychain = { get: () => new Promise(() => {}), set: () => new Promise(() => {}) };

function open({ path, log }: TokenFolder, keychain: Keychain, seals = true): SealedTokenStore {
  return new SealedTokenStore(path, { log, keychain, seals });
}

test("nothing of a token can be read in a sealed file", async () => {
  using folder = new TokenFolder();
  await open(folder, new MemoryKeychain()).save(AUTHORIZATION);
  const { sealed } = JSON.parse(folder.text());
  expect(sealed).toBeString();
  for (const part of sealed.split(".")) {
    expect(Buffer.from(part, "base64url").toString()).not.toMatch(/secret|example\.com/);
  }
  expect(folder.lines).toEqual([]);
});

test("reads plain files, and seals them when they are next saved", async () => {
  using folder = new TokenFolder();
  await new FileTokenStore(folder.path, folder.log).save(AUTHORIZATION);
  const store = open(folder, new MemoryKeychain());
  expect(await store.load(SERVER_URL)).toEqual(AUTHORIZATION);
  expect(folder.text()).toContain("secret-access");
  await store.save(AUTHORIZATION);
  expect(folder.text()).not.toContain("secret-access");
  expect(await store.load(SERVER_URL)).toEqual(AUTHORIZATION);
});

test('after going back to "file" sealed files are read, and plain ones written', async () => {
  using folder = new TokenFolder();
  const keychain = new MemoryKeychain();
  await open(folder, keychain).save(AUTHORIZATION);
  const plain = open(folder, keychain, false);
  expect(await plain.load(SERVER_URL)).toEqual(AUTHORIZATION);
  await plain.save(AUTHORIZATION);
  expect(folder.text()).toContain("secret-access");
});

test('with "file" and no sealed file the keychain is never asked', async () => {
  using folder = new TokenFolder();
  const keychain = new MemoryKeychain();
  const store = open(folder, keychain, false);
  await store.save(AUTHORIZATION);
  await store.load(SERVER_URL);
  expect(keychain.gets).toBe(0);
});

test("without a keychain it says so at once and once, and keeps plain files", async () => {
  using folder = new TokenFolder();
  const store = open(folder, NO_KEYCHAIN);
  await store.save(AUTHORIZATION);
  await store.save(AUTHORIZATION);
  expect(folder.lines).toEqual([
    "auth: no keychain here (libsecret not available); sign-ins are kept in files instead",
  ]);
  expect(folder.text()).toContain("secret-access");
});

test.each([
  ["there is no keychain", NO_KEYCHAIN, /libsecret not available/],
  ["the key is gone", new MemoryKeychain(), /sealed with another key/],
])("when %s a sealed file is an error, and stays", async (_when, keychain, why) => {
  using folder = new TokenFolder();
  await open(folder, new MemoryKeychain()).save(AUTHORIZATION);
  const before = folder.text();
  const store = open(folder, keychain);
  const error = await store.load(SERVER_URL).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "AUTH_UNAVAILABLE", why: expect.stringMatching(why) });
  expect(error.fix).toContain("mcpzip logout");
  expect(folder.text()).toBe(before);
  expect(folder.names()).toHaveLength(1);
  await store.remove(SERVER_URL);
  expect(folder.names()).toEqual([]);
});

test('with "file" a missing key is not made, and the error says so', async () => {
  using folder = new TokenFolder();
  await open(folder, new MemoryKeychain()).save(AUTHORIZATION);
  const keychain = new MemoryKeychain();
  const loading = open(folder, keychain, false).load(SERVER_URL);
  await expect(loading).rejects.toMatchObject({ code: "AUTH_UNAVAILABLE" });
  expect(keychain.sets).toBe(0);
});

test("a sealed file under another server's name is refused", async () => {
  using folder = new TokenFolder();
  const store = open(folder, new MemoryKeychain());
  await store.save(AUTHORIZATION);
  const other = "https://thief.example.com/mcp";
  copyFileSync(folder.file(), folder.file(other));
  await expect(store.load(other)).rejects.toMatchObject({
    why: expect.stringMatching(/another server/),
  });
});

test("a sealed file that was changed is refused", async () => {
  using folder = new TokenFolder();
  const store = open(folder, new MemoryKeychain());
  await store.save(AUTHORIZATION);
  const parts = JSON.parse(folder.text()).sealed.split(".");
  parts[3] = `${parts[3].startsWith("A") ? "B" : "A"}${parts[3].slice(1)}`;
  await Bun.write(folder.file(), JSON.stringify({ sealed: parts.join(".") }));
  await expect(store.load(SERVER_URL)).rejects.toMatchObject({ code: "AUTH_UNAVAILABLE" });
});

test("two stores that both find no key make one", async () => {
  using folder = new TokenFolder();
  const keychain = new MemoryKeychain();
  const stores = [open(folder, keychain), open(folder, keychain)];
  await Promise.all(stores.map((store) => store.save(AUTHORIZATION)));
  expect(keychain.sets).toBe(1);
  for (const store of stores) expect(await store.load(SERVER_URL)).toEqual(AUTHORIZATION);
});

test("the keychain is given up when it does not answer in time", async () => {
  using folder = new TokenFolder();
  const options = { lockPath: `${folder.path}/keychain.lock`, mayCreate: true, timeoutMs: 20 };
  const key = await loadTokenKey(SILENT, options);
  expect(key).toEqual({ kind: "none", why: "the keychain gave no answer within 0.02 s" });
});

test("a damaged key is not replaced", async () => {
  using folder = new TokenFolder();
  const keychain = new MemoryKeychain();
  await keychain.set({ service: "mcpzip", name: "token-key", value: "short" });
  const options = { lockPath: `${folder.path}/keychain.lock`, mayCreate: true };
  expect(await loadTokenKey(keychain, options)).toMatchObject({
    why: expect.stringMatching(/damaged/),
  });
  expect(keychain.sets).toBe(1);
});
