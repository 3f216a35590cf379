import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../core/tool.ts";
import type { Tokens } from "./stored-authorization.ts";
import { spellingsOf } from "./token-store.ts";

/**
 * The access token that mcp-remote holds for exactly this server URL, if it is still good. Found by the
 * name that mcp-remote gives the file (MD5 of the URL), never by trying tokens on servers. Only read:
 * refreshing it would end mcp-remote's own login, since refresh tokens rotate.
 */
export async function findMcpRemoteTokens(
  serverUrl: string,
  options: { readonly folder: string; readonly now: number },
): Promise<Tokens | undefined> {
  for (const path of await tokenFiles(serverUrl, options.folder)) {
    const tokens = await readTokens(path, options.now);
    if (tokens !== undefined) return tokens;
  }
  return undefined;
}

/** Whether somebody has signed in to this server with mcp-remote, however long ago. */
export async function hasMcpRemoteLogin(serverUrl: string, folder: string): Promise<boolean> {
  for (const path of await tokenFiles(serverUrl, folder)) {
    if (await Bun.file(path).exists()) return true;
  }
  return false;
}

async function tokenFiles(serverUrl: string, root: string): Promise<string[]> {
  const hashes = spellingsOf(serverUrl).map((each) =>
    new Bun.CryptoHasher("md5").update(each).digest("hex"),
  );
  const folders = await storeFolders(root);
  return folders.flatMap((folder) =>
    hashes.map((hash) => join(root, folder, `${hash}_tokens.json`)),
  );
}

/** `mcp-remote-v1`, then the folders that older versions kept, one each, newest first. */
async function storeFolders(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const versions = names.filter((name) => /^mcp-remote-\d+\.\d+\.\d+/.test(name));
  const collator = new Intl.Collator("en", { numeric: true });
  return ["mcp-remote-v1", ...versions.toSorted((a, b) => collator.compare(b, a))];
}

async function readTokens(path: string, now: number): Promise<Tokens | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isRecord(json) || typeof json.access_token !== "string") return undefined;
    const expiresAt = typeof json.expires_at === "number" ? json.expires_at : undefined;
    if (expiresAt !== undefined && expiresAt <= now) return undefined;
    return {
      access_token: json.access_token,
      token_type: "Bearer",
      ...(expiresAt !== undefined && { expires_at: Math.floor(expiresAt / 1000) }),
      ...(typeof json.scope === "string" && { scope: json.scope }),
    };
  } catch {
    // Absent or not as we know it: another program's file, and none of our business.
    return undefined;
  }
}
