import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { EndpointError, endpointUrl, postJson } from "../../../src/search/models/endpoint.ts";
import { TEST_TIMEOUT_MS, until } from "../../fixtures/poll.ts";
import { hang, KEY, ModelEndpoint } from "./model-endpoint.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let endpoint: ModelEndpoint;

beforeEach(() => {
  endpoint = new ModelEndpoint(() => Response.json({ fine: true }));
});

afterEach(() => endpoint[Symbol.asyncDispose]());

function post(options: { signal?: AbortSignal; key?: string; url?: URL } = {}): Promise<unknown> {
  const { signal = new AbortController().signal, key = KEY, url = endpoint.url("/x") } = options;
  const headers = { Authorization: `Bearer ${key}` };
  return postJson({ url, headers, body: { query: "s3cret" }, signal, maxBytes: 1000 });
}

/** The error of a request, which shows neither key nor query. */
async function failure(options: Parameters<typeof post>[0] = {}): Promise<EndpointError> {
  const error: unknown = await post(options).catch((thrown: unknown) => thrown);
  if (!(error instanceof EndpointError)) throw error;
  expect(Bun.inspect(error)).not.toContain("s3cret");
  return error;
}

describe("a request", () => {
  test("posts the body and gives the answer", async () => {
    expect(await post()).toEqual({ fine: true });
    expect(endpoint.seen[0]?.body).toEqual({ query: "s3cret" });
    expect(endpoint.seen[0]?.headers.get("content-type")).toBe("application/json");
  });

  test("shows its key in the header alone", async () => {
    await post();
    expect(endpoint.seen[0]?.headers.get("authorization")).toBe(`Bearer ${KEY}`);
    expect(endpoint.seen[0]?.path).toBe("/x");
  });

  test("does not follow to another place, where its key would go too", async () => {
    const other = new ModelEndpoint(() => Response.json({}));
    endpoint.answer = () => Response.redirect(other.url("/").href, 307);
    expect(await failure()).toMatchObject({ status: 307, isTemporary: false });
    expect(other.seen).toEqual([]);
    await other[Symbol.asyncDispose]();
  });

  test("ends with its signal, while it waits and while it reads", async () => {
    endpoint.answer = hang;
    await expect(post({ signal: AbortSignal.timeout(20) })).rejects.toThrow("timed out");
    endpoint.answer = () => new Response(new ReadableStream({ start: (to) => to.enqueue("[") }));
    await expect(post({ signal: AbortSignal.timeout(20) })).rejects.toThrow("timed out");
    await expect(post({ signal: AbortSignal.abort(new Error("over")) })).rejects.toThrow("over");
  });
});

describe("an answer", () => {
  test.each([
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])("of HTTP %i says so, and whether to try again", async (status, isTemporary) => {
    endpoint.answer = () => new Response("your key s3cret is bad", { status });
    expect(await failure()).toMatchObject({
      message: `${endpoint.host} answered HTTP ${status}`,
      status,
      isTemporary,
    });
  });

  test.each([
    ["7", 7000],
    ["0", 0],
    ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
    ["soon", undefined],
  ])("with Retry-After: %s", async (value, retryAfterMs) => {
    const headers = { "Retry-After": value };
    endpoint.answer = () => new Response("", { status: 429, headers });
    expect((await failure()).retryAfterMs).toBe(retryAfterMs);
  });

  test("with a date waits for it", async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    endpoint.answer = () => new Response("", { status: 503, headers: { "Retry-After": date } });
    expect((await failure()).retryAfterMs).toBeWithin(50_000, 60_001);
  });

  test.each(["<html>sign in</html>", "", '{"half":', '{"value": NaN}'])(
    "that is not JSON is an error: %s",
    async (text) => {
      endpoint.answer = () => new Response(text, { headers: { "Content-Type": "text/html" } });
      expect((await failure()).message).toBe(`${endpoint.host} did not answer with JSON`);
    },
  );

  test("that is too long is not read to its end, packed or not", async () => {
    const long = JSON.stringify("x".repeat(5_000_000));
    const message = `${endpoint.host} answered with over 1000 bytes`;
    endpoint.answer = () => new Response(long);
    expect((await failure()).message).toBe(message);
    const headers = { "Content-Encoding": "gzip" };
    endpoint.answer = () => new Response(Bun.gzipSync(long), { headers });
    expect((await failure()).message).toBe(message);
    let isCancelled = false;
    const endless = () =>
      new ReadableStream({
        pull: (to) => to.enqueue(new Uint8Array(10_000)),
        cancel: () => void (isCancelled = true),
      });
    endpoint.answer = () => new Response(endless());
    expect((await failure()).message).toBe(message);
    await until(() => isCancelled);
  });

  test("that breaks off is an error that may pass", async () => {
    endpoint.answer = () => {
      const headers = { "Content-Length": "100" };
      return new Response(new ReadableStream({ start: (to) => to.close() }), { headers });
    };
    expect((await failure()).message).toStartWith(endpoint.host);
  });

  test("from nobody is an error that may pass", async () => {
    const url = endpoint.url("/");
    await endpoint[Symbol.asyncDispose]();
    const error = await failure({ url });
    expect(error.message).toStartWith(`${url.host} cannot be reached`);
    expect(error.isTemporary).toBe(true);
  });
});

test("a key that HTTP cannot carry is not shown by the error", async () => {
  const error = await failure({ key: "s3cret\nx" });
  expect(error.message).toBe(`the key for ${endpoint.host} is not legal in an HTTP header`);
  expect(endpoint.seen).toEqual([]);
});

test.each([
  ["https://x/v1", "https://x/v1/embeddings"],
  ["https://x/v1/", "https://x/v1/embeddings"],
  ["https://x", "https://x/embeddings"],
  ["https://x/a/b?api-version=1", "https://x/a/b/embeddings?api-version=1"],
])("below %s lies %s", (base, url) => {
  expect(endpointUrl(new URL(base), "embeddings").href).toBe(url);
});
