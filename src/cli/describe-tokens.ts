import type { Tokens } from "../auth/stored-authorization.ts";

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** What was got: its scopes and its end, never the token. `now`: milliseconds since the epoch. */
export function describeTokens(tokens: Tokens, now: number): string[] {
  const { expires_at: end, scope, refresh_token: refresh } = tokens;
  const expiry = {
    ...(end !== undefined && { expires_at: new Date(end * 1000).toISOString() }),
    renewable: refresh !== undefined,
  };
  return [row("scopes", scope ?? "not said"), row("expires", describeEnd(expiry, now))];
}

/** One labelled line. Servers are not trusted: their words must not move the cursor. */
export function row(label: string, text: string): string {
  return `  ${label.padEnd(8)} ${text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\uFFFD")}`;
}

/** When a token ends, in absolute and in relative time. */
export function describeEnd(
  expiry: { readonly expires_at?: string; readonly renewable?: boolean },
  now: number,
): string {
  const renewal = expiry.renewable === true ? ", renewed by itself" : "";
  if (expiry.expires_at === undefined) return `not said${renewal}`;
  const end = Date.parse(expiry.expires_at);
  const seconds = Math.round((end - now) / 1000);
  const distance = seconds > 0 ? `in ${describeSpan(seconds)}` : `${describeSpan(-seconds)} ago`;
  return `${describeTime(end)} (${distance})${renewal}`;
}

/** `3 hours ago`, or `now`. Both in milliseconds since the epoch. */
export function describeAge(then: number, now: number): string {
  const seconds = Math.round((now - then) / 1000);
  return seconds < 1 ? "now" : `${describeSpan(seconds)} ago`;
}

export function describeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function describeSpan(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds >= 2 * each) ?? ["second", 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
