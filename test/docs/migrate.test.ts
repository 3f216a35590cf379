import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLIENTS } from "../../src/config/clients/all-clients.ts";
import { MigrateHome } from "../cli/migrate-home.ts";
import { LINUX_FILES } from "../config/clients/client-home.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const TEXT = readFileSync(join(import.meta.dir, "../../docs/migrate.md"), "utf8");
const SHOWN = [
  ".claude.json",
  ".config/Claude/claude_desktop_config.json",
  ".cursor/mcp.json",
  ".config/Code/User/mcp.json",
  ".codex/config.toml",
];

test("docs/migrate.md shows the screen that there is", async () => {
  const files = SHOWN.map((name) => [name, LINUX_FILES[name] ?? ""] as const);
  using home = new MigrateHome(Object.fromEntries(files));
  const { stdout } = await home.run("--dry-run");
  expect(TEXT).toContain(`$ mcpzip migrate --dry-run\n${stdout}\`\`\`\n`);
});

test("docs/migrate.md names every client", () => {
  for (const { id, title } of CLIENTS)
    expect(TEXT).toMatch(new RegExp(`^\\| ${title} +\\| \`${id}\` +\\|`, "m"));
});
