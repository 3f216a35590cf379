import { expect, setDefaultTimeout, test } from "bun:test";
import { AuthServer } from "../fixtures/oauth/auth-server.ts";
import { browse } from "../fixtures/oauth/browser.ts";
import { ProtectedServer } from "../fixtures/oauth/protected-server.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHost } from "../fixtures/proxy-host.ts";
import { CliHome } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** No display: nothing is opened, whatever the machine that runs this test. */
const HEADLESS = { CI: "1", BROWSER: "" };

async function logIn(home: CliHome): Promise<void> {
  const login = home.start(["login", "lab"]);
  await browse(await login.pageUrl());
  const { code, stdout } = await login.ended;
  expect(stdout).toContain('signed in to "lab"');
  expect(code).toBe(0);
}

/** A host whose server has been signed in to, called, and signed out of. */
async function startSignedOut(home: CliHome): Promise<ProxyHost> {
  await logIn(home);
  const { configFile, path } = home;
  const host = await ProxyHost.start({ configFile, home: path, env: HEADLESS });
  expect((await host.execute("lab__echo", { message: "before" })).text).toContain("before");
  expect((await home.run(["logout", "lab"])).code).toBe(0);
  return host;
}

test.each([
  ["never", "mcpzip login lab"],
  ["on-call", "open this page in a browser"],
])(
  "with interactive %p mcpzip login mends AUTH_REQUIRED, and the same call works",
  async (interactive, fix) => {
    await using auth = await AuthServer.start();
    await using server = new ProtectedServer(auth);
    await using home = new CliHome();
    await home.configure({ lab: { url: server.url.href, oauth: { interactive } } });
    await using host = await startSignedOut(home);
    const refused = await host.execute("lab__echo", { message: "hello" });
    expect(refused.code).toBe("AUTH_REQUIRED");
    expect(refused.text).toContain(fix);
    await logIn(home);
    const answered = await host.execute("lab__echo", { message: "hello" });
    expect(answered.text).toContain("hello");
    expect(answered.isError).toBe(false);
    // The second sign-in was one, wherever it was begun.
    expect(auth.requests("/token", "authorization_code")).toHaveLength(2);
  },
);

test("a first call to a server that nobody has signed in to begins the sign-in, and login ends it", async () => {
  await using auth = await AuthServer.start();
  await using server = new ProtectedServer(auth);
  await using home = new CliHome();
  await home.configure({ lab: { url: server.url.href, oauth: { interactive: "on-call" } } });
  const { configFile, path } = home;
  await using host = await ProxyHost.start({ configFile, home: path, env: HEADLESS });
  expect((await host.search("echo")).text).toContain("lab (needs sign-in)");
  const refused = await host.execute("lab__echo", { message: "hello" });
  expect(refused.code).toBe("AUTH_REQUIRED");
  expect(refused.text).toContain("open this page in a browser");
  await logIn(home);
  const answered = await host.execute("lab__echo", { message: "hello" });
  expect(answered.text).toContain("hello");
});
