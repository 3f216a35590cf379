import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, lstatSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { LINUX_FILES } from "../config/clients/client-home.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CONFIG, MigrateHome } from "./migrate-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const SIMPLE = { ".cursor/mcp.json": '{ "mcpServers": { "a": { "command": "a-mcp" } } }' };

test("a dry run shows everything and writes nothing", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const before = home.snapshot();
  const { code, stdout, stderr } = await home.run("--dry-run");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(home.snapshot()).toEqual(before);
  expect(stdout).toStartWith("Found 22 MCP servers in 9 clients.\n");
  expect(stdout).toContain('becomes "files-cursor"');
  expect(stdout).toContain('the same as "sentry"');
  expect(stdout).toMatch(/here +stays there: \$\{workspaceFolder\}/);
  expect(stdout).toMatch(/~\/\.codex\/config\.toml +2 servers out, mcpzip in/);
  expect(stdout).toContain("Nothing has been changed.");
});

test("takes the servers of all clients over and puts mcpzip in their place", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const { code, stderr } = await home.run("--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { mcpServers } = home.json(CONFIG);
  expect(Object.keys(mcpServers)).toEqual(
    "github sentry linear files files-cursor context7 playwright figma notion docs figma-codex old search key everything postgres".split(
      " ",
    ),
  );
  expect(statSync(home.file(CONFIG)).mode & 0o777).toBe(0o600);
  expect(Object.keys(home.json(".claude.json").mcpServers)).toEqual(["signed", "mcpzip"]);
  expect(Object.keys(home.json(".cursor/mcp.json").mcpServers)).toEqual(["here", "mcpzip"]);
  const codex = home.read(".codex/config.toml");
  expect(codex).toContain("[mcp_servers.mcpzip]");
  expect(codex).toContain('env_vars = ["GITHUB_TOKEN"');
  expect(codex).toContain("# figma over http");
  const settings = home.read(".config/Code/User/mcp.json");
  for (const comment of ["// My servers", "// asks for its key", "// keep me"])
    expect(settings).toContain(comment);
});

test("the config that it writes is one that mcpzip serves", async () => {
  using home = new MigrateHome(SIMPLE);
  await home.run("--yes");
  const { command, args } = home.json(".cursor/mcp.json").mcpServers.mcpzip;
  const initialize = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  };
  const request = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: initialize,
  });
  const served = Bun.spawn([command, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: home.path },
    stdin: new Blob([`${request}\n`]),
    stderr: "ignore",
  });
  expect(await new Response(served.stdout).text()).toContain('"serverInfo"');
});

test("running it twice changes nothing", async () => {
  using home = new MigrateHome(LINUX_FILES);
  await home.run("--yes");
  const before = home.snapshot();
  const { code, stdout } = await home.run("--yes");
  expect(code).toBe(0);
  expect(stdout).toContain("there is nothing to do");
  expect(home.snapshot()).toEqual(before);
});

test("never takes mcpzip over, and adds to the config that is there", async () => {
  using home = new MigrateHome({
    [CONFIG]: '{\n  // mine\n  "mcpServers": { "b": { "command": "b" } },\n}\n',
    ".cursor/mcp.json": JSON.stringify({
      mcpServers: {
        zip: { command: "/opt/mcpzip", args: ["serve"] },
        a: { command: "a" },
        b: { command: "other" },
      },
    }),
  });
  await home.run("--yes");
  expect(Object.keys(home.json(".cursor/mcp.json").mcpServers)).toEqual(["zip"]);
  const config = home.read(CONFIG);
  expect(config).toContain("// mine");
  expect(config).toContain('"b": { "command": "b" }');
  expect(config).toContain('"b-cursor"');
  expect(config).not.toContain("/opt/mcpzip");
});

test("shows no argument, no variable's value and no rest of an address", async () => {
  const hush = { command: "npx", args: ["-y", "pkg", "--token", "hush-1"], env: { K: "hush-2" } };
  const remote = {
    url: "https://u:hush-3@a.example/hush-4/mcp?key=hush-5",
    headers: { K: "hush-6" },
  };
  using home = new MigrateHome({
    ".cursor/mcp.json": JSON.stringify({
      mcpServers: { hush, remote, left: { ...hush, envFile: "x" } },
    }),
  });
  for (const words of [["--dry-run"], ["--dry-run", "--json"], ["--yes"], ["--undo", "--yes"]]) {
    const { code, stdout, stderr } = await home.run(...words);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain("hush-");
  }
  expect(
    await Bun.file(home.file(".config/compressed-mcp-proxy/migrations.json")).text(),
  ).not.toContain("hush-");
});

