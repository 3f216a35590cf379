import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { OAuthHome, sayHello } from "../fixtures/oauth/home.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("no token, code, verifier or secret is logged, answered or shown in the process list", async () => {
  await using lab = await OAuthLab.start();
  await using home = new OAuthHome(lab);
  const host = await home.open("follow");
  await until(async () => !(await sayHello(host)).isError);
  const before = await home.stored(lab);
  lab.server.refuse(before?.tokens?.access_token ?? "");
  const answers = [await sayHello(host), await host.search(""), await host.execute("proxy_status")];
  const after = await home.stored(lab);
  lab.auth.knobs.intercept = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  lab.server.refuse(after?.tokens?.access_token ?? "");
  answers.push(await sayHello(host), await host.search("echo"));
  const list = Bun.spawnSync(["ps", "-eww", "-o", "args"]).stdout.toString();
  const isLinux = process.platform === "linux";
  const environment = isLinux ? readFileSync(`/proc/${host.pid}/environ`, "utf8") : "";
  const forms = lab.auth.requests("/token").map(({ form }) => form);
  const secrets = [
    ...[before, after].flatMap((each) => [each?.tokens?.access_token, each?.tokens?.refresh_token]),
    ...forms.flatMap((form) => ["code", "code_verifier", "refresh_token"].map((x) => form.get(x))),
  ].filter((secret) => typeof secret === "string");
  expect(secrets.length).toBeGreaterThan(6);
  const said = [...answers.map(({ json }) => json), host.stderr, list, environment].join("\n");
  for (const secret of secrets) expect(said.includes(secret)).toBe(false);
});
