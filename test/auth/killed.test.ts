import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { authorizationHash } from "../../src/auth/token-store.ts";
import { OAuthHome, sayHello } from "../fixtures/oauth/home.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("a process killed in the middle of a refresh loses nothing", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const { tokens } = await home.signIn(lab);
  lab.server.refuse(tokens?.access_token ?? "");
  const hang = Promise.withResolvers<Response>();
  lab.auth.knobs.intercept = ({ path }) => (path === "/token" ? hang.promise : undefined);
  const host = await home.open("follow");
  void sayHello(host).catch(() => {});
  await until(() => lab.auth.requests("/token").length > 0);
  process.kill(host.pid, "SIGKILL");
  await host.close();
  lab.auth.knobs.intercept = undefined;
  hang.resolve(new Response("too late", { status: 503 }));
  expect((await home.stored(lab))?.tokens).toEqual(tokens);
  expect((await sayHello(await home.open("follow"))).text).toBe("hello");
  expect(home.opened()).toEqual([]);
});

test("what a process killed in the middle of a write has left is no obstacle and does not stay", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const { tokens } = await home.signIn(lab);
  const name = `${authorizationHash(lab.server.url.href)}.json`;
  const half = join(home.authFolder, `${name}.999999999.abcdef12.tmp`);
  writeFileSync(half, '{"access_token": "hal', { mode: 0o600 });
  lab.server.refuse(tokens?.access_token ?? "");
  expect((await sayHello(await home.open("follow"))).text).toBe("hello");
  expect(home.opened()).toEqual([]);
  expect(readdirSync(home.authFolder).filter((each) => each.endsWith(".tmp"))).toEqual([]);
});

test("a process killed while it writes, again and again, leaves one whole file", async () => {
  await using lab = await OAuthLab.start();
  const { href } = lab.server.url;
  const writer = join(import.meta.dir, "../fixtures/oauth/token-writer.ts");
  for (let round = 0; round < 5; round++) {
    const cmd = [process.execPath, writer, lab.authFolder, href];
    const child = Bun.spawn({ cmd, stdio: ["ignore", "pipe", "inherit"] });
    await child.stdout.getReader().read();
    child.kill("SIGKILL");
    await child.exited;
    const { tokens, signed_in_at: number } = await lab.stored();
    expect(tokens?.access_token).toBe(String(number).repeat(20_000));
  }
  await lab.store.save({ server_url: href, tokens: { access_token: "x", token_type: "Bearer" } });
  expect(lab.files()).toHaveLength(1);
});
