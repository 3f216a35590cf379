import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { authorizationHash } from "../../src/auth/token-store.ts";
import { Catalog } from "../../src/catalog/catalog.ts";
import { CatalogStore } from "../../src/catalog/store.ts";
import type { ServerConfig } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { McpzipError } from "../../src/core/error.ts";
import { resolvePaths } from "../../src/platform/paths.ts";
import { recordingLog } from "../fixtures/open-sessions.ts";
import { CliHome } from "./cli-home.ts";

const HOUR_MS = 3_600_000;

type Act = (catalog: Catalog, server: ServerConfig) => void;

/** What mcpzip has done with some servers of a home some hours ago. */
async function hoursAgo(home: CliHome, names: readonly string[], act: Act): Promise<void> {
  const { config } = await loadConfig(home.configFile, {});
  const { catalogFile } = resolvePaths(home.path, home.configFile);
  const store = new CatalogStore(catalogFile, recordingLog());
  const now = () => Date.now() - 3 * HOUR_MS - 60_000;
  const catalog = new Catalog(store, { servers: config.servers, ttlMs: HOUR_MS, now });
  for (const name of names) {
    const server = config.servers.get(name);
    if (server === undefined) throw new Error(`no server ${name}`);
    act(catalog, server);
  }
  store.close();
}

/** The servers have listed two tools each. */
function listed(home: CliHome, names: readonly string[]): Promise<void> {
  const tools = ["one", "two"].map((name) => ({ name, json: JSON.stringify({ name }) }));
  return hoursAgo(home, names, (catalog, server) => catalog.replace(server, { tools }));
}

/** The servers could not be asked. */
function failed(home: CliHome, names: readonly string[], error: McpzipError): Promise<void> {
  return hoursAgo(home, names, (catalog, server) => catalog.recordFailure(server, error));
}

