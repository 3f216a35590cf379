import { toAuthFailure } from "../../auth/auth-failure.ts";
import { discoverTarget } from "../../auth/discovery.ts";
import { findMcpRemoteTokens } from "../../auth/mcp-remote-tokens.ts";
import type { AuthSetup } from "../auth-setup.ts";
import { describeEnd } from "../describe-tokens.ts";
import type { RemoteServer } from "../remote-server.ts";
import { serverAuthStatus, type ServerAuthStatus } from "../server-auth-status.ts";
import type { HttpAnswer } from "./http-probe.ts";
import { type Finding, fromError } from "./finding.ts";

/** How mcpzip signs in to a server, and the token that it has now, if that is still good. */
export interface SavedSignIn {
  readonly status: ServerAuthStatus;
  readonly accessToken: string | undefined;
}

/** Reads what is saved; renews nothing. */
export async function loadSignIn(server: RemoteServer, setup: AuthSetup): Promise<SavedSignIn> {
  const status = await serverAuthStatus(server, setup);
  if (status.state !== "signed-in") return { status, accessToken: undefined };
  const { href } = server.url;
  const now = Date.now();
  const tokens =
    status.source === "mcp-remote"
      ? await findMcpRemoteTokens(href, { folder: setup.mcpRemoteFolder, now })
      : (await setup.store.load(href))?.tokens;
  const isOver = tokens?.expires_at !== undefined && tokens.expires_at * 1000 <= now;
  return { status, accessToken: isOver ? undefined : tokens?.access_token };
}

/** What the saved sign-in and the server's answer mean together. */
export async function checkSignIn(
  server: RemoteServer,
  { answer, signIn }: { readonly answer: HttpAnswer; readonly signIn: SavedSignIn },
): Promise<Finding[]> {
  const { status } = signIn;
  if (answer.status === 401 || answer.status === 403)
    return [await explainRefusal(server, { answer, signIn })];
  if (status.state === "signed-in") return [finding(server, "ok", describeState(status))];
  if (status.state !== "unusable") return [];
  return [{ ...finding(server, "warn", status.why ?? "it cannot be read"), fix: status.fix }];
}

interface Refusal {
  readonly answer: HttpAnswer;
  readonly signIn: SavedSignIn;
}

async function explainRefusal(server: RemoteServer, refusal: Refusal): Promise<Finding> {
  const { answer, signIn } = refusal;
  const { name } = server;
  const { state, renewable, why, fix } = signIn.status;
  switch (state) {
    case "off":
      return { ...finding(server, "fail", offMessage(server, answer.status)), fix: offFix(server) };
    case "unusable":
      return { ...finding(server, "fail", why ?? "the saved sign-in cannot be read"), fix };
    case "automatic": {
      const message =
        "the server wants a token, which is fetched with the client's own credentials";
      return finding(server, "ok", message);
    }
    case "signed-in": {
      if (signIn.accessToken === undefined)
        return finding(server, "ok", describeState(signIn.status));
      const message = `the server refuses the saved token (HTTP ${answer.status}) before its end`;
      if (renewable === true) return finding(server, "warn", `${message}; the next call renews it`);
      return { ...finding(server, "fail", message), fix: `mcpzip login ${name} --force` };
    }
    case "needs-sign-in":
      return needsSignIn(server, refusal);
    default:
      return state satisfies never;
  }
}

/** Says too whether a sign-in is possible at all: a server must publish where. */
async function needsSignIn(server: RemoteServer, { answer, signIn }: Refusal): Promise<Finding> {
  const { name, oauth: settings, url } = server;
  if (settings === undefined) return finding(server, "fail", "OAuth is off");
  const target = { name, url, settings };
  try {
    const { metadata, issuer } = await discoverTarget(target, answer.challenge);
    if (metadata === undefined) return withoutMetadata(server, answer);
    const message = `you are not signed in; the sign-in is at ${issuer}`;
    const { why } = signIn.status;
    return { ...finding(server, "fail", message), why, fix: `mcpzip login ${name}` };
  } catch (thrown) {
    return fromError("sign-in", await toAuthFailure(target, thrown));
  }
}

function withoutMetadata(server: RemoteServer, { status, hasChallenge }: HttpAnswer): Finding {
  const challenge = hasChallenge ? "" : ", without even a WWW-Authenticate header";
  return {
    ...finding(
      server,
      "fail",
      `it answers HTTP ${status} and publishes no way to sign in${challenge}`,
    ),
    why: "no metadata of RFC 9728 or RFC 8414: it wants a token that you get elsewhere",
    fix: `add "headers": { "Authorization": "Bearer \${TOKEN}" } to "${server.name}"`,
  };
}

function offMessage({ headers }: RemoteServer, status: number): string {
  const hasHeaders = Object.keys(headers).length > 0;
  return hasHeaders
    ? `the server refuses the configured headers (HTTP ${status})`
    : `the server wants a sign-in (HTTP ${status}), and "oauth" is false`;
}

function offFix({ name, headers }: RemoteServer): string {
  return Object.keys(headers).length > 0
    ? `check the token in "headers" of "${name}", or remove them to sign in with OAuth`
    : `remove "oauth": false from "${name}", or give it a token in "headers"`;
}

/** "expired" where that is so: who reads "renewed by itself" need not compute it. */
function describeState(status: ServerAuthStatus): string {
  const { expires_at: end, source } = status;
  const isOver = end !== undefined && Date.parse(end) <= Date.now();
  const until = end === undefined ? "" : `, until ${describeEnd(status, Date.now())}`;
  const by = source === "mcp-remote" ? " by mcp-remote" : "";
  if (!isOver) return `signed in${by}${until}`;
  return "signed in; the token has expired and will be renewed with the next call";
}

function finding({ name }: RemoteServer, level: Finding["level"], message: string): Finding {
  return { check: "sign-in", level, server: name, message };
}
