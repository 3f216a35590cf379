import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { startReleaseServer } from "../../scripts/release/release-server.ts";
import { fetchNewestRelease } from "../../src/cli/update/newest-release.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { CliHome, type Ended } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);
const LATEST = "/mcpzip/mcpzip/releases/latest";

async function mcpzip(words: readonly string[], address: string): Promise<Ended> {
  await using home = new CliHome();
  return await home.runBare(words, { MCPZIP_RELEASES_URL: address });
}

test("tells the newest release, how this copy was installed, and what to run", async () => {
  using server = startReleaseServer();
  server.publish("0.9.0", {});
  server.publish("0.10.0", {});
  const { code, stdout, stderr } = await mcpzip(["update"], server.address);
  expect([code, stderr]).toEqual([0, ""]);
  const checkout = import.meta.dir.replace(/\/test\/cli$/, "");
  expect(stdout.split("\n")).toEqual([
    "the newest release is mcpzip 0.10.0; this runs from source",
    `  this copy  ${checkout}, installed from source`,
    `  update     cd ${checkout} && git pull && bun install --frozen-lockfile && bun run build`,
    `  changes    ${server.address}/tag/v0.10.0`,
    "",
  ]);
  expect(server.asked).toEqual([LATEST]);
});

test("prints the same for a program", async () => {
  using server = startReleaseServer();
  server.publish("1.2.3", {});
  const { stdout } = await mcpzip(["update", "--json"], server.address);
  expect(JSON.parse(stdout)).toMatchObject({
    latest: "1.2.3",
    is_outdated: null,
    installed: { by: "source" },
    command: expect.stringContaining("git pull"),
    changes: `${server.address}/tag/v1.2.3`,
  });
});

describe("when that cannot be found out", () => {
  test.each([
    [429, "too many have asked"],
    [403, "a proxy is in the way"],
    [404, "is not there (404)"],
    [500, "HTTP 500"],
    [200, "HTTP 200"],
  ])("says why after HTTP %i, and what works all the same", async (status, why) => {
    using server = startReleaseServer();
    server.faults.set(LATEST, { kind: "status", status });
    const { code, stdout, stderr } = await mcpzip(["update"], server.address);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("(UPDATE_UNKNOWN)");
    expect(stderr).toContain(why);
    expect(stderr).toContain("fix   try again later; this installs the newest in any case: cd ");
  });

  test("says that there is no release yet", async () => {
    using server = startReleaseServer();
    const { stderr } = await mcpzip(["update"], server.address);
    expect(stderr).toContain("there is no release yet");
    // Nor anything to install.
    expect(stderr).toContain(`fix   look there later: ${server.address}\n`);
  });

  test("says so without a network", async () => {
    const server = startReleaseServer();
    server[Symbol.dispose]();
    const { code, stderr } = await mcpzip(["update"], server.address);
    expect(code).toBe(1);
    expect(stderr).toContain("the releases cannot be reached");
    expect(stderr).toContain(new URL(server.address).host);
  });

  test("refuses an address that is not https as wrong usage", async () => {
    const { code, stderr } = await mcpzip(["update"], "http://releases.example");
    expect([code, stderr]).toEqual([2, expect.stringContaining("MCPZIP_RELEASES_URL")]);
  });
});

function redirects(answer: (path: string) => string | undefined) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      const location = answer(new URL(request.url).pathname);
      return location === undefined
        ? new Response()
        : new Response(null, { status: 301, headers: { location, "retry-after": "60" } });
    },
  });
}

describe("on the way to the newest release", () => {
  const signal = new AbortController().signal;

  test("follows a repository that was renamed", async () => {
    await using server = redirects((path) =>
      path === "/old/releases/latest" ? "/new/releases/latest" : "/new/releases/tag/v2.0.0-beta.1",
    );
    const newest = await fetchNewestRelease(`${server.url.origin}/old/releases`, signal);
    expect(newest.version).toBe("2.0.0-beta.1");
  });

  test.each([
    ["in a circle", "/x/latest", "leads in circles"],
    ["to plain http elsewhere", "http://releases.example/tag/v1.0.0", "not https"],
    ["to a page that is none", "/login", "leads to"],
    ["to a tag that is no version", "/releases/tag/v1; rm -rf", "leads to"],
    ["nowhere", "http://", "not https"],
  ])("gives up when it leads %s", async (_, location, why) => {
    await using server = redirects(() => location);
    const asked = fetchNewestRelease(`${server.url.origin}/x`, signal);
    const error = await asked.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "UPDATE_UNKNOWN", why: expect.stringContaining(why) });
  });

  test("stops at Ctrl-C", async () => {
    const controller = new AbortController();
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => {
        controller.abort(new Error("interrupted"));
        return new Promise<Response>(() => {});
      },
    });
    const asked = fetchNewestRelease(server.url.origin, controller.signal);
    await expect(asked).rejects.toThrow("interrupted");
  });
});