test("without a terminal it wants --yes", async () => {
  using home = new MigrateHome(SIMPLE);
  const before = home.snapshot();
  for (const words of [[], ["--json"]]) {
    const { code, stderr } = await home.run(...words);
    expect(code).toBe(2);
    expect(stderr).toContain("mcpzip migrate --yes");
  }
  expect(home.snapshot()).toEqual(before);
});

test.each([
  [["--client", "cursr"], 'did you mean "cursor"?'],
  [["--force"], "--undo only"],
  [["--project", "/nowhere/at/all"], "there is no folder /nowhere/at/all"],
  [["--undo", "--keep"], "takes no --client"],
  [["--undo", "--client", "cursor"], "takes no --client"],
])("refuses %p with exit code 2", async (words, message) => {
  using home = new MigrateHome(SIMPLE);
  const { code, stderr } = await home.run(...words);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("--client picks clients, --keep leaves them as they are", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const before = home.snapshot();
  await home.run("--yes", "--keep", "--client", "cursor", "--client", "codex");
  const { [CONFIG]: _, ...after } = home.snapshot();
  expect(after).toEqual(before);
  expect(Object.keys(home.json(CONFIG).mcpServers)).toEqual(["files", "context7", "docs", "figma"]);
  await home.run("--yes", "--client", "cursor");
  expect(Object.keys(home.json(".cursor/mcp.json").mcpServers)).toEqual(["here", "mcpzip"]);
  expect(Object.keys(home.json(CONFIG).mcpServers)).toHaveLength(4);
});

test("a project is looked at only when it is named, and its own files are never written", async () => {
  using home = new MigrateHome({
    ".claude.json": "{}",
    "app/.mcp.json": '{ "mcpServers": { "shared": { "command": "./run.sh" } } }',
    "app/.vscode/mcp.json": '{ "servers": { "w": { "command": "${workspaceFolder}/w" } } }',
  });
  const app = home.file("app");
  const own = { command: "own", args: ["x"] };
  home.write(
    ".claude.json",
    JSON.stringify({ projects: { [app]: { mcpServers: { own }, keep: 1 } } }),
  );
  const shared = [home.read("app/.mcp.json"), home.read("app/.vscode/mcp.json")];
  const unasked = await home.run("--dry-run");
  expect(unasked.stdout).toContain("no servers but mcpzip");
  expect(unasked.stdout).toMatch(/--project ~\/app +own\n/);
  const { stdout } = await home.run("--yes", "--project", app);
  expect(stdout).toContain("read, not rewritten");
  expect([home.read("app/.mcp.json"), home.read("app/.vscode/mcp.json")]).toEqual(shared);
  expect(home.json(CONFIG).mcpServers).toEqual({
    own: { ...own, cwd: app },
    shared: { command: "./run.sh", cwd: app },
    w: { command: `${app}/w`, cwd: app },
  });
  const claude = home.json(".claude.json");
  expect(claude.projects[app]).toEqual({ mcpServers: {}, keep: 1 });
  expect(Object.keys(claude.mcpServers)).toEqual(["mcpzip"]);
});

test("of projects that nobody has asked for, those with servers and a folder are named", async () => {
  using home = new MigrateHome({ "one/x": "", "two/x": "", "none/x": "" });
  const mcpServers = { db: { command: "pg" }, files: { command: "fs" } };
  const projects = {
    [home.file("one")]: { mcpServers },
    [home.file("two")]: { mcpServers: { db: mcpServers.db } },
    [home.file("none")]: { mcpServers: {}, history: [] },
    [home.file("gone")]: { mcpServers },
  };
  home.write(".claude.json", JSON.stringify({ mcpServers: { a: { command: "a" } }, projects }));
  const { stdout } = await home.run("--yes", "--project", home.file("two"), "--json");
  const { servers, projects: others } = JSON.parse(stdout);
  expect(servers.map(({ name }: { name: string }) => name)).toEqual(["a", "db"]);
  expect(others).toEqual([
    { client: "claude-code", folder: home.file("one"), servers: ["db", "files"] },
  ]);
  expect(home.json(".claude.json").projects[home.file("one")]).toEqual({ mcpServers });
});

test("with --config, the clients start mcpzip with that file", async () => {
  using home = new MigrateHome(SIMPLE);
  const mine = home.file("mine.json");
  await home.run("--yes", "--config", mine);
  expect(home.json("mine.json").mcpServers).toEqual({ a: { command: "a-mcp" } });
  const { args } = home.json(".cursor/mcp.json").mcpServers.mcpzip;
  expect(args.slice(-3)).toEqual(["serve", "--config", mine]);
});

test("tells programs names, places and reasons", async () => {
  using home = new MigrateHome(LINUX_FILES);
  const plan = JSON.parse((await home.run("--dry-run", "--json")).stdout);
  expect(plan).toMatchObject({ applied: false, config: home.file(CONFIG), problems: [] });
  expect(plan.servers).toHaveLength(16);
  expect(plan.servers[1]).toMatchObject({
    name: "sentry",
    outcome: "added",
    sources: [{ client: "claude-code" }, { client: "opencode" }],
  });
  expect(plan.left.map((left: { name: string }) => left.name)).toContain("perplexity");
  const done = JSON.parse((await home.run("--yes", "--json")).stdout);
  expect(done.applied).toBe(true);
  expect(done.files).toHaveLength(10);
});

test("keeps a byte order mark, Windows line ends and tabs", async () => {
  const text =
    '\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"a": {\r\n\t\t\t"command": "a"\r\n\t\t}\r\n\t},\r\n\t"x": "é"\r\n}\r\n';
  using home = new MigrateHome({
    ".cursor/mcp.json": text,
    ".codex/config.toml": '[mcp_servers.b]\r\ncommand = "b"\r\n',
  });
  await home.run("--yes");
  const written = home.read(".cursor/mcp.json");
  expect(written).toStartWith(
    '\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"mcpzip": {\r\n\t\t\t"command": ',
  );
  expect(written).toEndWith('\r\n\t},\r\n\t"x": "é"\r\n}\r\n');
  for (const name of [".cursor/mcp.json", ".codex/config.toml"])
    expect(home.read(name).replaceAll("\r\n", "")).not.toContain("\n");
  await home.run("--undo", "--yes");
  expect(home.read(".cursor/mcp.json")).toBe(text);
});

test("writes through a link, keeps the mode, and puts the backup beside the link", async () => {
  using home = new MigrateHome({ "dotfiles/cursor.json": SIMPLE[".cursor/mcp.json"] });
  chmodSync(home.file("dotfiles/cursor.json"), 0o640);
  mkdirSync(home.file(".cursor"));
  symlinkSync("../dotfiles/cursor.json", home.file(".cursor/mcp.json"));
  await home.run("--yes");
  expect(lstatSync(home.file(".cursor/mcp.json")).isSymbolicLink()).toBe(true);
  expect(home.read("dotfiles/cursor.json")).toContain("mcpzip");
  expect(statSync(home.file("dotfiles/cursor.json")).mode & 0o777).toBe(0o640);
  expect(home.leftovers()).toEqual([expect.stringMatching(/^\.cursor\/mcp\.json\.mcpzip-backup-/)]);
  await home.run("--undo", "--yes");
  expect(home.read("dotfiles/cursor.json")).toBe(SIMPLE[".cursor/mcp.json"]);
  expect(statSync(home.file("dotfiles/cursor.json")).mode & 0o777).toBe(0o640);
  expect(lstatSync(home.file(".cursor/mcp.json")).isSymbolicLink()).toBe(true);
});

test("a read-only file and a broken one stay as they are, and the others are done", async () => {
  using home = new MigrateHome({
    ...SIMPLE,
    ".gemini/settings.json": '{ "mcpServers": { "g": { "command": "g" } } }',
    ".codeium/windsurf/mcp_config.json": '{ "mcpServers": { "w": ',
    ".codex/config.toml": 'mcp_servers = { c = { command = "c" } }\n',
  });
  chmodSync(home.file(".gemini/settings.json"), 0o444);
  const before = home.snapshot();
  const { code, stdout } = await home.run("--yes");
  expect(code).toBe(1);
  expect(stdout).toMatch(/Windsurf +~\/\.codeium/);
  expect(stdout).toContain("it is read-only");
  expect(stdout).toContain("not written as [mcp_servers.NAME] tables");
  const after = home.snapshot();
  for (const name of [
    ".gemini/settings.json",
    ".codeium/windsurf/mcp_config.json",
    ".codex/config.toml",
  ])
    expect(after[name]).toBe(before[name] ?? "");
  expect(home.json(".cursor/mcp.json").mcpServers).toHaveProperty("mcpzip");
  // What was read is in the config, so nothing is lost; what was not written has no backup.
  expect(Object.keys(home.json(CONFIG).mcpServers).toSorted()).toEqual(["a", "c", "g"]);
  expect(home.leftovers()).toHaveLength(1);
});

test("a broken config of mcpzip's own stops it before anything is written", async () => {
  using home = new MigrateHome({ ...SIMPLE, [CONFIG]: '{ "mcpServers": ' });
  const before = home.snapshot();
  const { code, stderr } = await home.run("--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("(CONFIG_INVALID)");
  expect(home.snapshot()).toEqual(before);
});

test("of five megabytes of other people's keys not a byte changes", async () => {
  const projects = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [
      `/p/${index}`,
      {
        history: Array.from({ length: 100 }, (__, at) => ({
          display: `${"prompt ".repeat(15)}${at}`,
        })),
      },
    ]),
  );
  const mcpServers = { a: { command: "a" }, b: { command: "b" } };
  const text = JSON.stringify({ numStartups: 1, projects, mcpServers, last: "é" }, undefined, 2);
  expect(text.length).toBeGreaterThan(5_000_000);
  using home = new MigrateHome({ ".claude.json": text });
  const { code } = await home.run("--yes");
  expect(code).toBe(0);
  const written = home.read(".claude.json");
  const [head = "", tail = ""] = text.split(/"mcpServers": \{[^]*?\n {2}\}/);
  expect(written.startsWith(head)).toBe(true);
  expect(written.endsWith(tail)).toBe(true);
  expect(Object.keys(JSON.parse(written).mcpServers)).toEqual(["mcpzip"]);
});

