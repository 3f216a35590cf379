import { expect, test } from "bun:test";
import type { ServerConfig } from "../../src/config/config.ts";
import { isStillIn, serverChanges } from "../../src/config/server-changes.ts";
import { httpServer, stdioServer } from "../fixtures/server-config.ts";
import { load } from "./temp-config.ts";

const LOCAL = stdioServer("echo.ts", { env: { A: "1", B: "2" } });
const REMOTE = httpServer(new URL("https://a.example/mcp"), { oauth: { interactive: "auto" } });

function isStill(before: ServerConfig, after: ServerConfig): boolean {
  return isStillIn(new Map([[after.name, after]]), before);
}

test("a server is the same whatever the order of its variables and the time that calls may take", () => {
  expect(isStill(LOCAL, { ...LOCAL, env: { B: "2", A: "1" }, callTimeoutMs: 5 })).toBe(true);
  expect(isStill(REMOTE, { ...REMOTE, url: new URL(REMOTE.url.href) })).toBe(true);
});

test.each<[string, ServerConfig, ServerConfig]>([
  ["command", LOCAL, { ...LOCAL, command: "other" }],
  ["list of arguments", LOCAL, { ...LOCAL, args: [...LOCAL.args, "-x"] }],
  ["variables", LOCAL, { ...LOCAL, env: { A: "1" } }],
  ["folder", LOCAL, { ...LOCAL, cwd: "/" }],
  ["being disabled", LOCAL, { ...LOCAL, isDisabled: true }],
  ["type", LOCAL, { ...REMOTE, name: LOCAL.name }],
  ["address", REMOTE, { ...REMOTE, url: new URL("https://b.example/mcp") }],
  ["headers", REMOTE, { ...REMOTE, headers: { A: "1" } }],
  ["sign-in", REMOTE, { ...REMOTE, oauth: { interactive: "never" } }],
  ["absence of a sign-in", REMOTE, { ...REMOTE, oauth: undefined }],
])("a server is another with another %s", (_what, before, after) => {
  expect(isStill(before, after)).toBe(false);
});

test("tells what became of the servers in use; disabled and faulty ones are not", async () => {
  const before = await load({
    mcpServers: {
      same: { command: "a" },
      changed: { command: "a" },
      removed: { command: "a" },
      disabled: { command: "a" },
      faulty: { command: "a" },
      enabled: { command: "a", disabled: true },
    },
  });
  const after = await load({
    mcpServers: {
      same: { command: "a", call_timeout_seconds: 3 },
      changed: { command: "b" },
      disabled: { command: "a", disabled: true },
      faulty: { command: 7 },
      enabled: { command: "a" },
      added: { command: "a" },
    },
  });
  expect(serverChanges(before.config, after.config)).toEqual({
    added: ["enabled", "added"],
    removed: ["removed", "disabled", "faulty"],
    changed: ["changed"],
  });
});
