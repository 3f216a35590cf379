import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { LINUX_FILES } from "../config/clients/client-home.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CONFIG, MigrateHome } from "./migrate-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("undo brings every byte and mode back and leaves nothing lying about", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const before = home.snapshot();
  await home.run("--yes");
  const { code, stdout, stderr } = await home.run("--undo", "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("removed: it was not there before");
  expect(home.snapshot()).toEqual(before);
  expect((await home.run("--undo", "--yes")).stdout).toContain("There is no migration to undo.");
});

test("undoes one migration after the other, the last first", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const first = home.snapshot();
  await home.run("--yes", "--client", "cursor");
  const second = home.snapshot();
  await home.run("--yes");
  await home.run("--undo", "--yes");
  expect(home.snapshot()).toEqual(second);
  await home.run("--undo", "--yes");
  expect(home.snapshot()).toEqual(first);
});

test("a dry run of it changes nothing", async () => {
  using home = new MigrateHome(LINUX_FILES);
  await home.run("--yes");
  const before = home.snapshot();
  const { stdout } = await home.run("--undo", "--dry-run");
  expect(stdout).toStartWith("To be undone");
  const plan = JSON.parse((await home.run("--undo", "--dry-run", "--json")).stdout);
  expect(plan).toMatchObject({ applied: false, files: { length: 10 } });
  expect(home.snapshot()).toEqual(before);
});

test("a client's file that has changed since gets its servers back and keeps what is new", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const before = home.json(".claude.json");
  await home.run("--yes");
  const changed = home.read(".claude.json").replace('"numStartups": 42', '"numStartups": 43');
  home.write(".claude.json", changed);
  const { code, stdout } = await home.run("--undo", "--yes");
  expect(code).toBe(0);
  expect(stdout).toContain("changed since: only its servers come back");
  expect(home.json(".claude.json")).toEqual({ ...before, numStartups: 43 });
  expect(existsSync(home.file(CONFIG))).toBe(false);
});

test("our own config stays when it has changed since", async () => {
  using home = new MigrateHome({ ".cursor/mcp.json": '{"mcpServers":{"a":{"command":"a"}}}' });
  await home.run("--yes");
  home.write(
    CONFIG,
    home.read(CONFIG).replace('"a-', '"b-').replace("}\n", '}, "idle_timeout_minutes": 9\n'),
  );
  const config = home.read(CONFIG);
  const { code, stdout } = await home.run("--undo", "--yes");
  expect(code).toBe(0);
  expect(stdout).toContain("changed since: stays as it is");
  expect(home.read(CONFIG)).toBe(config);
  expect(home.json(".cursor/mcp.json")).toEqual({ mcpServers: { a: { command: "a" } } });
});

test("TOML that has changed since comes back by force only, and the change is kept beside it", async () => {
  using home = new MigrateHome(LINUX_FILES);
  await home.run("--yes");
  home.write(".codex/config.toml", `${home.read(".codex/config.toml")}# new\n`);
  const before = home.snapshot();
  const refused = await home.run("--undo", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("--undo --force");
  expect(home.snapshot()).toEqual(before);
  const forced = await home.run("--undo", "--yes", "--force");
  expect(forced.code).toBe(0);
  expect(home.read(".codex/config.toml")).toBe(LINUX_FILES[".codex/config.toml"] ?? "");
  const [kept] = home.leftovers();
  expect(kept).toMatch(/^\.codex\/config\.toml\.mcpzip-undone-/);
  expect(home.read(kept ?? "")).toEndWith("# new\n");
});

test("a backup that is gone is said before anything is undone", async () => {
  using home = new MigrateHome(LINUX_FILES);
  await home.run("--yes");
  const backup = home.leftovers().find((name) => name.startsWith(".cursor"));
  home.write(backup ?? "", "{}");
  const before = home.snapshot();
  const { code, stdout } = await home.run("--undo", "--yes");
  expect(code).toBe(1);
  expect(stdout).toContain("gone or changed");
  expect(home.snapshot()).toEqual(before);
});

test("a journal that is none is reported", async () => {
  using home = new MigrateHome({ ".config/compressed-mcp-proxy/migrations.json": "{ half" });
  const { code, stderr } = await home.run("--undo", "--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("(CONFIG_INVALID)");
});

test("undo wants --yes without a terminal", async () => {
  using home = new MigrateHome(LINUX_FILES);
  await home.run("--yes");
  const { code, stderr } = await home.run("--undo");
  expect(code).toBe(2);
  expect(stderr).toContain("--undo --yes");
});

test("a server written since under an old name is kept", async () => {
  using home = new MigrateHome({ ".cursor/mcp.json": '{"mcpServers":{"a":{"command":"a"}}}' });
  await home.run("--yes");
  const { mcpzip } = home.json(".cursor/mcp.json").mcpServers;
  const mine = { command: "mine" };
  home.write(".cursor/mcp.json", JSON.stringify({ mcpServers: { mcpzip, a: mine } }));
  expect((await home.run("--undo", "--yes")).code).toBe(0);
  expect(home.json(".cursor/mcp.json")).toEqual({ mcpServers: { a: mine } });
});
