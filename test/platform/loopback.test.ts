import { afterEach, beforeEach, expect, test } from "bun:test";
import { directFetch } from "../../src/platform/loopback.ts";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";

let proxy: HttpFixture;
let server: HttpFixture;
let saved: string | undefined;

beforeEach(() => {
  proxy = startHttpFixture();
  server = startHttpFixture();
  saved = process.env.HTTP_PROXY;
  process.env.HTTP_PROXY = proxy.url("/").href;
  proxy.intercept = () => new Response("by proxy");
  server.intercept = () => new Response("directly");
});
afterEach(async () => {
  if (saved === undefined) delete process.env.HTTP_PROXY;
  else process.env.HTTP_PROXY = saved;
  await proxy.stop();
  await server.stop();
});

test.each(["127.0.0.1", "localhost"])(
  "goes to %s directly, whatever HTTP_PROXY says",
  async (host) => {
    const response = await directFetch(`http://${host}:${server.port}/`);
    expect(await response.text()).toBe("directly");
    expect(proxy.seen).toEqual([]);
  },
);

test("goes to other hosts through HTTP_PROXY", async () => {
  const response = await directFetch("http://mcp.example.invalid/");
  expect(await response.text()).toBe("by proxy");
});
