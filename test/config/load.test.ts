import { describe, expect, test } from "bun:test";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { load, loadError, loadServer, tempDir, withoutPath, writeConfig } from "./temp-config.ts";

const ONE_SERVER = { mcpServers: { time: { command: "uvx" } } };
const BASE = { name: "it", isDisabled: false, callTimeoutMs: undefined };

describe("a healthy file", () => {
  test("gets every default", async () => {
    const { config, warnings } = await load(ONE_SERVER);
    expect(warnings).toEqual([]);
    expect(config.faults.size).toBe(0);
    expect(config.geminiApiKey).toBeUndefined();
    expect(config.search).toEqual({
      model: undefined,
      defaultLimit: 5,
      rerank: undefined,
      embeddings: undefined,
    });
    expect(config.idleTimeoutMs).toBe(5 * 60_000);
    expect(config.callTimeoutMs).toBe(120_000);
    expect(config.catalogTtlMs).toBe(24 * 60 * 60_000);
    expect(config.tokenStorage).toBe("file");
    expect(config.countsCalls).toBe(true);
  });

  test("keeps what it sets", async () => {
    const { config, warnings } = await load({
      $schema: "https://example.com/schema.json",
      ...ONE_SERVER,
      gemini_api_key: "from the file",
      search: { model: "gemini-flash", default_limit: 50 },
      idle_timeout_minutes: 0.5,
      call_timeout_seconds: 1.5,
      catalog_ttl_minutes: 0,
      token_storage: "keychain",
      stats: false,
    });
    expect(warnings).toEqual([]);
    expect(config.geminiApiKey).toBe("from the file");
    expect(config.search).toMatchObject({ model: "gemini-flash", defaultLimit: 50 });
    expect(config.idleTimeoutMs).toBe(30_000);
    expect(config.callTimeoutMs).toBe(1500);
    expect(config.catalogTtlMs).toBe(0);
    expect(config.tokenStorage).toBe("keychain");
    expect(config.countsCalls).toBe(false);
  });

  test("says where it came from and keeps the order of its servers", async () => {
    const path = await writeConfig('{"mcpServers":{"b":{"command":"x"},"a":{"command":"y"}}}');
    const { config } = await loadConfig(path, {});
    expect(config.path).toBe(path);
    expect([...config.servers.keys()]).toEqual(["b", "a"]);
  });
});

describe("a server", () => {
  test("is a program when it has a command", async () => {
    expect(await loadServer({ command: "npx" })).toEqual({
      ...BASE,
      type: "stdio",
      command: "npx",
      args: [],
      env: {},
      cwd: undefined,
    });
    const all = { command: "npx", args: ["-y", "x"], env: { A: "b" }, cwd: "/srv" };
    const server = await loadServer({ type: "stdio", ...all, call_timeout_seconds: 3 });
    expect(server).toEqual({ ...BASE, type: "stdio", ...all, callTimeoutMs: 3000 });
  });

  const url = "https://mcp.example.com/mcp";
  test.each([
    [undefined, "http"],
    ["http", "http"],
    ["streamable-http", "http"],
    ["streamableHttp", "http"],
    ["sse", "sse"],
  ] as const)("of type %p with a url is dialled as %s", async (written, type) => {
    const server = await loadServer({ type: written, url, headers: { "X-A": "b" } });
    const remote = { url: new URL(url), headers: { "X-A": "b" }, oauth: undefined };
    expect(server).toEqual({ ...BASE, type, ...remote });
  });

  test("may hold both a command and a url when its type says which counts", async () => {
    const server = await loadServer({ type: "http", command: "npx", url });
    expect(server.type).toBe("http");
  });

  test("takes the reserved key protocol without a word", async () => {
    const { config, warnings } = await load({ mcpServers: { it: { url, protocol: "auto" } } });
    expect(warnings).toEqual([]);
    expect(Object.keys(config.servers.get("it") ?? {})).not.toContain("protocol");
  });

  test("that is disabled stays in the list, whatever its variables and its url", async () => {
    const stdio = await loadServer({ command: "${NOT_SET}", disabled: true });
    expect(stdio).toMatchObject({ isDisabled: true, command: "${NOT_SET}" });
    const http = await loadServer({ url: "${NOT_SET}/mcp", disabled: true });
    expect(http).toMatchObject({ isDisabled: true, type: "http" });
  });

  test("that is faulty does not stop the others, even when none is left", async () => {
    const entries = { good: { command: "uvx" }, bad: { command: 1 }, "bad name": {} };
    const { config } = await load({ mcpServers: entries });
    expect([...config.servers.keys()]).toEqual(["good"]);
    expect([...config.faults.keys()]).toEqual(["bad", "bad name"]);
    const none = await load({ mcpServers: { bad: {}, off: { command: "x", disabled: true } } });
    expect([...none.config.servers.keys()]).toEqual(["off"]);
    expect([...none.config.faults.keys()]).toEqual(["bad"]);
  });
});

