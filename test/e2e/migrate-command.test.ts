import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY } from "./binary.ts";

/** What the compiled program writes into a terminal's client and into an app. */
async function commandsOf(program: string, path: string, home: string): Promise<string[]> {
  const entry = '{ "mcpServers": { "a": { "command": "a" } } }';
  for (const file of [".gemini/settings.json", ".cursor/mcp.json"])
    await Bun.write(join(home, file), entry);
  const words = ["migrate", "--yes", "--client", "gemini-cli", "--client", "cursor"];
  const ran = Bun.spawnSync([program, ...words], { env: { HOME: home, PATH: path } });
  expect(ran.exitCode).toBe(0);
  const files = [".gemini/settings.json", ".cursor/mcp.json"];
  const read = await Promise.all(files.map((file) => Bun.file(join(home, file)).json()));
  for (const { mcpServers } of read) expect(mcpServers.mcpzip.args).toEqual(["serve"]);
  return read.map(({ mcpServers }) => mcpServers.mcpzip.command);
}

test("clients get a command that they can start and that outlives an upgrade", async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "mcpzip-path-")));
  try {
    const program = realpathSync(BINARY);
    expect(await commandsOf(BINARY, "/usr/bin", home)).toEqual([program, program]);
    rmSync(join(home, ".config"), { recursive: true });
    // As a package manager links it.
    const folder = join(home, "bin");
    mkdirSync(folder);
    const link = join(folder, "mcpzip");
    symlinkSync(program, link);
    expect(await commandsOf(link, folder, home)).toEqual(["mcpzip", link]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
