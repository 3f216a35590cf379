import { expect, test } from "bun:test";
import { McpzipError } from "../../src/core/error.ts";
import type { Host } from "../../src/proxy/host.ts";
import { hostSideFor, SignInOffers } from "../../src/proxy/relay.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";

type Asked = { method: string; params: Readonly<Record<string, unknown>> };

/** A host that notes what it is asked and answers `{}`. */
function hostWith(capabilities: Record<string, unknown>): Host & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    capabilities: () => RawJson.of(capabilities).members(),
    notify: () => {},
    request: async (method, params) => {
      asked.push({ method, params });
      return RawJson.of({});
    },
  };
}

const page = "https://auth.example.com/authorize?state=1";
const signIn = new McpzipError("AUTH_REQUIRED", 'server "up" needs you to sign in', { url: page });

test("offers the page of a sign-in to a host that shows pages, once", () => {
  const host = hostWith({ elicitation: { url: {} } });
  const offers = new SignInOffers(host);
  offers.offer(signIn);
  offers.offer(signIn);
  expect(host.asked).toHaveLength(1);
  expect(host.asked[0]).toMatchObject({
    method: "elicitation/create",
    params: { mode: "url", url: page, message: signIn.message, elicitationId: expect.any(String) },
  });
});

test.each([[{}], [{ elicitation: {} }], [{ elicitation: { form: {} } }]])(
  "offers no page to a host that declared %j",
  (capabilities) => {
    const host = hostWith(capabilities);
    new SignInOffers(host).offer(signIn);
    expect(host.asked).toEqual([]);
  },
);

test("offers nothing for errors without a page", () => {
  const host = hostWith({ elicitation: { url: {} } });
  const offers = new SignInOffers(host);
  offers.offer(new McpzipError("AUTH_REQUIRED", "sign in"));
  offers.offer(new McpzipError("SERVER_CLOSED", "gone", { url: page }));
  expect(host.asked).toEqual([]);
});

test("asks the host nothing that it has not declared", async () => {
  const host = hostWith({ roots: {} });
  const { onRequest } = hostSideFor("up", host);
  const ask = (method: string) =>
    onRequest({ method, params: undefined, signal: new AbortController().signal });
  for (const method of ["elicitation/create", "sampling/createMessage", "toString"]) {
    await expect(ask(method)).rejects.toMatchObject({ code: -32601 });
  }
  await ask("roots/list");
  expect(host.asked.map(({ method }) => method)).toEqual(["roots/list"]);
});
