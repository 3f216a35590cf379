import { expect, setDefaultTimeout, test } from "bun:test";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { MigrateHome } from "./migrate-home.ts";
import { KEY, Terminal } from "./terminal.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const FILES = { ".cursor/mcp.json": '{ "mcpServers": { "a": { "command": "a-mcp" } } }' };

function terminal(home: MigrateHome, ...words: readonly string[]): Terminal {
  return new Terminal(["migrate", ...words], {
    HOME: home.path,
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
  });
}

test("shows what it will do, asks, and does it; and so does undo", async () => {
  using home = new MigrateHome(FILES);
  const before = home.snapshot();
  await using asked = terminal(home);
  await asked.shows("1 server out, mcpzip in");
  expect(home.snapshot()).toEqual(before);
  await asked.answer("Do this?", "y");
  await asked.shows("To go back: mcpzip migrate --undo");
  expect(await asked.exitCode()).toBe(0);
  expect(Object.keys(home.json(".cursor/mcp.json").mcpServers)).toEqual(["mcpzip"]);
  await using undo = terminal(home, "--undo");
  await undo.answer("Undo this?", "y");
  expect(await undo.exitCode()).toBe(0);
  expect(home.snapshot()).toEqual(before);
});

test.each([
  ["no", "n", 0],
  ["Ctrl-C", KEY.ctrlC, 130],
])("does nothing on %s", async (_, key, code) => {
  using home = new MigrateHome(FILES);
  const before = home.snapshot();
  await using asked = terminal(home);
  await asked.answer("Do this?", key);
  await asked.shows("Nothing has been changed.");
  expect(await asked.exitCode()).toBe(code);
  expect(home.snapshot()).toEqual(before);
});

test("undoes only what was shown, when another migration has run at the question", async () => {
  using home = new MigrateHome(FILES);
  await home.run("--yes");
  await using undo = terminal(home, "--undo");
  await undo.shows("Undo this?");
  home.write(".codeium/windsurf/mcp_config.json", '{ "mcpServers": { "b": { "command": "b" } } }');
  await home.run("--yes");
  const before = home.snapshot();
  undo.type("y");
  await undo.shows("another mcpzip migrate has run in the meantime");
  expect(await undo.exitCode()).toBe(1);
  expect(home.snapshot()).toEqual(before);
});
