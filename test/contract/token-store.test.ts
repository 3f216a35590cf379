import { SealedTokenStore } from "../../src/auth/sealed-token-store.ts";
import { FileTokenStore } from "../../src/auth/token-store.ts";
import { MemoryKeychain, NO_KEYCHAIN } from "../fixtures/keychains.ts";
import { testTokenStore } from "./token-store.ts";

testTokenStore("plain files", ({ path, log }) => new FileTokenStore(path, log));

const keychain = new MemoryKeychain();
testTokenStore(
  "files sealed with a key in the keychain",
  ({ path, log }) => new SealedTokenStore(path, { log, keychain, seals: true }),
);

testTokenStore(
  "files that were to be sealed, on a machine without a keychain",
  ({ path, log }) => new SealedTokenStore(path, { log, keychain: NO_KEYCHAIN, seals: true }),
);

testTokenStore(
  "files that need not be sealed",
  ({ path, log }) => new SealedTokenStore(path, { log, keychain: NO_KEYCHAIN, seals: false }),
);
