import type { ServerConfig } from "../config/config.ts";
import { oneLine } from "../core/one-line.ts";

const MAX_LENGTH = 500;
/** Shorter values are words like `true`, which a sentence may hold without telling a secret. */
const MIN_SECRET_LENGTH = 6;

/**
 * An error's text as it may lie on the disk: one line of bounded length. It may quote a server, and servers
 * quote what they were sent, so whatever the server's entry may hold in confidence is left out.
 */
export function keepableText(text: string, server: ServerConfig): string {
  const secrets = confidentialTexts(server).toSorted((a, b) => b.length - a.length);
  const hidden = secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  const line = oneLine(hidden);
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`;
}

function confidentialTexts(server: ServerConfig): string[] {
  const values = server.type === "stdio" ? stdioValues(server) : remoteValues(server);
  // A header is `Bearer` and the token: the token alone may be quoted.
  const words = values.flatMap((value) => [value, ...value.split(/[\s:;,=@]+/)]);
  return [...new Set(words)].filter((word) => word.length >= MIN_SECRET_LENGTH);
}

function stdioValues({ env, args }: Extract<ServerConfig, { type: "stdio" }>): string[] {
  const named = args.flatMap((arg) => (arg.includes("=") ? [arg.slice(arg.indexOf("=") + 1)] : []));
  const following = args.filter((_, at) => /key|token|secret|passw/i.test(args[at - 1] ?? ""));
  return [...Object.values(env), ...named, ...following];
}

function remoteValues({ url, headers }: Exclude<ServerConfig, { type: "stdio" }>): string[] {
  const { password, searchParams } = url;
  return [...Object.values(headers), password, ...searchParams.values()];
}
