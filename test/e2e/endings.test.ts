import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ENDINGS, expectCleanEnd } from "./endings.ts";
import { fixture, fixturePath, type StdioEntry } from "./entries.ts";
import { HAS_PROC } from "./processes.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

const LAUNCHER = join(import.meta.dir, "servers/launcher.ts");
const ECHO = fixturePath("echo.ts");

interface Upstream {
  readonly entry: StdioEntry;
  /** How many processes it is, once it answers. */
  readonly size: number;
}

const UPSTREAMS: readonly (readonly [string, Upstream])[] = [
  ["a well-behaved server", { entry: fixture("echo.ts"), size: 1 }],
  ["a server behind sh -c", { entry: behindShell(ECHO), size: 2 }],
  [
    "a chain like that of npx",
    { entry: { command: process.execPath, args: [LAUNCHER, ECHO] }, size: 3 },
  ],
  [
    "a stubborn server with a stubborn child",
    { entry: fixture("stubborn.ts", { STUBBORN_CHILD: "1" }), size: 2 },
  ],
  [
    "a stubborn server with a stubborn child behind sh -c",
    {
      entry: { ...behindShell(fixturePath("stubborn.ts")), env: { STUBBORN_CHILD: "1" } },
      size: 3,
    },
  ],
];

function behindShell(file: string): StdioEntry {
  return { command: "sh", args: ["-c", '"$0" "$1"; exit $?', process.execPath, file] };
}

describe.concurrent.skipIf(!HAS_PROC).each(ENDINGS)(
  "leaves nothing behind when %s:",
  (_ending, end) => {
    test.each(UPSTREAMS)("%s", async (_name, { entry, size }) => {
      await using sandbox = new Sandbox({ mcpServers: { upstream: entry } });
      const host = new RawHost(sandbox);
      await startUpstream(host, { sandbox, size });
      end(host);
      await expectCleanEnd(host, sandbox);
    });

    test("all of these at once", async () => {
      const servers = UPSTREAMS.map(([, { entry }], i) => [`upstream${i}`, entry]);
      await using sandbox = new Sandbox({ mcpServers: Object.fromEntries(servers) });
      const host = new RawHost(sandbox);
      await host.initialize();
      const size = UPSTREAMS.reduce((sum, [, upstream]) => sum + upstream.size, 0);
      await until("all servers run", () => sandbox.processes(host.pid).length === size);
      end(host);
      await expectCleanEnd(host, sandbox);
    });
  },
);

async function startUpstream(
  host: RawHost,
  { sandbox, size }: { readonly sandbox: Sandbox; readonly size: number },
): Promise<void> {
  await host.initialize();
  await host.call("search_tools", { query: "pid" });
  expect(textOf(await host.execute("upstream__pid"))).toMatch(/^\d+$/);
  await until(`${size} processes run`, () => sandbox.processes(host.pid).length === size);
}

test.skipIf(!HAS_PROC)("leaves nothing of a real npx behind", async () => {
  const env = { npm_config_offline: "true", npm_config_update_notifier: "false" };
  const cwd = join(import.meta.dir, "../..");
  const entry = { command: "npx", args: ["--no-install", "mcp-server-everything"], env, cwd };
  await using sandbox = new Sandbox({ mcpServers: { upstream: entry } });
  const host = new RawHost(sandbox);
  await host.initialize();
  const echo = () => host.execute("upstream__echo", { message: "through npx" });
  await until("the server answers", async () => textOf(await echo()).includes("through npx"));
  expect(sandbox.processes(host.pid).length).toBeGreaterThan(1);
  host.endInput();
  await expectCleanEnd(host, sandbox);
});

test.skipIf(!HAS_PROC)("ends once, however often it is told to", async () => {
  await using sandbox = new Sandbox({ mcpServers: { upstream: fixture("stubborn.ts") } });
  const host = new RawHost(sandbox);
  await startUpstream(host, { sandbox, size: 1 });
  for (const [, end] of [...ENDINGS, ...ENDINGS]) end(host);
  await expectCleanEnd(host, sandbox);
});

test.skipIf(!HAS_PROC)(
  "takes well-behaved servers with it even when it is killed outright",
  async () => {
    await using sandbox = new Sandbox({ mcpServers: { upstream: behindShell(ECHO) } });
    const host = new RawHost(sandbox);
    await startUpstream(host, { sandbox, size: 2 });
    host.kill("SIGKILL");
    await host.exited;
    await until("nothing is left", () => sandbox.processes().length === 0);
  },
);
