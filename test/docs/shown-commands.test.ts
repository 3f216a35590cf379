import { expect, test } from "bun:test";
import { DOCUMENTS, readDocument } from "./documents.ts";
import { commandFault, shownCommands, unknownScripts } from "./shown-commands.ts";

test.each(DOCUMENTS)("every command in %s can be typed", async (document) => {
  const text = readDocument(document);
  const faults = await Promise.all(shownCommands(text).map(commandFault));
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  expect(unknownScripts(text)).toEqual([]);
});

test("the documents show most of the commands", () => {
  const shown = DOCUMENTS.flatMap((document) => shownCommands(readDocument(document)));
  expect(new Set(shown).size).toBeGreaterThan(40);
});

const BLOCK = `\`\`\`sh
$ mcpzip add x -- npx --yes y
mcpzip printed this
\`\`\`

\`\`\`sh
claude mcp add mcpzip -- mcpzip serve --config a
\`\`\`

\`\`\`
mcpzip COMMAND
mcpzip 12:04:05 warn slack: closed
\`\`\``;

test.each([
  [BLOCK, ["add x -- npx --yes y", "serve --config a"]],
  ["Say `mcpzip list --json`, or `~/.local/bin/mcpzip doctor`.", ["list --json", "doctor"]],
  [
    '`eval "$(mcpzip completion zsh)"` and `a \\| mcpzip call t -`',
    ['completion zsh)"', "call t -"],
  ],
  ["`mcpzip-backup`, `# mcpzip`, `mcpzip`, mcpzip list", []],
])("commands are found in %j", (markdown, commands) => {
  expect(shownCommands(markdown)).toEqual(commands);
});

test("commands, flags and scripts that are not there are found", async () => {
  expect(await commandFault("gone x")).toContain('"gone"');
  expect(await commandFault("list --gone")).toContain("--gone");
  expect(await commandFault("migrate --client gone")).toContain("no such client");
  expect(await commandFault("auth gone")).toContain('"auth"');
  expect(await commandFault("add x --env A=1 -- npx --gone")).toBeUndefined();
  expect(unknownScripts("`bun run gone` and `npx -y bun@1.4.5 run build`")).toEqual(["gone"]);
});
