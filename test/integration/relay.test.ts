import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type AskingHttp, startAskingHttp } from "../fixtures/http/asking-http.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { HostOptions, ProxyHost } from "../fixtures/proxy-host.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const ABLE = {
  elicitation: { form: { futureOption: 1 }, url: {} },
  sampling: { tools: {} },
  roots: { listChanged: true },
  experimental: { "example.com/x": {} },
};

let home: ProxyHome;
let http: AskingHttp;

beforeEach(() => {
  home = new ProxyHome();
  http = startAskingHttp();
  home.configure({
    stdio: stdioEntry(`${import.meta.dir}/servers/asking.ts`),
    http: { url: http.url },
  });
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await http[Symbol.asyncDispose]();
});

async function start(
  onRequest: HostOptions["onRequest"] = () => undefined,
  capabilities: Record<string, unknown> = ABLE,
): Promise<ProxyHost> {
  const host = await home.start({}, { capabilities, onRequest });
  await host.execute("proxy_refresh");
  return host;
}

const callOf = (name: string, args: object) => ({
  name: "execute_tool",
  arguments: { name, arguments: args },
});

describe.each(["stdio", "http"])("a server over %s", (server) => {
  test("reaches the person through the host, question and answer whole", async () => {
    const answer = { action: "accept", content: { name: "Ada" }, futureField: [null, 1] };
    const host = await start(() => answer);
    const question = {
      message: "Who are you?",
      requestedSchema: { type: "object", properties: { name: { type: "string", "x-note": 1 } } },
      futureField: { a: [1] },
      _meta: { "example.com/y": true, progressToken: 7 },
    };
    const ask = { method: "elicitation/create", ...question };
    const { text } = await host.execute(`${server}__ask`, ask);
    expect(JSON.parse(text)).toEqual({ result: answer });
    expect(host.requests).toHaveLength(1);
    expect(host.requests[0]).toMatchObject({ method: "elicitation/create" });
    expect(host.requests[0]?.params).toEqual({
      ...question,
      _meta: { "example.com/y": true, "mcpzip/server": server },
    });
  });

  test.each(["sampling/createMessage", "roots/list"])("is answered %s", async (method) => {
    const host = await start(() => ({ some: { result: 1 } }));
    const { text } = await host.execute(`${server}__ask`, { method, maxTokens: 5 });
    expect(JSON.parse(text)).toEqual({ result: { some: { result: 1 } } });
    expect(host.requests[0]).toMatchObject({ method, params: { maxTokens: 5 } });
  });

  test("gets the host's error as it is", async () => {
    const error = { code: -1, message: "User rejected it", data: { why: ["no"] } };
    const host = await start(() => ({ error }));
    const ask = { method: "sampling/createMessage" };
    const outcome = JSON.parse((await host.execute(`${server}__ask`, ask)).text);
    expect(outcome.error).toMatchObject({ code: -1, data: { why: ["no"] } });
    expect(outcome.error.message).toContain("User rejected it");
  });

  test("is told what the host can do, and nothing else", async () => {
    const host = await start();
    const { text } = await host.execute(`${server}__declared`);
    const { elicitation, sampling } = ABLE;
    expect(JSON.parse(text)).toEqual({ elicitation, sampling, roots: {} });
  });

  test("finds none of it where the host can do nothing", async () => {
    const host = await start(() => ({}), {});
    expect((await host.execute(`${server}__declared`)).text).toBe("{}");
    for (const method of ["elicitation/create", "sampling/createMessage", "roots/list"]) {
      const { text } = await host.execute(`${server}__ask`, { method });
      expect(JSON.parse(text)).toMatchObject({ error: { code: -32601 } });
    }
    expect(host.requests).toEqual([]);
  });

  test("cannot ask for anything else", async () => {
    const host = await start(() => ({}));
    for (const method of ["tools/list", "tools/call", "logging/setLevel"]) {
      const { text } = await host.execute(`${server}__ask`, { method });
      expect(JSON.parse(text)).toMatchObject({ error: { code: -32601 } });
    }
    expect(host.requests).toEqual([]);
  });

  test("may ask when no call is under way", async () => {
    const host = await start(() => ({ roots: [] }));
    // A server may lose what it says while the stream that carries it is not open yet.
    await poll(async () => {
      await host.execute(`${server}__ask_later`, { method: "roots/list" });
      const { text } = await host.execute(`${server}__outcomes`);
      return JSON.parse(text)[0]?.result;
    });
  });

  test("that gives up takes its question back from the host", async () => {
    const host = await start();
    const { answer } = host.begin(
      "tools/call",
      callOf(`${server}__ask`, { method: "elicitation/create" }),
    );
    await until(() => host.requests.length === 1);
    await host.execute(`${server}__give_up`);
    await answer;
    const cancelled = await poll(() =>
      host.notifications.find(({ method }) => method === "notifications/cancelled"),
    );
    expect(cancelled).toMatchObject({ params: { requestId: host.requests[0]?.id } });
  });

  test("whose call the host cancels takes its question back", async () => {
    const host = await start();
    const ask = callOf(`${server}__ask`, { method: "elicitation/create" });
    const { id } = host.begin("tools/call", ask);
    await until(() => host.requests.length === 1);
    host.notify("notifications/cancelled", { requestId: id });
    const cancelled = await poll(() =>
      host.notifications.find(({ method }) => method === "notifications/cancelled"),
    );
    expect(cancelled).toMatchObject({ params: { requestId: host.requests[0]?.id } });
  });

  test("may let a person think for longer than the call's time-out", async () => {
    const host = await start(async () => {
      await Bun.sleep(1800);
      return { action: "decline" };
    });
    const ask = { method: "elicitation/create" };
    const { text } = await host.execute(`${server}__ask`, ask, { timeout: 1 });
    expect(JSON.parse(text)).toEqual({ result: { action: "decline" } });
  });

  test("tells the host that a page has served its purpose", async () => {
    const host = await start();
    const told = await poll(async () => {
      await host.execute(`${server}__page_done`);
      return host.notifications[0];
    });
    expect(told).toMatchObject({
      method: "notifications/elicitation/complete",
      params: { elicitationId: "page 1", extra: [1] },
    });
  });

  test("may send the person to a page before it answers", async () => {
    const host = await start();
    const { answer } = host.begin("tools/call", callOf(`${server}__page_needed`, {}));
    expect((await answer).parse()).toMatchObject({
      error: {
        code: -32042,
        message: expect.any(String),
        data: { elicitations: [{ url: "https://example.com/page" }] },
      },
    });
  });
});
