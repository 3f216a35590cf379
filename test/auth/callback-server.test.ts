import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import {
  type CallbackOptions,
  type CallbackServer,
  openCallbackServer,
} from "../../src/auth/callback-server.ts";
import { directFetch } from "../../src/platform/loopback.ts";
import { within } from "../fixtures/poll.ts";

const STATE = "the-state";
const CODE = `state=${STATE}&code=the-code`;
const hasIPv6 = Object.values(networkInterfaces()).some((entries) =>
  entries?.some(({ address }) => address === "::1"),
);

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

async function open(options: Partial<CallbackOptions> = {}): Promise<CallbackServer> {
  const server = await openCallbackServer({
    preferredPort: undefined,
    fixedPort: undefined,
    ...options,
  });
  opened.push(server);
  return server;
}

/** Another program on that port, or on any. */
function occupy(port = 0, hostname = "127.0.0.1"): number {
  const server = Bun.serve({ hostname, port, fetch: () => new Response("another program") });
  opened.push({ close: () => server.stop(true) });
  return server.port ?? 0;
}

async function freePort(): Promise<number> {
  const port = occupy();
  await opened.pop()?.close();
  return port;
}

function portOf({ redirectUri }: CallbackServer): number {
  return Number(new URL(redirectUri).port);
}

/** Sends the bytes, and resolves with what came back once that holds `until`. */
async function sendBytes(port: number, bytes: string, until: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  opened.push({ close: async () => socket.destroy() });
  socket.write(bytes);
  let text = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes(until)) break;
  }
  return text;
}

