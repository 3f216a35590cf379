import { expect, setDefaultTimeout, test } from "bun:test";
import { browse } from "../fixtures/oauth/browser.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { poll, TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome } from "../fixtures/proxy-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** Nobody sees a browser there. */
const HEADLESS = { CI: "1", BROWSER: "" };

test("a sign-in that a call needs is offered to the person through the host, and is good", async () => {
  await using lab = await OAuthLab.start();
  await using home = new ProxyHome();
  home.configure({ lab: { url: lab.server.url.href } });
  const host = await home.start(HEADLESS, {
    capabilities: { elicitation: { form: {}, url: {} } },
    onRequest: () => ({ action: "accept" }),
  });
  const refused = await host.execute("lab__echo", { message: "hello" });
  expect(refused).toMatchObject({ isError: true, code: "AUTH_REQUIRED" });
  expect(host.requests).toHaveLength(1);
  const [offer] = host.requests;
  expect(offer).toMatchObject({ method: "elicitation/create", params: { mode: "url" } });
  expect(refused.text).toContain(String(offer?.params.url));
  await browse(new URL(String(offer?.params.url)));
  await poll(async () => {
    const { text } = await host.execute("lab__echo", { message: "hello" });
    return text === "hello" || undefined;
  });
  expect(host.requests).toHaveLength(1);
});
