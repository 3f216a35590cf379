/** What a server wants before it answers, from its `WWW-Authenticate` header (RFC 9110 section 11.6.1). */
export interface Challenge {
  readonly resourceMetadataUrl?: URL | undefined;
  readonly scope?: string | undefined;
  readonly error?: string | undefined;
}

/** One `name=value` or `name="value"`, or the scheme that begins a new challenge. */
const PART = /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;

/** Reads the Bearer challenge, or DPoP's, wherever it stands among several. */
export function readChallenge(response: Response): Challenge {
  const header = response.headers.get("www-authenticate") ?? "";
  const challenges = splitChallenges(header);
  const parameters = challenges.get("bearer") ?? challenges.get("dpop");
  return {
    resourceMetadataUrl: httpUrl(parameters?.get("resource_metadata")),
    scope: parameters?.get("scope"),
    error: parameters?.get("error"),
  };
}

function splitChallenges(header: string): Map<string, Map<string, string>> {
  const challenges = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const [, name = "", quoted, plain] of header.matchAll(PART)) {
    const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    if (value !== undefined) {
      current.set(name.toLowerCase(), value);
      continue;
    }
    current = challenges.get(name.toLowerCase()) ?? new Map<string, string>();
    challenges.set(name.toLowerCase(), current);
  }
  return challenges;
}

function httpUrl(value: string | undefined): URL | undefined {
  const url = value === undefined ? null : URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}
