import { expect, test } from "bun:test";
import { editToml, parseToml } from "../../../src/config/clients/toml-text.ts";
import { McpzipError } from "../../../src/core/error.ts";

const ENTRY = ["mcpzip", { command: "mcpzip", args: ["serve"] }] as const;
const OURS = '[mcp_servers.mcpzip]\ncommand = "mcpzip"\nargs = ["serve"]\n';

function edit(text: string, ...removed: readonly string[]): string {
  return editToml(text, { table: "mcp_servers", removed, added: [ENTRY] }, "config.toml");
}

test("puts mcpzip where the first server stood and keeps comments, order and all else", () => {
  const text = `model = "x" # mine

# about a
[mcp_servers.a] # here
command = "a"

  [mcp_servers.a.env]
  K = "v"

[mcp_servers.b]
command = "b"

# about the profile
[profiles.p]
model = "y"
`;
  expect(edit(text, "a")).toBe(`model = "x" # mine

# about a
${OURS}
[mcp_servers.b]
command = "b"

# about the profile
[profiles.p]
model = "y"
`);
});

test("keeps a comment behind a server, which may speak of what follows", () => {
  const text = '[mcp_servers.a]\ncommand = "a"\n# the other\n[mcp_servers.b]\ncommand = "b"\n';
  expect(edit(text, "a")).toBe(`${OURS}\n# the other\n[mcp_servers.b]\ncommand = "b"\n`);
});

test("adds mcpzip to a file without servers", () => {
  expect(edit('model = "x"')).toBe(`model = "x"\n\n${OURS}`);
  expect(edit("")).toBe(OURS);
});

test("keeps Windows line ends", () => {
  const text = '[mcp_servers.a]\r\ncommand = "a"\r\n\r\n[b]\r\nc = 1\r\n';
  const edited = edit(text, "a");
  expect(edited.replaceAll("\r\n", "")).not.toContain("\n");
  expect(edited).toEndWith("\r\n\r\n[b]\r\nc = 1\r\n");
});

test.each([
  ["a quoted name", '[mcp_servers."a.b"]\ncommand = "a"\n', "a.b"],
  ["spaces in the header", "[ mcp_servers . a ]\ncommand = 'a'\n", "a"],
  ["brackets in a text of several lines", '[mcp_servers.a]\ncommand = """\n[b]\n# no\n"""\n', "a"],
  ["brackets in a literal text", "[mcp_servers.a]\ncommand = '''\n[mcp_servers.c]\n'''\n", "a"],
  ["a list over several lines", '[mcp_servers.a]\nargs = [\n  "x", # [y]\n  "[z]",\n]\n', "a"],
  ["a header in a list of lists", "[mcp_servers.a]\nx = [\n[1],\n[2]\n]\n", "a"],
  ["escaped quotes", '[mcp_servers.a]\ncommand = "\\"[b]\\\\"\n', "a"],
  ["inline tables", "[mcp_servers.a]\nenv = { A = '[x]', B = '#' }\n", "a"],
])("cuts a server with %s", (_, server, name) => {
  const before = '[first]\nx = "[y]" # [z]\n\n';
  const after = "\n[[last]]\nx = 1\n\n[[last]]\nx = 2\n";
  expect(edit(before + server + after, name)).toBe(before + OURS + after);
});

test.each([
  ["an inline table", 'mcp_servers = { a = { command = "a" } }\n'],
  ["dotted keys", 'mcp_servers.a.command = "a"\n'],
  ["a table with inline servers", '[mcp_servers]\na = { command = "a" }\n'],
])("leaves a file alone whose servers are in %s", (_, text) => {
  try {
    edit(text, "a");
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(McpzipError);
    expect(error).toMatchObject({ code: "CONFIG_UNWRITABLE" });
  }
});

test("keeps dates and numbers that JavaScript has no place for", () => {
  const text = "big = 9223372036854775807\nday = 1979-05-27\nat = 07:32:00\ninf = -inf\n\n";
  const edited = edit(`${text}[mcp_servers.a]\ncommand = "a"\n`, "a");
  expect(edited).toBe(text + OURS);
});

test("writes names and texts that need quotes", () => {
  const added = [["a.b", { args: ['"\\\n\u007f', "é"], env: { "x y": "1" } }]] as const;
  const text = editToml("", { table: "mcp_servers", removed: [], added }, "config.toml");
  expect(parseToml({ file: "", text })).toEqual({ mcp_servers: Object.fromEntries(added) });
});

test("says the line of a mistake and nothing of what is on it", () => {
  try {
    parseToml({ file: "/c.toml", text: 'a = 1\nb = hush "hush"\n' });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    expect(String(error)).toContain("/c.toml:2");
    expect(String(error)).not.toContain("hush");
  }
});
