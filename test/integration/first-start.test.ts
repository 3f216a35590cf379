import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
beforeEach(() => {
  home = new ProxyHome();
});
afterEach(() => home[Symbol.asyncDispose]());

test("waits on the first search for the servers, and answers with their tools", async () => {
  home.configure({ echo: stdioEntry("echo.ts") });
  const host = await home.start();
  const { text } = await host.search("say a message back");
  expect(text).toContain(
    "echo__echo: Answers with the message that it was given [message:string*]",
  );
  expect(text).not.toContain("missing:");
});

test("runs a tool on the very first request, before any search", async () => {
  home.configure({ echo: stdioEntry("echo.ts") });
  const host = await home.start();
  expect((await host.execute("echo__echo", { message: "first" })).text).toBe("first");
});

test("reports a slow server as still loading, and answers with the others", async () => {
  home.configure({
    echo: stdioEntry("echo.ts"),
    sluggish: stdioEntry("slow.ts", { SLOW_LIST_MS: "60000" }),
  });
  const host = await home.start();
  const { text } = await host.search("echo message");
  expect(text).toContain("echo__echo");
  expect(text).toContain("searched 1 of 2 servers; missing: sluggish (still loading)");
});

test("says of a server that was not asked for nothing, though it is missing", async () => {
  home.configure({
    echo: stdioEntry("echo.ts"),
    sluggish: stdioEntry("slow.ts", { SLOW_LIST_MS: "60000" }),
  });
  const host = await home.start();
  const { text } = await host.search("server:echo message");
  expect(text).toContain("echo__echo");
  expect(text).not.toContain("sluggish");
  expect((await host.search("server:sluggish wait")).text).toContain(
    "searched 0 of 1 servers; missing: sluggish (still loading)",
  );
});

test("finds a slow server's tools once it has listed them", async () => {
  home.configure({
    echo: stdioEntry("echo.ts"),
    sluggish: stdioEntry("slow.ts", { SLOW_START_MS: "2500" }),
  });
  const host = await home.start();
  expect((await host.search("wait")).text).toContain("sluggish (still loading)");
  expect((await host.execute("sluggish__wait", { ms: 0 })).text).toBe("waited 0 ms");
  const { text } = await host.search("wait");
  expect(text).toContain("sluggish__wait");
  expect(text).not.toContain("missing:");
});

test("lets no broken server hide the others, and says what is wrong with each", async () => {
  home.configure({
    absent: { command: "no-such-program-anywhere" },
    crashing: stdioEntry("crash.ts", { CRASH_AT_START: "1" }),
    echo: stdioEntry("echo.ts"),
    garbled: stdioEntry("hostile.ts", { HOSTILE_MODE: "missing" }),
    unset: { command: "echo", args: ["${NO_SUCH_VARIABLE_FOR_TESTS}"] },
  });
  const host = await home.start();
  const { text, isError } = await host.search("echo message");
  expect(isError).toBe(false);
  expect(text).toContain("echo__echo");
  expect(text).toContain("searched 1 of 5 servers");
  expect(text).toMatch(/absent \([^)]*SERVER_START_FAILED\)/);
  expect(text).toMatch(/crashing \([^)]*code 7[^)]*SERVER_CLOSED\)/);
  expect(text).toMatch(/garbled \([^)]*SERVER_PROTOCOL\)/);
  expect(text).toMatch(/unset \([^)]*\)/);
});

test("tells what is wrong with a server when one of its tools is called", async () => {
  home.configure({
    crashing: stdioEntry("crash.ts", { CRASH_AT_START: "1" }),
    echo: stdioEntry("echo.ts"),
  });
  const host = await home.start();
  const { text, code } = await host.execute("crashing__ok");
  expect(code).toBe("SERVER_CLOSED");
  expect(text).toContain("cannot read the licence file");
});

test("lists the servers for an empty query", async () => {
  home.configure({ echo: stdioEntry("echo.ts"), huge: stdioEntry("huge.ts") });
  const host = await home.start();
  await host.call("execute_tool", { name: "proxy_refresh" });
  const { text } = await host.search("");
  expect(text.split("\n")).toEqual([
    "echo (10 tools): Instructions of echo",
    "huge (1 tool): Instructions of huge",
  ]);
});

test("never starts a disabled server, and does not miss it", async () => {
  home.configure({
    echo: stdioEntry("echo.ts"),
    off: { ...stdioEntry(`${import.meta.dir}/servers/counting.ts`), disabled: true },
  });
  const host = await home.start({ STARTS_FILE: home.path("starts") });
  expect((await host.search("count sheep")).text).not.toContain("off");
  expect((await host.execute("off__count_sheep")).isError).toBe(true);
  await host.close();
  expect(home.lines("starts")).toEqual([]);
});
