import type { Env } from "./config.ts";

/** A text with its variables filled in, and what could not be. */
export interface Expansion {
  readonly text: string;
  /** Names of the variables that are not set and have no default. */
  readonly missing: readonly string[];
  /** It holds a `${…}` in a form that is not ours; that part is kept as it is. */
  readonly hasForeignForm: boolean;
}

const PLACEHOLDER = /\$?\$\{([^}]*)\}/g;

/** `NAME` or `NAME:-default`; VS Code and Cursor write `env:NAME`. A default holds no `${`. */
const VARIABLE = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{).)*))?$/s;

/**
 * Fills in `${NAME}` and `${NAME:-default}`; the default counts when NAME is unset or empty, as in
 * a shell. `$${NAME}` stands for the text `${NAME}`. What a variable holds is not expanded again.
 */
export function expandEnv(text: string, env: Env): Expansion {
  if (!text.includes("${")) return { text, missing: [], hasForeignForm: false };
  const missing: string[] = [];
  let hasForeignForm = false;
  const expanded = text.replace(PLACEHOLDER, (whole, body: string) => {
    if (whole.startsWith("$$")) return whole.slice(1);
    const [, name, fallback] = VARIABLE.exec(body) ?? [];
    if (name === undefined) {
      hasForeignForm = true;
      return whole;
    }
    const held: unknown = env[name];
    // Every object has a `constructor` and the like, which are no variables.
    const value = typeof held === "string" ? held : undefined;
    if (fallback !== undefined) return value || fallback;
    if (value === undefined) missing.push(name);
    return value ?? "";
  });
  return { text: expanded, missing, hasForeignForm };
}

/** Like expandEnv, and a `~` that stands for the home folder at the start is filled in too. */
export function expandPath(text: string, env: Env): Expansion {
  const expansion = expandEnv(text, env);
  if (!/^~(?:$|[/\\])/.test(expansion.text)) return expansion;
  const home = env.HOME || env.USERPROFILE;
  if (!home) return { ...expansion, missing: [...expansion.missing, "HOME"] };
  return { ...expansion, text: home + expansion.text.slice(1) };
}
