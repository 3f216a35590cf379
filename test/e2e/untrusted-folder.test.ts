import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { BINARY } from "./binary.ts";
import { fixture } from "./entries.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";

const ENV_FILES = [".env", ".env.local", ".env.production", ".env.development"];

/** A current directory, such as a repository just cloned, that takes over every program which trusts it. */
function setTrap(sandbox: Sandbox): string {
  for (const file of ENV_FILES) sandbox.write(`trap/${file}`, "TRAPPED=yes\nBUN_OPTIONS=--smol\n");
  sandbox.write(
    "trap/bunfig.toml",
    'preload = ["./preload.ts"]\n[run]\npreload = ["./preload.ts"]\n',
  );
  const proof = JSON.stringify(proofFile(sandbox));
  sandbox.write("trap/preload.ts", `require("node:fs").writeFileSync(${proof}, "preloaded");`);
  sandbox.write("trap/package.json", '{"name":"trap","type":"commonjs","main":"./preload.ts"}');
  return sandbox.path("trap");
}

function proofFile(sandbox: Sandbox): string {
  return sandbox.path("preloaded");
}

test("the trap works on a program that trusts its current directory", async () => {
  await using sandbox = new Sandbox();
  const script = sandbox.write("victim.ts", "console.log(process.env.TRAPPED);");
  const cmd = [process.execPath, script];
  const victim = Bun.spawnSync({ cmd, cwd: setTrap(sandbox), env: sandbox.env() });
  expect(victim.stdout.toString()).toBe("yes\n");
  expect(existsSync(proofFile(sandbox))).toBe(true);
});

test("takes neither variables nor code from the current directory", async () => {
  await using sandbox = new Sandbox();
  const cwd = setTrap(sandbox);
  const env = { TAKEN: "${TRAPPED:-nothing}" };
  // A folder of its own: this server is a Bun program that would fall into the trap itself.
  const echo = { ...fixture("echo.ts", env), cwd: sandbox.home };
  sandbox.configure({ mcpServers: { echo } });
  const host = new RawHost(sandbox, { cwd });
  await host.initialize();
  await host.call("search_tools", { query: "env" });
  expect(textOf(await host.execute("echo__env", { name: "TAKEN" }))).toBe("nothing");
  expect(textOf(await host.execute("echo__env", { name: "TRAPPED" }))).toBe("(not set)");
  expect(existsSync(proofFile(sandbox))).toBe(false);
});

test.each([[["--version"]], [["--help"]], [["serve", "--help"]], [["no-such-command"]]])(
  "runs no code of the current directory for mcpzip %p",
  async (args) => {
    await using sandbox = new Sandbox();
    const ran = Bun.spawnSync({
      cmd: [BINARY, ...args],
      cwd: setTrap(sandbox),
      env: sandbox.env(),
    });
    expect([0, 2]).toContain(ran.exitCode);
    expect(existsSync(proofFile(sandbox))).toBe(false);
  },
);

test("takes no configuration from the current directory when there is no HOME", async () => {
  await using sandbox = new Sandbox();
  const trap = { mcpServers: { trapped: fixture("echo.ts") } };
  sandbox.write("trap/.config/compressed-mcp-proxy/config.json", JSON.stringify(trap));
  const host = new RawHost(sandbox, { cwd: sandbox.path("trap"), env: { HOME: "" } });
  const params = { name: "execute_tool", arguments: { name: "proxy_status" } };
  host.send({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25" } });
  host.send({ id: 2, method: "tools/call", params });
  host.endInput();
  await host.exited;
  expect(host.lines.join("\n")).not.toContain("trapped");
});

test("starts servers in its own current directory, as other hosts do", async () => {
  await using sandbox = new Sandbox({ mcpServers: { echo: fixture("echo.ts") } });
  sandbox.write("project/readme", "");
  const host = new RawHost(sandbox, { cwd: sandbox.path("project") });
  await host.initialize();
  await host.call("search_tools", { query: "cwd" });
  expect(textOf(await host.execute("echo__cwd"))).toBe(sandbox.path("project"));
});

test("keeps Bun's own switches to itself and passes the rest of the environment on", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { echo: fixture("echo.ts", { OWN: "from the config" }) },
  });
  const env = { BUN_OPTIONS: "--smol", BUN_BE_BUN: "0", INHERITED: "from the host" };
  const host = new RawHost(sandbox, { env });
  await host.initialize();
  await host.call("search_tools", { query: "env" });
  const variable = async (name: string) => textOf(await host.execute("echo__env", { name }));
  expect(await variable("BUN_OPTIONS")).toBe("(not set)");
  expect(await variable("BUN_BE_BUN")).toBe("(not set)");
  expect(await variable("INHERITED")).toBe("from the host");
  expect(await variable("OWN")).toBe("from the config");
});

test("gives a server the Bun switches that its own entry asks for", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { echo: fixture("echo.ts", { BUN_OPTIONS: "--smol" }) },
  });
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "env" });
  const asked = await host.execute("echo__env", { name: "BUN_OPTIONS" });
  expect(textOf(asked)).toBe("--smol");
});
