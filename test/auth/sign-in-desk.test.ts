import { expect, setDefaultTimeout, test } from "bun:test";
import { browse } from "../fixtures/oauth/browser.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { rejection } from "../fixtures/open-sessions.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

test("two processes that need a sign-in at once open one browser", async () => {
  await using lab = await OAuthLab.start();
  const visits = Array.from({ length: 2 }, () => lab.visit(lab.authorizer()));
  const statuses = (await Promise.all(visits)).map(({ status }) => status);
  expect(statuses).toEqual([200, 200]);
  expect(lab.opened).toHaveLength(1);
  expect(lab.auth.requests("/reg")).toHaveLength(1);
});

test("the process that waited for another's sign-in goes on when that is done", async () => {
  await using lab = await OAuthLab.start();
  lab.person = () => Promise.resolve();
  const [first, second] = [lab.authorizer(), lab.authorizer()];
  const errors = await Promise.all([first, second].map((each) => rejection(lab.visit(each))));
  const [page] = lab.opened;
  for (const error of errors) expect(error).toMatchObject({ url: page?.href });
  if (page !== undefined) await browse(page);
  await until(() => lab.signedIn.length === 2);
  expect((await lab.visit(second)).status).toBe(200);
  expect(lab.opened).toHaveLength(1);
});

test("two servers are signed in to one browser tab after another", async () => {
  await using lab = await OAuthLab.start();
  await using other = await OAuthLab.start();
  const authorizer = lab.authorizer();
  lab.person = () => Promise.resolve();
  const targets = [lab.target(), other.target({}, "other")];
  await Promise.all(targets.map((target) => rejection(lab.visit(authorizer, { target }))));
  expect(lab.opened).toHaveLength(1);
  await browse(await poll(() => lab.opened[0]));
  await browse(await poll(() => lab.opened[1]));
  await until(() => lab.signedIn.length === 2);
});

test("a sign-in that waits behind another tab has its time once it is shown", async () => {
  await using lab = await OAuthLab.start();
  await using other = await OAuthLab.start();
  const authorizer = lab.authorizer({ signInTimeoutMs: 500 });
  lab.person = (url) => (url.origin === lab.auth.issuer ? Promise.resolve() : browse(url));
  const [ignored, done] = await Promise.all([
    rejection(lab.visit(authorizer)),
    lab.visit(authorizer, { target: other.target({}, "other") }),
  ]);
  expect(ignored).toMatchObject({ code: "AUTH_FAILED" });
  expect(done.status).toBe(200);
});

test("a sign-in that another process has just finished is not begun again", async () => {
  await using lab = await OAuthLab.start();
  await lab.signIn();
  const reload = () => lab.stored();
  const request = { challenge: {}, isWanted: true, stored: undefined, reload };
  const pending = await lab.authorizer().desk.begin(lab.target(), request);
  await pending.finished;
  expect(pending.url).toBeUndefined();
  expect(lab.opened).toEqual([]);
});
