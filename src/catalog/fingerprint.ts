import type { ServerConfig } from "../config/config.ts";

/**
 * A hash of everything in a server's configuration that can change its tools; secrets leave no trace
 * but the hash.
 */
export function fingerprintOf(server: ServerConfig): string {
  const identity =
    server.type === "stdio"
      ? [server.type, server.command, server.args, sorted(server.env), server.cwd]
      : [server.type, server.url.href, sorted(server.headers)];
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
