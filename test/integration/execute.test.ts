import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { type HttpFixture, startHttpFixture } from "../fixtures/http/http-server.ts";
import { PICTURE } from "../fixtures/http/picture.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { ProxyHost } from "../fixtures/proxy-host.ts";
import { VERBATIM } from "./servers/verbatim-text.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
let http: HttpFixture;
let host: ProxyHost;

beforeAll(async () => {
  home = new ProxyHome();
  http = startHttpFixture();
  home.configure({
    stdio: stdioEntry("echo.ts"),
    http: { url: http.url("/mcp").href, headers: { "x-team": "blue" } },
    sse: { type: "sse", url: http.url("/sse").href, headers: { "x-team": "blue" } },
    verbatim: stdioEntry(`${import.meta.dir}/servers/verbatim.ts`),
    huge: stdioEntry("huge.ts"),
    noisy: stdioEntry("noisy.ts"),
  });
  host = await home.start();
  await host.execute("proxy_refresh");
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await http.stop();
});

describe("a result from stdio", () => {
  test("with images, audio, resources and unknown parts arrives byte for byte", async () => {
    const { json } = await host.execute("stdio__picture");
    expect(json).toBe(JSON.stringify(PICTURE));
  });

  test("that no parser would give back as it was arrives byte for byte", async () => {
    const { json } = await host.execute("verbatim__verbatim");
    expect(json).toBe(VERBATIM);
  });

  test("with structured content arrives byte for byte", async () => {
    const { json } = await host.execute("stdio__add", { a: 1, b: 2 });
    expect(json).toBe('{"content":[{"type":"text","text":"3"}],"structuredContent":{"sum":3}}');
  });

  test("that is an error of the tool arrives as it is, not as an error of ours", async () => {
    const { json, code } = await host.execute("stdio__fail");
    expect(json).toBe('{"content":[{"type":"text","text":"it failed, as asked"}],"isError":true}');
    expect(code).toBeUndefined();
  });

  test("of 20 MB arrives whole", async () => {
    const bytes = 20 * 1024 * 1024;
    const { text, result } = await host.execute("huge__huge", { bytes });
    const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(result._meta).toEqual({ sha256 });
  });

  test("of a server that prints noise around its answers is found", async () => {
    expect((await host.execute("noisy__say", { message: "heard" })).text).toBe("heard");
  });
});

describe("arguments for stdio", () => {
  test("keep numbers that no double can hold", async () => {
    const args = new RawJson(Buffer.from('{"id":12345678901234567890}'));
    const { text } = await host.execute("stdio__big_number", args);
    expect(text).toContain('"arguments":{"id":12345678901234567890}');
  });

  test("arrive as the text that the model wrote", async () => {
    const written = '{ "a" : 1.0, "b":"\\u00fc\\/", "a2":[1e400 ,{}] }';
    const args = new RawJson(Buffer.from(written));
    const { text } = await host.execute("verbatim__request_line", args);
    expect(text).toContain(`"arguments":${written}`);
  });

  test("may come as a string of JSON, which is unwrapped", async () => {
    const { text } = await host.execute("stdio__echo", '{"message":"unwrapped"}');
    expect(text).toBe("unwrapped");
  });

  test("are an empty object when there are none", async () => {
    const { text } = await host.execute("verbatim__request_line", null);
    expect(text).toContain('"arguments":{}');
  });

  test("come with the host's _meta", async () => {
    const args = { name: "verbatim__request_line" };
    const { text } = await host.call("execute_tool", args, { "example.com/trace": "abc" });
    expect(JSON.parse(text)).toMatchObject({ params: { _meta: { "example.com/trace": "abc" } } });
  });
});

describe.each(["http", "sse"])("a call over %s", (server) => {
  test("gives every kind of content and unknown fields", async () => {
    expect((await host.execute(`${server}__picture`)).result).toEqual(PICTURE);
  });

  test("gives structured content", async () => {
    const { result } = await host.execute(`${server}__add`, { a: 1, b: 2 });
    expect(result).toEqual({
      content: [{ type: "text", text: "3" }],
      structuredContent: { sum: 3 },
    });
  });

  test("gives an error of the tool as it is", async () => {
    const { result } = await host.execute(`${server}__fail`);
    expect(result).toEqual({
      content: [{ type: "text", text: "it failed, as asked" }],
      isError: true,
    });
  });

  test("sends the configured headers", async () => {
    const { text } = await host.execute(`${server}__headers`);
    expect(JSON.parse(text)).toMatchObject({ "x-team": "blue" });
  });
});

test("many calls to all servers at once each get their own answer", async () => {
  const calls = Array.from({ length: 60 }, async (_, i) => {
    const server = ["stdio", "http", "sse"][i % 3];
    const { text } = await host.execute(`${server}__echo`, { message: `call ${i}` });
    return text;
  });
  expect(await Promise.all(calls)).toEqual(calls.map((_, i) => `call ${i}`));
});
