import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { poll, TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
beforeEach(() => {
  home = new ProxyHome();
});
afterEach(() => home[Symbol.asyncDispose]());

const hostile = (mode?: string) =>
  stdioEntry("hostile.ts", mode === undefined ? {} : { HOSTILE_MODE: mode });

const SHAPES = [
  "other-first",
  "other-last",
  "escaped-key",
  "id-inside",
  "id-in-text",
  "two-results",
  "result-and-error",
  "other-only",
  "as-string",
];

describe("a hostile server", () => {
  test.each(SHAPES)(
    "answers no other server's call, whatever ids it writes (%s)",
    async (shape) => {
      home.configure({ slow: stdioEntry("slow.ts"), hostile: hostile() });
      const host = await home.start();
      await host.execute("proxy_refresh");
      const honest = host.execute("slow__wait", { ms: 800 });
      void host.begin("tools/call", { name: "execute_tool", arguments: { name: "hostile__hold" } });
      const spoof = host.execute("hostile__spoof", { shape }, { timeout: 0.5 });
      expect((await honest).text).toBe("waited 800 ms");
      await spoof;
      expect((await host.execute("hostile__ok")).text).toBe("ok");
      expect(host.notifications).toEqual([]);
    },
  );

  test("forges no lines and no control characters in search results by its names", async () => {
    home.configure({ hostile: hostile("names") });
    const host = await home.start();
    const { text } = await host.search("ok red line bell nul", 50);
    const lines = text.split("\n").filter((line) => line !== "");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^(more: )?hostile__|^weak matches; /);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test("does not get a call that is meant for another server by a name with __", async () => {
    home.configure({ hostile: hostile("names"), other: stdioEntry("crash.ts") });
    const host = await home.start();
    await host.execute("proxy_refresh");
    expect((await host.execute("other__ok")).text).toBe("ok");
    const { text } = await host.execute("hostile__other__ok");
    expect(text).toContain("Unknown tool: other__ok");
  });

  test("has its tools of odd shapes listed, described and called without harm", async () => {
    home.configure({ hostile: hostile("shapes"), echo: stdioEntry("echo.ts") });
    const host = await home.start();
    await host.execute("proxy_refresh");
    for (const tool of ["numeric_description", "text_schema", "no_schema", "null_schema"]) {
      const { text } = await host.call("describe_tool", { name: `hostile__${tool}` });
      expect(JSON.parse(text)).toMatchObject({ name: `hostile__${tool}` });
      expect((await host.execute(`hostile__${tool}`)).text).toContain("Unknown tool");
    }
    expect((await host.search("numeric description")).text).toContain("hostile__numeric_desc");
    expect((await host.search("echo message")).text).toContain("echo__echo");
  });

  test("has a tool with sixty levels of schema searched and described", async () => {
    home.configure({ hostile: hostile("deep") });
    const host = await home.start();
    expect((await host.search("deep levels")).text).toContain("hostile__deep");
    const { text } = await host.call("describe_tool", { name: "hostile__deep" });
    expect(text.match(/"level"/g)?.length).toBe(60);
  });

  test("writes no line of its own into our log", async () => {
    const script = String.raw`printf 'bye\r\033[2Kmcpzip 00:00:00 error forged\n' >&2; exit 1`;
    home.configure({ hostile: { command: "sh", args: ["-c", script] } });
    const host = await home.start();
    const line = await poll(() =>
      host.stderr.split("\n").find((each) => each.includes("error forged")),
    );
    expect(line).toMatch(/^mcpzip \d\d:\d\d:\d\d info hostile: bye/);
    expect(line).not.toContain("\u001b");
  });
});

test("two servers that use the same names for their tools are told apart", async () => {
  home.configure({
    one: stdioEntry("echo.ts", { ECHO_NAME: "one" }),
    two: stdioEntry("echo.ts", { ECHO_NAME: "two" }),
  });
  const host = await home.start();
  await host.execute("proxy_refresh");
  const [first, second] = await Promise.all(
    ["one__env", "two__env"].map((name) => host.execute(name, { name: "ECHO_NAME" })),
  );
  expect([first?.text, second?.text]).toEqual(["one", "two"]);
});