test("says so where there is nothing to take over", async () => {
  using empty = new MigrateHome();
  expect(await empty.run("--yes")).toMatchObject({
    code: 0,
    stdout: "No MCP client with a config file was found.\n",
  });
  using home = new MigrateHome({ ".cursor/mcp.json": "{}" });
  expect((await home.run("--yes")).stdout).toContain("Nothing to take over");
});

test("leaves a client alone that would not start mcpzip", async () => {
  using home = new MigrateHome({
    ".gemini/settings.json":
      '{ "mcp": { "allowed": ["g"] }, "mcpServers": { "g": { "command": "g" } } }',
  });
  const before = home.read(".gemini/settings.json");
  const { code, stdout } = await home.run("--yes");
  expect(code).toBe(1);
  expect(stdout).toContain('"mcp.allowed"');
  expect(home.read(".gemini/settings.json")).toBe(before);
});

test.each([
  [
    "is switched off",
    { command: "mcpzip", args: ["serve"], disabled: true },
    [],
    "is switched off",
  ],
  [
    "reads another file",
    { command: "mcpzip", args: ["serve", "--config", "/else/mine.json"] },
    [],
    "add --config /else/mine.json",
  ],
  [
    "reads the usual file",
    { command: "mcpzip", args: ["serve"] },
    ["--config", "x.json"],
    "another",
  ],
])("takes no server from a client whose mcpzip %s", async (_what, mcpzip, words, why) => {
  using home = new MigrateHome({
    ".codeium/windsurf/mcp_config.json": JSON.stringify({
      mcpServers: { mcpzip, a: { command: "a-mcp" } },
    }),
  });
  const before = home.snapshot();
  const { code, stdout } = await home.run("--yes", ...words);
  expect([code, stdout.includes(why)]).toEqual([1, true]);
  expect(home.snapshot()).toEqual(before);
});

