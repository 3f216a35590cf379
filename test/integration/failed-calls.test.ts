import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startHttpFixture } from "../fixtures/http/http-server.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
beforeEach(() => {
  home = new ProxyHome();
});
afterEach(() => home[Symbol.asyncDispose]());

describe("a call that cannot be made", () => {
  test("names the three nearest tools for one that does not exist", async () => {
    home.configure({ echo: stdioEntry("echo.ts", { ECHO_EXTRA_TOOLS: "12" }) });
    const host = await home.start();
    const { text, code } = await host.execute("echo__extra_tool_1");
    expect(code).toBe("TOOL_UNKNOWN");
    const nearest = /nearest names are (.*)/.exec(text)?.[1]?.split(", ");
    expect(nearest).toHaveLength(3);
    expect(nearest).toContain("echo__extra_1");
  });

  test("says what is missing, quoting the expected arguments, and does not reach the server", async () => {
    home.configure({ echo: stdioEntry("echo.ts") });
    const host = await home.start();
    const { text, code } = await host.execute("echo__add", { a: 1 });
    expect(code).toBe("ARGUMENTS_INVALID");
    expect(text).toContain('missing "b"');
    expect(text).toContain("[a:number*, b:number*]");
    expect((await host.execute("echo__stats")).text).toContain('"calls":1');
  });

  test("says that a server is disabled", async () => {
    home.configure({
      echo: stdioEntry("echo.ts"),
      off: { ...stdioEntry("echo.ts"), disabled: true },
    });
    const host = await home.start();
    expect((await host.execute("off__echo", { message: "hi" })).code).toBe("SERVER_DISABLED");
  });

  test("says that a name of a tool belongs into execute_tool", async () => {
    home.configure({ echo: stdioEntry("echo.ts") });
    const host = await home.start();
    const { text, code } = await host.call("echo__echo", { message: "hi" });
    expect(code).toBe("TOOL_UNKNOWN");
    expect(text).toContain('execute_tool {"name": "echo__echo"');
  });
});

describe("a call that the server refuses", () => {
  test("quotes the expected arguments when it says -32602", async () => {
    home.configure({ echo: stdioEntry("echo.ts") });
    const host = await home.start();
    const args = { code: -32602, message: "code must be a prime" };
    const { text, code } = await host.execute("echo__rpc_error", args);
    expect(code).toBe("ARGUMENTS_INVALID");
    expect(text).toContain("code must be a prime");
    expect(text).toContain("[code:integer, message:string]");
  });

  test("is a tool error with the server's code and words for any other error", async () => {
    home.configure({ echo: stdioEntry("echo.ts") });
    const host = await home.start();
    const args = { code: -32042, message: "closed on Sundays" };
    const { text, code, isError } = await host.execute("echo__rpc_error", args);
    expect({ code, isError }).toEqual({ code: "SERVER_ERROR", isError: true });
    expect(text).toContain("-32042: closed on Sundays");
  });
});

describe("a call to a server that dies", () => {
  test("says so with its last words; the next call is served", async () => {
    home.configure({ crash: stdioEntry("crash.ts"), echo: stdioEntry("echo.ts") });
    const host = await home.start();
    const { text, code } = await host.execute("crash__crash");
    expect(code).toBe("SERVER_CLOSED");
    expect(text).toContain('server "crash" exited with code 3');
    expect(text).toContain("crash: giving up");
    expect((await host.execute("crash__ok")).text).toBe("ok");
    expect((await host.execute("echo__echo", { message: "fine" })).text).toBe("fine");
  });
});

describe("a call that takes too long", () => {
  test.each([
    { whose: "the call", timeout: 0.3, entry: {}, settings: {} },
    { whose: "the server", timeout: undefined, entry: { call_timeout_seconds: 0.3 }, settings: {} },
    { whose: "all", timeout: undefined, entry: {}, settings: { call_timeout_seconds: 0.3 } },
    {
      whose: "the call before that of the server",
      timeout: 0.3,
      entry: { call_timeout_seconds: 60 },
      settings: {},
    },
    {
      whose: "the server before that of all",
      timeout: undefined,
      entry: { call_timeout_seconds: 0.3 },
      settings: { call_timeout_seconds: 60 },
    },
  ])("ends by the timeout of $whose", async ({ timeout, entry, settings }) => {
    home.configure({ slow: { ...stdioEntry("slow.ts"), ...entry } }, settings);
    const host = await home.start();
    await host.execute("proxy_refresh");
    await host.execute("slow__wait", { ms: 0 }, { timeout: 20 });
    const { text, code } = await host.execute("slow__hang", {}, { timeout });
    expect(code).toBe("CALL_TIMEOUT");
    expect(text).toContain("call_timeout_seconds");
    expect((await host.execute("slow__cancelled", {}, { timeout: 20 })).text).toContain("hang");
  });

  test("ends by its timeout too while the server's tools are still being read", async () => {
    home.configure({ sluggish: stdioEntry("slow.ts", { SLOW_LIST_MS: "60000" }) });
    const host = await home.start();
    const { code } = await host.execute("sluggish__wait", { ms: 0 }, { timeout: 0.5 });
    expect(code).toBe("CALL_TIMEOUT");
  });

  test("may take as long as the call allows, whatever the settings say", async () => {
    const entry = { ...stdioEntry("slow.ts"), call_timeout_seconds: 0.2 };
    home.configure({ slow: entry });
    const host = await home.start();
    await host.execute("proxy_refresh");
    const { text } = await host.execute("slow__wait", { ms: 600 }, { timeout: 20 });
    expect(text).toBe("waited 600 ms");
  });
});

test("a web server that needs a sign-in is named so in search, status and calls", async () => {
  await using http = startHttpFixture();
  http.intercept = () => new Response("who?", { status: 401 });
  home.configure({
    locked: { url: http.url("/mcp").href, oauth: false },
    echo: stdioEntry("echo.ts"),
  });
  const host = await home.start();
  await host.execute("proxy_refresh");
  expect((await host.search("echo")).text).toContain("missing: locked (needs sign-in)");
  expect((await host.execute("proxy_status")).text).toContain('"needs-auth"');
  expect((await host.execute("locked__anything")).code).toBe("AUTH_REQUIRED");
});
