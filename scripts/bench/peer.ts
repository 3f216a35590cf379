import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withClient, type Target } from "./raw-client.ts";

/** mcp-remote, which does for one HTTP server what mcpzip does for many; or why it cannot be measured. */
export type Peer =
  | { readonly isUsable: true; readonly target: Target }
  | { readonly isUsable: false; readonly reason: string };

const PROGRAM = join(import.meta.dir, "..", "..", "node_modules", "mcp-remote", "dist", "proxy.js");

export async function findPeer(folder: string, url: string): Promise<Peer> {
  const node = Bun.which("node");
  if (node === null) return { isUsable: false, reason: "node is not on the PATH" };
  if (!(await Bun.file(PROGRAM).exists()))
    return { isUsable: false, reason: "mcp-remote is not installed" };
  await mkdir(folder, { recursive: true });
  const env = {
    HOME: folder,
    USERPROFILE: folder,
    MCP_REMOTE_CONFIG_DIR: folder,
    PATH: process.env.PATH ?? "",
  };
  const target = { command: [node, PROGRAM, url, "--allow-http", "--transport", "http-only"], env };
  try {
    await withClient(target, (client) => client.initialize());
    return { isUsable: true, target };
  } catch (error) {
    return { isUsable: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
