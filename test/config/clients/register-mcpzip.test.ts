import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { CLIENTS } from "../../../src/config/clients/all-clients.ts";
import type { Machine } from "../../../src/config/clients/client.ts";
import { findClients, registerMcpzip } from "../../../src/config/clients/register-mcpzip.ts";
import { ClientHome, LINUX_FILES } from "./client-home.ts";

const SERVE = { command: "/opt/mcpzip", args: ["serve"], variables: [] };

function options(home: ClientHome) {
  const machine: Machine = { platform: "linux", home: home.path, env: {} };
  return { machine, serve: SERVE, lockFile: home.file("edit.lock") };
}

test("finds the clients whose files or folders are there", async () => {
  using home = new ClientHome({ ".cursor/extensions/x": "", ".claude.json": "{}" });
  const { machine } = options(home);
  const found = await findClients(machine);
  expect(found.map(({ id }) => id)).toEqual(["claude-code", "cursor"]);
});

test.each(CLIENTS.map((client) => [client.id, client] as const))(
  "adds mcpzip to %s beside its servers, once",
  async (_, client) => {
    using home = new ClientHome(LINUX_FILES);
    const first = await registerMcpzip(client, options(home));
    expect(first.isNew).toBe(true);
    const text = await Bun.file(first.path).text();
    expect(text).toContain("/opt/mcpzip");
    const before = Object.entries(LINUX_FILES).find(([name]) => first.path.endsWith(name))?.[1];
    for (const line of (before ?? "").split("\n"))
      expect(text).toContain(line.trim().replace(/,$/, ""));
    expect(await registerMcpzip(client, options(home))).toEqual({ path: first.path, isNew: false });
    expect(await Bun.file(first.path).text()).toBe(text);
  },
);

test.each(CLIENTS.map((client) => [client.id, client] as const))(
  "makes the first file of %s when it has none",
  async (_, client) => {
    using home = new ClientHome();
    const { path, isNew } = await registerMcpzip(client, options(home));
    expect({ path, isNew }).toEqual({
      path: client.files(options(home).machine)[0] ?? "",
      isNew: true,
    });
    expect(existsSync(path)).toBe(true);
    expect((await registerMcpzip(client, options(home))).isNew).toBe(false);
  },
);

test("knows mcpzip by other paths and runners", async () => {
  const entries = [
    { command: "mcpzip", args: ["serve"] },
    { command: "C:\\Tools\\mcpzip.exe", args: ["serve", "--verbose"] },
    { command: "npx", args: ["-y", "mcpzip@latest", "serve"] },
    { command: "/usr/local/bin/compressed-mcp-proxy" },
    { command: "bash", args: ["-lc", "exec mcpzip serve"] },
    { command: "env", args: ["A=1", "/opt/mcpzip", "serve"] },
    { command: "wsl", args: ["mcpzip", "serve"] },
    { command: "node", args: ["/opt/mcpzip/bin/mcpzip.js", "serve"] },
  ];
  const cursor = CLIENTS.find(({ id }) => id === "cursor");
  if (cursor === undefined) throw new Error("no cursor");
  for (const entry of entries) {
    using home = new ClientHome({
      ".cursor/mcp.json": JSON.stringify({ mcpServers: { z: entry } }),
    });
    expect(await registerMcpzip(cursor, options(home))).toMatchObject({ isNew: false });
  }
  using home = new ClientHome({
    ".cursor/mcp.json": '{"mcpServers":{"z":{"command":"npx","args":["mcpzip-tools"]}}}',
  });
  expect(await registerMcpzip(cursor, options(home))).toMatchObject({ isNew: true });
});

test("refuses where mcpzip would not be started, and a file that cannot be read", async () => {
  const gemini = CLIENTS.find(({ id }) => id === "gemini-cli");
  if (gemini === undefined) throw new Error("no client");
  using closed = new ClientHome({ ".gemini/settings.json": '{"mcp":{"allowed":["a"]}}' });
  await expect(registerMcpzip(gemini, options(closed))).rejects.toMatchObject({
    code: "CONFIG_UNWRITABLE",
    why: expect.stringContaining("mcp.allowed"),
  });
  using broken = new ClientHome({ ".gemini/settings.json": "{" });
  await expect(registerMcpzip(gemini, options(broken))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
});

test.each([
  ["another server of that name", { command: "my-own" }, '"mcpzip"'],
  ["an mcpzip with another config", { command: "mcpzip", args: ["serve", "--config", "/x"] }, "/x"],
  ["the same within a shell", { command: "sh", args: ["-c", "mcpzip serve --config /x"] }, "/x"],
  ["an mcpzip that is off", { command: "mcpzip", args: ["serve"], disabled: true }, "switched off"],
])("leaves %s alone and says so", async (_what, mcpzip, why) => {
  const windsurf = CLIENTS.find(({ id }) => id === "windsurf");
  if (windsurf === undefined) throw new Error("no client");
  const path = ".codeium/windsurf/mcp_config.json";
  using home = new ClientHome({ [path]: JSON.stringify({ mcpServers: { mcpzip } }) });
  const before = home.read(path);
  await expect(registerMcpzip(windsurf, options(home))).rejects.toMatchObject({
    code: "CONFIG_UNWRITABLE",
    why: expect.stringContaining(why),
  });
  expect(home.read(path)).toBe(before);
});
