import type { Env } from "../../config/config.ts";
import type { Finding } from "./finding.ts";

/** Looks at what the variables of one server hold, and tells nothing of it but its form. */
export function checkVariables(
  server: string,
  { names, env }: { readonly names: readonly string[]; readonly env: Env },
): Finding[] {
  const set = names.filter((name) => env[name] !== undefined);
  const faults = set.flatMap((name) => {
    const fault = faultOf(env[name] ?? "");
    return fault === undefined ? [] : [oddity(server, { name, fault })];
  });
  if (faults.length > 0 || set.length === 0) return faults;
  const are = set.length === 1 ? "is" : "are";
  return [{ check: "env", level: "ok", server, message: `${set.join(", ")} ${are} set` }];
}

function faultOf(value: string): string | undefined {
  if (value === "") return "is set, but empty";
  if (/[\r\n]$/.test(value)) return "ends in a line break";
  if (value !== value.trim()) return "begins or ends with a space";
  return /^(["']).*\1$/.test(value) ? "is in quotes, and they are part of its value" : undefined;
}

function oddity(
  server: string,
  { name, fault }: { readonly name: string; readonly fault: string },
): Finding {
  const fix = `set ${name} anew where mcpzip is started`;
  return { check: "env", level: "warn", server, message: `${name} ${fault}`, fix };
}
