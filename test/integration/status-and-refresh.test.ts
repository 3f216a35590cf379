import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { ProxyHost } from "../fixtures/proxy-host.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
let host: ProxyHost;

beforeEach(async () => {
  home = new ProxyHome();
  home.configure({
    absent: { command: "no-such-program-anywhere" },
    counting: stdioEntry(`${import.meta.dir}/servers/counting.ts`, {
      STARTS_FILE: home.path("starts"),
    }),
    echo: stdioEntry("echo.ts"),
    off: { ...stdioEntry("echo.ts"), disabled: true },
    unset: { command: "echo", args: ["${NO_SUCH_VARIABLE_FOR_TESTS}"] },
  });
  host = await home.start();
  await host.execute("proxy_refresh");
});
afterEach(() => home[Symbol.asyncDispose]());

describe("proxy_status", () => {
  test("tells where every server stands, and how to mend what is broken", async () => {
    const { text, isError } = await host.execute("proxy_status");
    expect(isError).toBe(false);
    const { servers, ...rest } = JSON.parse(text) as { servers: { name: string }[] }; // as: ours
    expect(rest).toEqual({ version: expect.any(String), tool_count: 11 });
    const byName = Object.fromEntries(servers.map(({ name, ...status }) => [name, status]));
    expect(byName).toEqual({
      absent: {
        status: "failed",
        tools: 0,
        error: expect.stringContaining("SERVER_START_FAILED"),
        fix: expect.stringContaining("PATH"),
      },
      counting: { status: "connected", tools: 1, refreshed: expect.stringMatching(/^\d{4}-/) },
      echo: { status: "connected", tools: 10, refreshed: expect.stringMatching(/^\d{4}-/) },
      off: { status: "disabled", tools: 0 },
      unset: expect.objectContaining({ status: "failed", tools: 0 }),
    });
  });
});

describe("proxy_refresh", () => {
  test("asks all servers, and says what came of each", async () => {
    const { text } = await host.execute("proxy_refresh");
    const lines = text.split("\n");
    expect(lines).toContain("counting: 1 tools");
    expect(lines).toContain("echo: 10 tools");
    expect(text).toMatch(/^absent: not refreshed: .*\(SERVER_START_FAILED\)$/m);
    expect(text).not.toContain("off");
  });

  test("asks one server only when one is named", async () => {
    const { text } = await host.execute("proxy_refresh", { server: "echo" });
    expect(text).toBe("echo: 10 tools");
  });

  test("takes its arguments as a string too, as models write them", async () => {
    const { text } = await host.execute("proxy_refresh", '{"server":"echo"}');
    expect(text).toBe("echo: 10 tools");
  });

  test("names the nearest servers for one that does not exist", async () => {
    const { text, code } = await host.execute("proxy_refresh", { server: "ehco" });
    expect(code).toBe("SERVER_UNKNOWN");
    expect(text).toContain("echo");
  });

  test("says that a disabled server is disabled", async () => {
    const { code } = await host.execute("proxy_refresh", { server: "off" });
    expect(code).toBe("SERVER_DISABLED");
  });

  test("says what is wrong with a faulty server", async () => {
    const { text, isError } = await host.execute("proxy_refresh", { server: "unset" });
    expect(isError).toBe(true);
    expect(text).toContain("NO_SUCH_VARIABLE_FOR_TESTS");
  });
});
