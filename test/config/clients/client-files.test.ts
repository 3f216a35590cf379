import { expect, test } from "bun:test";
import { CLIENTS } from "../../../src/config/clients/all-clients.ts";
import { loadClientFiles } from "../../../src/config/clients/client-file.ts";
import type { Machine } from "../../../src/config/clients/client.ts";
import { ClientHome, LINUX_FILES } from "./client-home.ts";

const MAC: Machine = { platform: "darwin", home: "/Users/ann", env: {} };
const LINUX: Machine = { platform: "linux", home: "/home/ann", env: {} };
const APPDATA = "C:\\Users\\Ann\\AppData\\Roaming";
const WINDOWS: Machine = {
  platform: "win32",
  home: "C:\\Users\\Ann",
  env: { APPDATA, LOCALAPPDATA: "C:\\Users\\Ann\\AppData\\Local" },
};

function filesOf(machine: Machine): Record<string, readonly string[]> {
  return Object.fromEntries(CLIENTS.map((client) => [client.id, client.files(machine)]));
}

test("knows every client's files on macOS", () => {
  const app = "/Users/ann/Library/Application Support";
  expect(filesOf(MAC)).toEqual({
    "claude-code": ["/Users/ann/.claude.json", "/Users/ann/.claude/config.json"],
    "claude-desktop": [`${app}/Claude/claude_desktop_config.json`],
    cursor: ["/Users/ann/.cursor/mcp.json"],
    vscode: [`${app}/Code/User/mcp.json`, `${app}/Code - Insiders/User/mcp.json`],
    windsurf: [
      "/Users/ann/.codeium/windsurf/mcp_config.json",
      "/Users/ann/.codeium/mcp_config.json",
    ],
    codex: ["/Users/ann/.codex/config.toml"],
    "gemini-cli": ["/Users/ann/.gemini/settings.json"],
    opencode: [
      "/Users/ann/.config/opencode/opencode.json",
      "/Users/ann/.config/opencode/opencode.jsonc",
      "/Users/ann/.config/opencode/config.json",
    ],
    zed: ["/Users/ann/.config/zed/settings.json"],
  });
});

test("knows every client's files on Linux", () => {
  expect(filesOf(LINUX)).toMatchObject({
    "claude-desktop": ["/home/ann/.config/Claude/claude_desktop_config.json"],
    vscode: [
      "/home/ann/.config/Code/User/mcp.json",
      "/home/ann/.config/Code - Insiders/User/mcp.json",
    ],
    zed: ["/home/ann/.config/zed/settings.json"],
  });
});

test("knows every client's files on Windows", () => {
  expect(filesOf(WINDOWS)).toMatchObject({
    "claude-code": ["C:\\Users\\Ann\\.claude.json", "C:\\Users\\Ann\\.claude\\config.json"],
    "claude-desktop": [
      `${APPDATA}\\Claude\\claude_desktop_config.json`,
      "C:\\Users\\Ann\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json",
    ],
    cursor: ["C:\\Users\\Ann\\.cursor\\mcp.json"],
    vscode: [`${APPDATA}\\Code\\User\\mcp.json`, `${APPDATA}\\Code - Insiders\\User\\mcp.json`],
    codex: ["C:\\Users\\Ann\\.codex\\config.toml"],
    opencode: [
      "C:\\Users\\Ann\\.config\\opencode\\opencode.json",
      "C:\\Users\\Ann\\.config\\opencode\\opencode.jsonc",
      "C:\\Users\\Ann\\.config\\opencode\\config.json",
    ],
    zed: [`${APPDATA}\\Zed\\settings.json`],
  });
});

test("finds the folders that variables name", () => {
  const env = {
    XDG_CONFIG_HOME: "/etc/ann",
    CODEX_HOME: "/opt/codex",
    CLAUDE_CONFIG_DIR: "/opt/claude",
  };
  expect(filesOf({ ...LINUX, env })).toMatchObject({
    "claude-code": ["/opt/claude/.claude.json", "/opt/claude/config.json"],
    "claude-desktop": ["/etc/ann/Claude/claude_desktop_config.json"],
    codex: ["/opt/codex/config.toml"],
    zed: ["/etc/ann/zed/settings.json"],
  });
});

test("Claude Code writes its projects with forward slashes on Windows", () => {
  const claude = CLIENTS.find(({ id }) => id === "claude-code");
  expect(claude?.projectTableAt?.("C:\\w\\app")).toEqual(["projects", "C:/w/app", "mcpServers"]);
  expect(claude?.projectTableAt?.("/w/a\\b")).toEqual(["projects", "/w/a\\b", "mcpServers"]);
});

test("reads one file of every client, with its comments", async () => {
  using home = new ClientHome(LINUX_FILES);
  const machine: Machine = { platform: "linux", home: home.path, env: {} };
  const loaded = await Promise.all(
    CLIENTS.map((client) => loadClientFiles(client, { machine, projects: [] })),
  );
  const files = loaded.flatMap((each) => each.files);
  expect(loaded.flatMap((each) => each.problems)).toEqual([]);
  const names = files.map(({ client, tables }) => [
    client.id,
    tables.flatMap(({ entries }) => entries.map(([name]) => name)),
  ]);
  expect(Object.fromEntries(names)).toEqual({
    "claude-code": ["github", "sentry", "signed"],
    "claude-desktop": ["linear", "files"],
    cursor: ["files", "context7", "here"],
    vscode: ["playwright", "perplexity"],
    windsurf: ["figma", "notion"],
    codex: ["docs", "figma"],
    "gemini-cli": ["old", "search", "some", "key"],
    opencode: ["everything", "sentry"],
    zed: ["postgres", "mcp-server-context7"],
  });
});

test("says what is wrong with a file, and quotes nothing of it", async () => {
  using home = new ClientHome({
    ".cursor/mcp.json": '{ "mcpServers": { "a": { "command": "x", "env": { "K": "hush" ',
    ".codex/config.toml": '[mcp_servers.a]\ncommand = "x"\ntoken = hush\n',
    ".gemini/settings.json": new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
    ".codeium/mcp_config.json": "",
  });
  const machine: Machine = { platform: "linux", home: home.path, env: {} };
  const loaded = await Promise.all(
    CLIENTS.map((client) => loadClientFiles(client, { machine, projects: [] })),
  );
  const problems = loaded.flatMap((each) => each.problems);
  expect(problems.map(({ client }) => client.id)).toEqual(["cursor", "codex", "gemini-cli"]);
  for (const { why } of problems) expect(why).not.toContain("hush");
  expect(problems[1]?.why).toContain("3");
});
