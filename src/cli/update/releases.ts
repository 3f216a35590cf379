import type { Env } from "../../config/config.ts";
import { McpzipError } from "../../core/error.ts";
import { isSecure } from "../../platform/loopback.ts";

/** Where releases are, in the repository that package.json names. */
export const RELEASES = "https://github.com/mcpzip/mcpzip/releases";

/** The same, or what MCPZIP_RELEASES_URL says: a mirror, which the installers then use, too. */
export function releasesAddress({ MCPZIP_RELEASES_URL: set }: Env): string {
  if (set === undefined || set === "") return RELEASES;
  const url = URL.parse(set);
  if (url !== null && isSecure(url)) return set.replace(/\/+$/, "");
  throw new McpzipError("USAGE", "MCPZIP_RELEASES_URL is not an https address", {
    fix: "unset MCPZIP_RELEASES_URL",
  });
}
