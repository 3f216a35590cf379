import { expect, test } from "bun:test";
import { fixture } from "./entries.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { until } from "./until.ts";

/** A first search that waits until all that can be known is known. */
async function settledSearch(host: SdkHost, query: string): Promise<string> {
  return until("no server is loading any more", async () => {
    const answer = await host.search(query);
    return !/loading|loaded/.test(answer) && answer;
  });
}

test.each([
  ["a program that does not exist", { command: "/no/such/program" }, "SERVER_START_FAILED"],
  [
    "a folder that does not exist",
    { ...fixture("echo.ts"), cwd: "/no/such" },
    "SERVER_START_FAILED",
  ],
  ["a server that dies at once", fixture("crash.ts", { CRASH_AT_START: "1" }), "SERVER_CLOSED"],
  ["a program that is no server", { command: "true" }, "SERVER_CLOSED"],
  ["nobody at its address", { type: "http", url: "http://127.0.0.1:1/mcp" }, "SERVER_UNREACHABLE"],
  [
    "nobody at its SSE address",
    { type: "sse", url: "http://127.0.0.1:1/sse" },
    "SERVER_UNREACHABLE",
  ],
  ["an entry of a wrong type", { command: 42 }, "CONFIG_INVALID"],
  ["an empty command", { command: "" }, "CONFIG_INVALID"],
  ["an address that is none", { type: "http", url: "not a url" }, "CONFIG_INVALID"],
  ["a missing variable", { command: "x", env: { A: "${NOT_SET_ANYWHERE}" } }, "ENV_MISSING"],
  ["a server that never lists", { command: "sh", args: ["-c", "echo; exit 0"] }, "SERVER_CLOSED"],
])("serves the others beside %s, and says why it is missing", async (_name, bad, code) => {
  await using sandbox = new Sandbox({ mcpServers: { bad, good: fixture("echo.ts") } });
  const host = await SdkHost.connect(sandbox);
  const answer = await settledSearch(host, "add two numbers");
  expect(answer).toContain("good__add");
  expect(answer).toContain("searched 1 of 2 servers; missing: bad (");
  expect(textOf(await host.execute("good__echo", { message: "served" }))).toBe("served");
  const result = await host.execute("bad__anything");
  expect(result).toMatchObject({
    isError: true,
    _meta: { "mcpzip/error": { code, server: "bad" } },
  });
});

test("refuses a server name with __ in it and serves the others", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { no__good: fixture("echo.ts"), good: fixture("echo.ts") },
  });
  const host = await SdkHost.connect(sandbox);
  const answer = await settledSearch(host, "add two numbers");
  expect(answer).toContain("good__add");
  expect(answer).toContain("no__good");
  expect(host.stderr).toContain("no__good");
});

test("names the server, the field and the variable that is missing", async () => {
  await using sandbox = new Sandbox({
    mcpServers: {
      needy: { command: "x", args: ["--token", "${MISSING_TOKEN}"] },
      needy_too: { type: "http", url: "https://example.com/mcp", headers: { A: "${MISSING_TOO}" } },
      good: fixture("echo.ts", { GIVEN: "${GIVEN}", DEFAULT: "${NOT_SET:-by default}" }),
    },
  });
  const host = await SdkHost.connect(sandbox, { env: { GIVEN: "by the host" } });
  const answer = await settledSearch(host, "echo");
  expect(answer).toMatch(/missing: needy \(.*args\[1\].*MISSING_TOKEN.*ENV_MISSING\)/);
  expect(answer).toMatch(/needy_too \(.*headers\.A.*MISSING_TOO.*ENV_MISSING\)/);
  expect(textOf(await host.execute("good__env", { name: "GIVEN" }))).toBe("by the host");
  expect(textOf(await host.execute("good__env", { name: "DEFAULT" }))).toBe("by default");
  expect(host.stderr).toContain("MISSING_TOKEN");
});

test("answers the first search within seconds while a server hangs, and says that it is loading", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { good: fixture("echo.ts"), stuck: fixture("slow.ts", { SLOW_START_MS: "60000" }) },
  });
  const host = await SdkHost.connect(sandbox);
  const startedAt = performance.now();
  const answer = await host.search("add two numbers");
  expect(performance.now() - startedAt).toBeLessThan(8000);
  expect(answer).toContain("good__add");
  expect(answer).toContain("stuck (still loading)");
});

test("neither starts a disabled server nor misses it", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { good: fixture("echo.ts"), off: { ...fixture("echo.ts"), disabled: true } },
  });
  const host = await SdkHost.connect(sandbox);
  const answer = await settledSearch(host, "echo");
  expect(answer).not.toContain("off");
  expect(host.client.getInstructions()).not.toContain("off");
  expect(await host.execute("off__echo", { message: "hi" })).toMatchObject({ isError: true });
});
