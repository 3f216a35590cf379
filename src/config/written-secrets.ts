/** A value that looks like a secret written out, and how to write it instead. */
export interface WrittenSecret {
  /** Where it stands: `header "Authorization"`. Never the value. */
  readonly place: string;
  /** A variable to keep it in. */
  readonly variable: string;
}

const SECRET_NAME = /key|token|secret|passw|auth|credential|cookie|session/i;

/** What well-known issuers begin their secrets with. */
const SECRET_VALUE =
  /(?:^|[ =])(?:sk-|ghp_|gho_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|eyJ|Bearer )\S{8}/;

/** `--api-key` before its value, or `--api-key=value`. */
const SECRET_FLAG = /^--?[\w-]*(?:key|token|secret|passw)[\w-]*(=.+)?$/i;

/** The secrets that an entry, as it is written, holds in the open. */
export function findWrittenSecrets(
  name: string,
  entry: Readonly<Record<string, unknown>>,
): WrittenSecret[] {
  const variable = (suffix: string) => `${name}_${suffix}`.replace(/\W+/g, "_").toUpperCase();
  const found = (["env", "headers"] as const).flatMap((key) =>
    pairsOf(entry[key])
      .filter(([each, value]) => isSecret(each, value))
      .map(([each]) => ({
        place: key === "env" ? `the variable ${each}` : `the header "${each}"`,
        variable: key === "env" ? each : variable("TOKEN"),
      })),
  );
  if (hasSecretArgument(entry.args))
    found.push({ place: "an argument", variable: variable("KEY") });
  if (hasSecretAddress(entry.url)) found.push({ place: "the url", variable: variable("KEY") });
  return found;
}

function isSecret(name: string, value: string): boolean {
  if (isVariable(value) || value.length < 6) return false;
  return SECRET_NAME.test(name) || SECRET_VALUE.test(value);
}

function hasSecretArgument(args: unknown): boolean {
  if (!Array.isArray(args)) return false;
  const words = args.filter((word) => typeof word === "string");
  return words.some((word, at) => {
    if (isVariable(word)) return false;
    if (SECRET_VALUE.test(word)) return true;
    const next = words[at + 1] ?? "";
    const inline = SECRET_FLAG.exec(word);
    if (inline === null) return false;
    return inline[1] !== undefined || (next !== "" && !next.startsWith("-") && !isVariable(next));
  });
}

function hasSecretAddress(url: unknown): boolean {
  const parsed = typeof url === "string" ? URL.parse(url) : null;
  if (parsed === null) return false;
  if (parsed.password !== "") return true;
  return [...parsed.searchParams].some(([key, value]) => isSecret(key, value));
}

function isVariable(text: string): boolean {
  return /\$\{\w+/.test(text);
}

function pairsOf(value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).filter(([, each]) => typeof each === "string");
}
