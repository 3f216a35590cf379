import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";
import { poll, TEST_TIMEOUT_MS, until, within } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { ProxyHost } from "../fixtures/proxy-host.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
let http: HttpFixture;
let host: ProxyHost;

beforeEach(async () => {
  home = new ProxyHome();
  http = startHttpFixture();
  home.configure({
    stdio: stdioEntry("slow.ts"),
    http: { url: http.url("/mcp").href },
    sse: { type: "sse", url: http.url("/sse").href },
  });
  host = await home.start();
  await host.execute("proxy_refresh");
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await http.stop();
});

const callOf = (name: string, args: object, progressToken?: unknown) => ({
  name: "execute_tool",
  arguments: { name, arguments: args },
  ...(progressToken !== undefined && { _meta: { progressToken } }),
});

describe.each(["stdio", "http", "sse"])("a call over %s", (server) => {
  test("that the host cancels is cancelled at the server, and not answered", async () => {
    const { id, answer } = host.begin("tools/call", callOf(`${server}__hang`, {}));
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    // One after the other on the way to the server, so that the call is there when this is answered.
    expect((await host.execute(`${server}__cancelled`)).text).toBe("[]");
    host.notify("notifications/cancelled", { requestId: id, reason: "changed my mind" });
    await poll(async () => {
      const { text } = await host.execute(`${server}__cancelled`);
      return text.includes('"tool":"hang"') || undefined;
    });
    // An answer would have come before those of the calls above.
    expect(isAnswered).toBe(false);
  });

  test.each(["a text", 7])("reports progress under the host's token %p", async (token) => {
    const args = { ms: 700, progressEveryMs: 100 };
    const { answer } = host.begin("tools/call", callOf(`${server}__wait`, args, token));
    await within(answer, 20_000);
    const progress = host.notifications.filter(({ method }) => method === "notifications/progress");
    expect(progress.length).toBeGreaterThan(1);
    expect(progress[0]).toMatchObject({
      params: { progressToken: token, progress: 100, total: 700 },
    });
  });

  test("reports no progress to a host that did not ask for it", async () => {
    const args = { ms: 300, progressEveryMs: 50 };
    const { text } = await host.execute(`${server}__wait`, args);
    expect(text).toBe("waited 300 ms");
    expect(host.notifications).toEqual([]);
  });

  test("that reports progress may take longer than its timeout", async () => {
    const args = { ms: 2500, progressEveryMs: 100 };
    const { text } = await host.execute(`${server}__wait`, args, { timeout: 1 });
    expect(text).toBe("waited 2500 ms");
  });
});

test("a server that is still at work does not keep mcpzip from leaving with its host", async () => {
  for (const server of ["stdio", "http", "sse"]) {
    void host.begin("tools/call", callOf(`${server}__hang`, {}));
  }
  await until(() => http.seen.filter(({ rpcMethod }) => rpcMethod === "tools/call").length === 2);
  const began = performance.now();
  expect(await host.close()).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
});

test("servers that never answer the handshake do not keep mcpzip from leaving", async () => {
  http.intercept = () => new Promise<never>(() => {});
  const sleeper = { command: "sleep", args: ["60"] };
  home.configure({
    silent_http: { url: http.url("/mcp").href },
    silent_sse: { type: "sse", url: http.url("/sse").href },
    silent_stdio: sleeper,
  });
  const other = await home.start();
  void other.begin("tools/call", { name: "search_tools", arguments: { query: "anything" } });
  const seenBefore = http.seen.length;
  await until(() => http.seen.length >= seenBefore + 2);
  const began = performance.now();
  expect(await other.close()).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
});
