import type { Translate, Translation, VariableContext } from "./client.ts";

const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const OUR_FORM = new RegExp(`^${NAME}(?::-(?:(?!\\$\\{).)*)?$`, "s");
const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** Claude Desktop, Codex, Zed: no variables, so a program that is passed `${X}` fills it in itself. */
export const translateNone: Translate = (text) => ({ text: escaped(text) });

/** Claude Code: `${X}` and `${X:-default}`, as ours. */
export const translateShell: Translate = (text) => ({
  text: text.replace(PLACEHOLDER, (whole, body: string) =>
    OUR_FORM.test(body) ? whole : `$${whole}`,
  ),
});

/** VS Code and Cursor: `${env:X}`, places, and things that only an editor knows. */
export const translateEditor: Translate = (text, context) =>
  replaceAll(text, (body, whole) => editorVariable(body, context) ?? { text: `$${whole}` });

/** Windsurf: `${env:X}`, by older documentation `${X}`, and `${file:…}`. */
export const translateWindsurf: Translate = (text, context) =>
  replaceAll(text, (body, whole) => {
    if (OUR_FORM.test(body)) return { text: whole };
    return editorVariable(body, context) ?? { text: `$${whole}` };
  });

/** Gemini CLI: `$X`, `${X}` and `${X:-default}`. */
export const translateGemini: Translate = (text) => ({
  text: text.replace(
    new RegExp(`\\$\\{([^}]*)\\}|\\$(${NAME})`, "g"),
    (whole, body: string | undefined, name: string | undefined) => {
      if (name !== undefined) return `\${${name}}`;
      return body !== undefined && OUR_FORM.test(body) ? whole : `$${whole}`;
    },
  ),
});

/** OpenCode: `{env:X}` and `{file:…}`. */
export const translateOpenCode: Translate = (text) => {
  const file = /\{file:[^}]*\}/.exec(text);
  if (file !== null) return { obstacle: `it reads a file, ${file[0]}, which mcpzip cannot` };
  const variable = new RegExp(`\\{env:\\s*(${NAME})\\s*\\}`, "g");
  return { text: escaped(text).replace(variable, (_, name: string) => `\${${name}}`) };
};

function editorVariable(body: string, { home, project }: VariableContext): Translation | undefined {
  const [, name] = new RegExp(`^env:(${NAME})$`).exec(body) ?? [];
  if (name !== undefined) return { text: `\${${name}}` };
  const separator = /^[A-Za-z]:[\\/]/.test(home) ? "\\" : "/";
  const folder = project ?? "";
  const known: Readonly<Record<string, string | undefined>> = {
    userHome: home,
    pathSeparator: separator,
    "/": separator,
    workspaceFolder: project,
    workspaceFolderBasename: project && folder.slice(folder.lastIndexOf(separator) + 1),
  };
  if (Object.hasOwn(known, body)) {
    const value = known[body];
    if (value !== undefined) return { text: escaped(value) };
    return { obstacle: `\${${body}} is another folder in each project` };
  }
  if (body.startsWith("input:"))
    return { obstacle: `its \${${body}} is asked for by the editor; write \${env:NAME} instead` };
  if (/^(?:config|command|file|workspaceFolder|env):/.test(body))
    return { obstacle: `only the editor can fill in \${${body}}` };
  return undefined;
}

function replaceAll(
  text: string,
  translate: (body: string, whole: string) => Translation,
): Translation {
  let obstacle: string | undefined;
  const replaced = text.replace(PLACEHOLDER, (whole, body: string) => {
    const translation = translate(body, whole);
    if ("text" in translation) return translation.text;
    obstacle ??= translation.obstacle;
    return whole;
  });
  return obstacle === undefined ? { text: replaced } : { obstacle };
}

/** The text as it stands, for mcpzip, which would fill in what looks like a variable. */
function escaped(text: string): string {
  return text.replace(PLACEHOLDER, "$$$&");
}
