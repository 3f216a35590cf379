import { win32 } from "node:path";
import { oneLine } from "../core/one-line.ts";

const LAUNCHERS = /^(?:npx|bunx|pnpx|uvx|pipx|bun|deno)(?:\.cmd|\.exe)?$/i;
/** Words that stand before a package; behind any other flag may be a secret. */
const BEFORE_PACKAGE = new Set([
  "-y",
  "--yes",
  "-q",
  "--quiet",
  "run",
  "x",
  "-p",
  "--package",
  "--from",
]);
const PACKAGE = /^@?\w[\w.-]*(?:\/[\w.-]+)?(?:@[\w.^~-]+)?$/;

/**
 * What a server is, in a few words: a host, or a program with the package that a launcher starts. Other
 * arguments and the rest of an address may be secrets.
 */
export function describeEntry(entry: Readonly<Record<string, unknown>>): string {
  const { command, args, url } = entry;
  if (typeof url === "string") return hostOf(url);
  if (typeof command !== "string") return "";
  // Knows both kinds of slashes.
  const program = win32.basename(command);
  const words = Array.isArray(args) ? args.filter((each) => typeof each === "string") : [];
  const name = LAUNCHERS.test(program)
    ? words.find((word) => !BEFORE_PACKAGE.has(word))
    : undefined;
  return oneLine(name !== undefined && PACKAGE.test(name) ? `${program} ${name}` : program);
}

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || url.slice(0, url.indexOf("/", 8)).includes("${")) return "a remote server";
  return oneLine(parsed.origin);
}
