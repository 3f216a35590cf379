/** `server__tool`: what the model calls a tool by. */
export type QualifiedName = `${string}__${string}`;

const SEPARATOR = "__";

/** What hosts accept in a tool name; a server's name becomes part of one. */
const ACCEPTED_SERVER_NAME = /^[A-Za-z0-9_-]+$/;

export function qualifyToolName(server: string, tool: string): QualifiedName {
  return `${server}${SEPARATOR}${tool}`;
}

/** Splits at the first `__`, so a tool's own name may hold more of them. */
export function splitQualifiedName(name: string): { server: string; tool: string } | undefined {
  const at = name.indexOf(SEPARATOR);
  if (at <= 0 || at + SEPARATOR.length >= name.length) return undefined;
  return { server: name.slice(0, at), tool: name.slice(at + SEPARATOR.length) };
}

/** Says what is wrong with a server's name, or nothing when it can be used. */
export function serverNameFault(name: string): string | undefined {
  if (name === "") return "a server's name must not be empty";
  if (name.includes(SEPARATOR))
    return `"${SEPARATOR}" separates server and tool and must not be in a name`;
  if (name.endsWith("_")) return 'a name must not end in "_", which would run into the separator';
  if (!ACCEPTED_SERVER_NAME.test(name)) return "hosts accept letters, digits, _ and - only";
  if (name.length > 40)
    return "hosts accept 64 characters for server and tool together; keep to 40";
  return undefined;
}