test("a new server goes where the client's mcpzip looks for it", async () => {
  using home = new MigrateHome(SIMPLE);
  const mine = home.file("mine.json");
  await home.run("--yes", "--config", mine);
  const { mcpServers } = home.json(".cursor/mcp.json");
  const b = { command: "b-mcp" };
  home.write(".cursor/mcp.json", JSON.stringify({ mcpServers: { ...mcpServers, b } }));
  expect((await home.run("--yes")).stdout).toContain(`add --config ${mine}`);
  expect((await home.run("--yes", "--config", mine)).code).toBe(0);
  expect(home.json("mine.json").mcpServers).toEqual({ a: { command: "a-mcp" }, b });
});

test("a project that is named twice is looked at once", async () => {
  using home = new MigrateHome({
    "app/.mcp.json": '{ "mcpServers": { "shared": { "command": "./run.sh" } } }',
  });
  const app = home.file("app");
  const { stdout } = await home.run("--dry-run", "--project", app, "--project", `${app}/`);
  expect(stdout).toStartWith("Found 1 MCP server in 1 client.\n");
});

test("moves nothing into a config that mcpzip would not start with", async () => {
  using home = new MigrateHome({
    ...SIMPLE,
    [CONFIG]: '{ "idle_timeout_minutes": "x", "mcpServers": {} }',
  });
  const before = home.snapshot();
  const { code, stderr } = await home.run("--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("idle_timeout_minutes must be a number");
  expect(home.snapshot()).toEqual(before);
});

test("a config that has no servers yet gets them", async () => {
  using home = new MigrateHome({ ...SIMPLE, [CONFIG]: '{ "idle_timeout_minutes": 5 }' });
  expect((await home.run("--yes")).code).toBe(0);
  expect(home.json(CONFIG)).toEqual({
    idle_timeout_minutes: 5,
    mcpServers: { a: { command: "a-mcp" } },
  });
});

test("never takes an mcpzip over that is started in a roundabout way", async () => {
  const mcpzip = { command: "bash", args: ["-lc", "exec mcpzip serve"] };
  using home = new MigrateHome({
    ".cursor/mcp.json": JSON.stringify({ mcpServers: { mcpzip, a: { command: "a-mcp" } } }),
  });
  expect((await home.run("--yes")).code).toBe(0);
  expect(home.json(CONFIG).mcpServers).toEqual({ a: { command: "a-mcp" } });
  expect(home.json(".cursor/mcp.json").mcpServers).toEqual({ mcpzip });
});

const FIGMA = '[mcp_servers.fig]\nurl = "https://f.example/mcp"\nbearer_token_env_var = "FIG"\n';

test("Codex hands on the variables of servers that mcpzip had before, too", async () => {
  const fig = { url: "https://f.example/mcp", headers: { Authorization: "Bearer ${FIG}" } };
  const gh = { command: "gh-mcp", env: { TOKEN: "${GH}" } };
  using home = new MigrateHome({
    ".codex/config.toml": FIGMA,
    [CONFIG]: JSON.stringify({ mcpServers: { fig, gh } }),
  });
  await home.run("--yes");
  expect(home.read(".codex/config.toml")).toContain('env_vars = ["FIG", "GH"]');
});

test("Codex hands on a variable that is written as editors write it, and none that has a default", async () => {
  const gh = { command: "gh-mcp", args: ["${MODE:-fast}"], env: { TOKEN: "${env:GH}" } };
  using home = new MigrateHome({
    ".codex/config.toml": FIGMA,
    [CONFIG]: JSON.stringify({ mcpServers: { gh } }),
  });
  await home.run("--yes");
  expect(home.read(".codex/config.toml")).toContain('env_vars = ["FIG", "GH"]');
});

test("Codex keeps a server whose variable its mcpzip would not be given", async () => {
  const own = '[mcp_servers.mcpzip]\ncommand = "mcpzip"\nargs = ["serve"]\n';
  using home = new MigrateHome({ ".codex/config.toml": `${own}\n${FIGMA}` });
  const before = home.snapshot();
  const { code, stdout } = await home.run("--yes");
  expect([code, stdout.includes('add that to the "env_vars" of mcpzip')]).toEqual([1, true]);
  expect(home.snapshot()).toEqual(before);
  home.write(".codex/config.toml", `${own}env_vars = ["FIG"]\n\n${FIGMA}`);
  expect((await home.run("--yes")).code).toBe(0);
  expect(Object.keys(home.json(CONFIG).mcpServers)).toEqual(["fig"]);
});

function geminiFiles(mcpServers: object): Record<string, string> {
  return { ".gemini/settings.json": JSON.stringify({ mcpServers }) };
}

test("Gemini CLI, which withholds what looks like a secret, is told to hand it on", async () => {
  const a = { command: "a-mcp", env: { KEY: "$A_TOKEN", PLACE: "$A_PLACE" } };
  using home = new MigrateHome(geminiFiles({ a }));
  await home.run("--yes");
  const { mcpzip } = home.json(".gemini/settings.json").mcpServers;
  expect(mcpzip.env).toEqual({ A_TOKEN: "$A_TOKEN" });
  using other = new MigrateHome(geminiFiles({ a, mcpzip: { command: "mcpzip", args: ["serve"] } }));
  const { code, stdout } = await other.run("--yes");
  expect([code, stdout.includes('add "A_TOKEN": "$A_TOKEN" to its "env"')]).toEqual([1, true]);
});

test("says where it cannot take its lock", async () => {
  using home = new MigrateHome({
    ...SIMPLE,
    ".config/compressed-mcp-proxy/cache": "no folder",
  });
  const before = home.snapshot();
  const { code, stderr } = await home.run("--yes");
  expect(code).toBe(1);
  expect(stderr).toContain("(CONFIG_UNWRITABLE)");
  expect(stderr).toContain("compressed-mcp-proxy/cache writable");
  expect(home.snapshot()).toEqual(before);
});