describe("while it waits", () => {
  let server: CallbackServer;
  let received: Promise<URLSearchParams>;

  beforeEach(async () => {
    server = await open();
    received = server.receive(STATE, new AbortController().signal);
  });

  async function expectStillWaiting(): Promise<void> {
    const response = await directFetch(`${server.redirectUri}?state=${STATE}&code=right`);
    expect(response.status).toBe(200);
    expect((await received).get("code")).toBe("right");
  }

  test("resolves with the params of the redirect, and says so in the browser", async () => {
    const response = await directFetch(`${server.redirectUri}?${CODE}&iss=https%3A%2F%2Fas.test`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toContain("You're signed in");
    const params = { state: STATE, code: "the-code", iss: "https://as.test" };
    expect(Object.fromEntries(await received)).toEqual(params);
  });

  test.each([
    ["an error", "error=access_denied&error_description=%3Cb%3Eno%3C%2Fb%3E"],
    ["an error beside a code", "code=the-code&error=server_error"],
    ["neither code nor error", "scope=all"],
  ])("resolves with %s too, and shows the failure without repeating it", async (_, query) => {
    const response = await directFetch(`${server.redirectUri}?state=${STATE}&${query}`);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain("Sign-in didn't go through");
    for (const value of [...new URLSearchParams(query).values(), STATE]) {
      expect(html).not.toContain(value);
    }
    expect((await received).toString()).toBe(
      new URLSearchParams(`state=${STATE}&${query}`).toString(),
    );
  });

  test.each([
    ["another path", `/?${CODE}`],
    ["the fixed port's path", `/callback?${CODE}`],
    ["a longer path", `/oauth/callback/more?${CODE}`],
    ["another state", "/oauth/callback?state=other&code=wrong"],
    ["an empty state", "/oauth/callback?state=&code=wrong"],
    ["no state", "/oauth/callback?code=wrong"],
    ["no query", "/oauth/callback"],
    ["the state in capitals", `/oauth/callback?state=${STATE.toUpperCase()}&code=wrong`],
    ["the state in second place", `/oauth/callback?state=other&state=${STATE}&code=wrong`],
  ])("answers 400 to %s and goes on waiting", async (_, target) => {
    const response = await directFetch(new URL(target, server.redirectUri));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("No sign-in is waiting here");
    await expectStillWaiting();
  });

  test.each(["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])(
    "answers 400 to %s and goes on waiting",
    async (method) => {
      const response = await directFetch(`${server.redirectUri}?${CODE}`, { method });
      expect(response.status).toBe(400);
      await expectStillWaiting();
    },
  );

  test.each([
    ["a name that was rebound", "evil.test"],
    ["a name that looks like an address", "127.0.0.1.evil.test"],
    ["a user before the address", "evil.test@127.0.0.1"],
    ["a malformed name", "not a host"],
    ["no name", ""],
  ])("answers 400 to the host that is %s and goes on waiting", async (_, host) => {
    const request = `GET /oauth/callback?${CODE} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const response = await sendBytes(portOf(server), request, "</html>");
    expect(response).toStartWith("HTTP/1.1 400 ");
    expect(response).toContain("No sign-in is waiting here");
    await expectStillWaiting();
  });

  test("refuses a query of 100 KB and goes on waiting", async () => {
    const filler = "x".repeat(100_000);
    const response = await directFetch(`${server.redirectUri}?${CODE}&filler=${filler}`);
    expect(response.status).toBe(431);
    await expectStillWaiting();
  });

  test("takes a code of 8 KB", async () => {
    const code = "x".repeat(8_000);
    await directFetch(`${server.redirectUri}?state=${STATE}&code=${code}`);
    expect((await received).get("code")).toBe(code);
  });

  test("shows the same page on a reload", async () => {
    await directFetch(`${server.redirectUri}?${CODE}`);
    const reloaded = await directFetch(`${server.redirectUri}?${CODE}`);
    expect(await reloaded.text()).toContain("You're signed in");
  });

  test("keeps the first redirect when a second one carries another code", async () => {
    await directFetch(`${server.redirectUri}?${CODE}`);
    const second = await directFetch(`${server.redirectUri}?state=${STATE}&code=second`);
    expect(second.status).toBe(400);
    expect((await received).get("code")).toBe("the-code");
  });
});

describe("the wait", () => {
  test("has not begun before anybody asks", async () => {
    const server = await open();
    expect((await directFetch(`${server.redirectUri}?${CODE}`)).status).toBe(400);
  });

  test("ends with the signal's reason, and the redirect is then too late", async () => {
    const server = await open();
    const controller = new AbortController();
    const received = server.receive(STATE, controller.signal);
    controller.abort();
    await expect(within(received, 5_000)).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
    expect((await directFetch(`${server.redirectUri}?${CODE}`)).status).toBe(400);
  });

  test("ends at once when the signal has fired before", async () => {
    const server = await open();
    const received = server.receive(STATE, AbortSignal.abort(new Error("too late")));
    await expect(within(received, 5_000)).rejects.toThrow("too late");
  });
});

describe("the port", () => {
  test("is any, with an address that needs no name to be resolved", async () => {
    const { redirectUri } = await open();
    expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/oauth\/callback$/);
  });

  test("is that of the earlier registration when it is free", async () => {
    const preferredPort = await freePort();
    expect(portOf(await open({ preferredPort }))).toBe(preferredPort);
  });

  test("is another when that of the earlier registration is taken", async () => {
    const preferredPort = occupy();
    const server = await open({ preferredPort });
    expect(portOf(server)).not.toBe(preferredPort);
    expect((await directFetch(server.redirectUri)).status).toBe(400);
  });

  test("is never shared with another sign-in", async () => {
    const preferredPort = portOf(await open());
    expect(portOf(await open({ preferredPort }))).not.toBe(preferredPort);
    const fixedPort = await freePort();
    await open({ fixedPort });
    await expect(open({ fixedPort })).rejects.toThrow(
      expect.objectContaining({ code: "EADDRINUSE" }),
    );
  });

  test.each(["localhost", "127.0.0.1", ...(hasIPv6 ? ["[::1]"] : [])])(
    "can be fixed, and is then reached by way of %s",
    async (host) => {
      const fixedPort = await freePort();
      const server = await open({ fixedPort });
      expect(server.redirectUri).toBe(`http://localhost:${fixedPort}/callback`);
      const received = server.receive(STATE, new AbortController().signal);
      const response = await directFetch(`http://${host}:${fixedPort}/callback?${CODE}`);
      expect(response.status).toBe(200);
      expect((await received).get("code")).toBe("the-code");
    },
  );

  test("that is fixed may not be taken", async () => {
    const fixedPort = occupy();
    await expect(open({ fixedPort })).rejects.toThrow(
      expect.objectContaining({ code: "EADDRINUSE" }),
    );
  });

  // A program on [::1] alone would get what the browser sends to "localhost".
  test.skipIf(!hasIPv6)("that is fixed may not be taken on [::1] alone", async () => {
    const fixedPort = occupy(await freePort(), "::1");
    await expect(open({ fixedPort })).rejects.toThrow(
      expect.objectContaining({ code: "EADDRINUSE" }),
    );
    expect(occupy(fixedPort)).toBe(fixedPort);
  });
});

describe("close", () => {
  test("lets the page arrive and frees the port", async () => {
    const server = await open();
    const received = server.receive(STATE, new AbortController().signal);
    const page = directFetch(`${server.redirectUri}?${CODE}`).then((response) => response.text());
    await received;
    await server.close();
    expect(await page).toEndWith("</html>\n");
    expect(occupy(portOf(server))).toBe(portOf(server));
  });

  test("frees a fixed port", async () => {
    const fixedPort = await freePort();
    await (await open({ fixedPort })).close();
    expect(portOf(await open({ fixedPort }))).toBe(fixedPort);
  });

  test("does not wait for a request that never ends", async () => {
    const server = await open();
    const socket = connect(portOf(server), "127.0.0.1");
    await once(socket, "connect");
    socket.write("GET /oauth/call");
    // Connections are served in turn: an answer to the next one shows that this one was read.
    await directFetch(server.redirectUri);
    const closed = once(socket, "close");
    await within(server.close(), 5_000);
    await closed;
  });

  test("may be called twice", async () => {
    const server = await open();
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});