describe("the key for Gemini", () => {
  const config = { ...ONE_SERVER, gemini_api_key: "${FROM_FILE}" };

  test("comes from the environment first", async () => {
    const env = { GEMINI_API_KEY: "env", FROM_FILE: "file" };
    expect((await load(config, env)).config.geminiApiKey).toBe("env");
  });

  test("comes from the file when the environment's is unset or empty", async () => {
    const env = { GEMINI_API_KEY: "", FROM_FILE: "file" };
    expect((await load(config, env)).config.geminiApiKey).toBe("file");
  });

  test("is left out with a warning when its variable is not set", async () => {
    const { config: loaded, warnings } = await load(config);
    expect(loaded.geminiApiKey).toBeUndefined();
    expect(warnings.map(({ message }) => message)).toEqual([
      "gemini_api_key needs the variable FROM_FILE, which is not set, and is ignored",
    ]);
  });
});

describe("the text of the file", () => {
  const expected = ["time"];
  test.each([
    ["comments", '{\n// one\n"mcpServers": /* two */ {"time": {"command": "uvx"}}}'],
    ["trailing commas", '{"mcpServers": {"time": {"command": "uvx", "args": ["x",],},},}'],
    ["Windows line ends", '{\r\n  // c\r\n  "mcpServers": {"time": {"command": "uvx"}}\r\n}\r\n'],
    ["a byte order mark", '\ufeff{"mcpServers": {"time": {"command": "uvx"}}}'],
    ["a byte order mark and comments", '\ufeff{/**/"mcpServers": {"time": {"command": "uvx"}}}'],
  ])("may have %s", async (_what, text) => {
    const { config, warnings } = await load(text);
    expect([...config.servers.keys()]).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  test("may be the UTF-16 that Windows PowerShell writes", async () => {
    const text = Buffer.from(`\ufeff${JSON.stringify(ONE_SERVER)}`, "utf16le");
    const { config } = await loadConfig(await writeConfig(text), {});
    expect([...config.servers.keys()]).toEqual(expected);
  });

  test("keeps its letters", async () => {
    const server = await loadServer({ command: "x", args: ["Grüße", "日本", "👋"] });
    expect(server).toMatchObject({ args: ["Grüße", "日本", "👋"] });
  });
});

describe("reading the file", async () => {
  const dir = await tempDir();

  test("says how to make the file when there is none", async () => {
    const path = join(dir, "missing.json");
    const error = await loadConfig(path, {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "CONFIG_NOT_FOUND",
      message: `there is no config file ${path}`,
      fix: "mcpzip init makes one, mcpzip migrate fills one with your clients' servers; or name another with --config PATH",
    });
  });

  test("follows a link", async () => {
    const link = join(dir, "link.json");
    await symlink(await writeConfig(JSON.stringify(ONE_SERVER)), link);
    expect((await loadConfig(link, {})).config.path).toBe(link);
  });

  test("says when the path is a folder", async () => {
    const folder = join(dir, "folder.json");
    await mkdir(folder);
    const error = await loadConfig(folder, {}).catch((thrown: unknown) => thrown);
    const message = `${folder} is a folder, not a file`;
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message });
  });

  // Root may read everything.
  test.skipIf(process.getuid?.() === 0)("says when the file may not be read", async () => {
    const path = await writeConfig(JSON.stringify(ONE_SERVER));
    await chmod(path, 0o000);
    const error = await loadConfig(path, {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: `cannot read ${path}` });
  });

  test("says when the path cannot be one", async () => {
    const path = join(await writeConfig("{}"), "config.json");
    const error = await loadConfig(path, {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: `cannot read ${path}` });
  });
});

describe("what nothing can be made of", () => {
  test("gets one error with a line for each further problem", async () => {
    const error = await loadError({
      mcpServers: { a: { command: "x" } },
      idle_timeout_minutes: -1,
      call_timeout_seconds: "60",
    });
    expect(withoutPath(error.message)).toBe(
      "config.json:7:27: idle_timeout_minutes must be a number of minutes above 0, and it is -1",
    );
    expect(withoutPath(error.why)).toBe(
      [
        "  6 |   },",
        '> 7 |   "idle_timeout_minutes": -1,',
        "    |                           ^",
        '  8 |   "call_timeout_seconds": "60"',
        'also config.json:8:27: call_timeout_seconds must be a number of seconds above 0, and it is "60"',
      ].join("\n"),
    );
    expect(error.fix).toBe("change idle_timeout_minutes: it must be a number of minutes above 0");
  });
});