test("shows what is known of each server, aligned", async () => {
  await using home = new CliHome();
  const servers = {
    files: { command: "x" },
    fresh: { command: "y" },
    remote: { url: "https://remote.example/mcp" },
    keyed: { url: "https://keyed.example/mcp", headers: { Authorization: "s3cret" } },
    off: { command: "z", disabled: true },
  };
  await home.configure({ ...servers, fresh: { command: "before" } });
  await listed(home, ["files", "fresh", "keyed"]);
  await home.configure({ ...servers, broken: { command: "x", env: { A: "${NOT_SET}" } } });
  const { code, stdout, stderr } = await home.run(["list"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.replaceAll(home.configFile, "FILE")).toBe(`\
SERVER  TYPE   STATUS         TOOLS  LISTED       SIGN-IN
files   stdio  ready          2      3 hours ago  -
fresh   stdio  changed since  2      3 hours ago  -
remote  http   not asked yet  -      -            not signed in
keyed   http   ready          2      3 hours ago  off
off     stdio  disabled       -      -            -
broken  -      unusable       -      -            -

broken: server "broken": env.A needs the variable NOT_SET, which is not set
  FILE:1:264 reads it and gives no default
  fix   set NOT_SET where mcpzip is started, or write a default: \${NOT_SET:-…}

4 servers in use, 6 tools known; 1 server not asked yet
`);
});

test("says the same in JSON", async () => {
  await using home = new CliHome();
  await home.configure({ files: { command: "x" }, remote: { url: "https://remote.example/mcp" } });
  await listed(home, ["files"]);
  const { code, stdout } = await home.run(["list", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    config: home.configFile,
    servers: [
      { server: "files", type: "stdio", status: "ready", tools: 2, listed_at: expect.any(String) },
      { server: "remote", type: "http", status: "new", sign_in: "needs-sign-in" },
    ],
  });
});

describe("a server's last failure", () => {
  const FAILURE = new McpzipError("SERVER_START_FAILED", 'server "b" does not start', {
    fix: 'check "command" of "b"',
    why: "not kept",
  });
  const SERVERS = { a: { command: "x" }, b: { command: "y" }, c: { command: "z" } };

  test("is shown with its age and its cure, when no mcpzip runs", async () => {
    await using home = new CliHome();
    await home.configure(SERVERS);
    await listed(home, ["a"]);
    await failed(home, ["b"], FAILURE);
    await failed(home, ["a"], new McpzipError("CALL_TIMEOUT", 'server "a" did not answer'));
    const { code, stdout } = await home.run(["list"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
SERVER  TYPE   STATUS         TOOLS  LISTED       SIGN-IN
a       stdio  ready          2      3 hours ago  -
b       stdio  failed         -      -            -
c       stdio  not asked yet  -      -            -

a: server "a" did not answer (CALL_TIMEOUT, 3 hours ago)

b: server "b" does not start (SERVER_START_FAILED, 3 hours ago)
  fix   check "command" of "b"

3 servers in use, 2 tools known; 1 server not asked yet; 2 servers failed
`);
  });

  test("is in the JSON", async () => {
    await using home = new CliHome();
    await home.configure(SERVERS);
    await failed(home, ["b"], FAILURE);
    const { servers } = JSON.parse((await home.run(["list", "--json"])).stdout);
    const { code, message, fix } = FAILURE;
    expect(servers).toEqual([
      { server: "a", type: "stdio", status: "new" },
      {
        server: "b",
        type: "stdio",
        status: "new",
        last_failure: { at: expect.any(String), code, message, fix },
      },
      { server: "c", type: "stdio", status: "new" },
    ]);
    expect(Date.now() - Date.parse(servers[1].last_failure.at)).toBeGreaterThan(3 * HOUR_MS);
  });

  test("that asks for a sign-in shows as not signed in, though the tools are known", async () => {
    await using home = new CliHome();
    await home.configure({ r: { url: "https://r.example/mcp" } });
    await listed(home, ["r"]);
    expect((await home.run(["list"])).stdout).toMatch(/^r +http +ready +2 .* none so far$/m);
    await failed(home, ["r"], new McpzipError("AUTH_REQUIRED", "sign in first"));
    expect((await home.run(["list"])).stdout).toMatch(/^r +http +ready +2 .* not signed in$/m);
  });

  test("that a sign-in cures is gone when one is saved", async () => {
    await using home = new CliHome();
    const url = "https://remote.example/mcp";
    await home.configure({ r: { url } });
    await failed(home, ["r"], new McpzipError("AUTH_REQUIRED", "sign in first"));
    expect((await home.run(["list"])).stdout).toContain("sign in first");
    const file = `${home.authFolder}/${authorizationHash(url)}.json`;
    await Bun.write(file, JSON.stringify({ access_token: "hush" }));
    expect((await home.run(["list"])).stdout).not.toContain("sign in first");
    await failed(home, ["r"], new McpzipError("AUTH_REJECTED", "refused all the same"));
    expect((await home.run(["list"])).stdout).toContain("refused all the same");
  });

  test.each([
    ["the server has answered", (home: CliHome) => listed(home, ["b"])],
    [
      "its configuration has changed",
      (home: CliHome) => home.configure({ b: { command: "other" } }),
    ],
    ["it is disabled", (home: CliHome) => home.configure({ b: { command: "y", disabled: true } })],
  ])("is gone when %s", async (_when, change) => {
    await using home = new CliHome();
    await home.configure(SERVERS);
    await failed(home, ["b"], FAILURE);
    expect((await home.run(["list"])).stdout).toContain("does not start");
    await change(home);
    expect((await home.run(["list"])).stdout).not.toContain("does not start");
  });
});

test("makes no file, starts no server and mends no catalog", async () => {
  await using home = new CliHome();
  const marker = `${home.path}/started`;
  await home.configure({ a: { command: "touch", args: [marker] } });
  const { catalogFile } = resolvePaths(home.path, home.configFile);
  expect((await home.run(["list"])).code).toBe(0);
  expect([existsSync(catalogFile), existsSync(marker)]).toEqual([false, false]);
  await Bun.write(catalogFile, "no database");
  expect((await home.run(["list"])).stdout).toContain("not asked yet");
  expect(await Bun.file(catalogFile).text()).toBe("no database");
});
