import { describe, expect, test } from "bun:test";
import { ENDINGS, expectCleanEnd } from "./endings.ts";
import { fixture } from "./entries.ts";
import { HAS_PROC, isAlive } from "./processes.ts";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

/** Never speaks, and ends only by SIGKILL. */
const MUTE = {
  command: "sh",
  args: ["-c", "trap '' TERM INT HUP; while :; do sleep 1; done"],
};

describe.concurrent.skipIf(!HAS_PROC).each(ENDINGS)(
  "leaves nothing behind when %s",
  (_ending, end) => {
    test("while a call hangs", async () => {
      await using sandbox = new Sandbox({ mcpServers: { slow: fixture("slow.ts") } });
      const host = new RawHost(sandbox);
      await host.initialize();
      await host.call("search_tools", { query: "wait" });
      const args = { name: "slow__wait", arguments: { ms: 60_000, progressEveryMs: 10 } };
      const params = { name: "execute_tool", arguments: args, _meta: { progressToken: "hanging" } };
      host.send({ id: "hanging", method: "tools/call", params });
      await host.line((line) => line.includes("notifications/progress"));
      end(host);
      await expectCleanEnd(host, sandbox);
    });

    test.each([
      ["answers late", fixture("slow.ts", { SLOW_START_MS: "60000" })],
      ["lists its tools late", fixture("slow.ts", { SLOW_LIST_MS: "60000" })],
      ["never says a word and ignores every signal", MUTE],
    ])("while a server starts that %s", async (_name, entry) => {
      await using sandbox = new Sandbox({ mcpServers: { starting: entry } });
      const host = new RawHost(sandbox);
      await host.initialize();
      await until("the server is starting", () => sandbox.processes(host.pid).length > 0);
      end(host);
      await expectCleanEnd(host, sandbox);
    });

    test("while a call waits for a server to start", async () => {
      await using sandbox = new Sandbox({ mcpServers: { starting: MUTE } });
      const host = new RawHost(sandbox);
      await host.initialize();
      const execute = { name: "execute_tool", arguments: { name: "starting__anything" } };
      host.send({ id: "waiting", method: "tools/call", params: execute });
      await until("the server is starting", () => sandbox.processes(host.pid).length > 0);
      end(host);
      await expectCleanEnd(host, sandbox);
    });

    test("while an idle server is being closed that does not want to go", async () => {
      await using sandbox = new Sandbox({
        mcpServers: { stubborn: fixture("stubborn.ts", { STUBBORN_CHILD: "1" }) },
        idle_timeout_minutes: 0.002,
      });
      const host = new RawHost(sandbox);
      await host.initialize();
      await host.call("search_tools", { query: "pid" });
      const pid = Number(textOf(await host.execute("stubborn__pid")));
      await until("both processes run", () => sandbox.processes(host.pid).length === 2);
      await until("the server is being closed", async () => {
        const { servers } = JSON.parse(textOf(await host.execute("proxy_status")));
        return servers[0].status === "idle";
      });
      expect(isAlive(pid)).toBe(true);
      end(host);
      await expectCleanEnd(host, sandbox);
    });
  },
);

test.skipIf(!HAS_PROC)("ends an idle server, and starts it again for the next call", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { echo: fixture("echo.ts") },
    idle_timeout_minutes: 0.002,
  });
  const host = new RawHost(sandbox);
  await host.initialize();
  await host.call("search_tools", { query: "pid" });
  const first = textOf(await host.execute("echo__pid"));
  await until("the idle server is gone", () => sandbox.processes(host.pid).length === 0);
  const second = textOf(await host.execute("echo__pid"));
  expect(second).toMatch(/^\d+$/);
  expect(second).not.toBe(first);
});

test.skipIf(!HAS_PROC)(
  "ends before any server was started when nobody ever spoke to it",
  async () => {
    await using sandbox = new Sandbox({ mcpServers: { stubborn: fixture("stubborn.ts") } });
    const host = new RawHost(sandbox);
    host.endInput();
    await expectCleanEnd(host, sandbox);
    expect(host.lines).toEqual([]);
  },
);
