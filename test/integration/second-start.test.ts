import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { ProxyHost } from "../fixtures/proxy-host.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ProxyHome;
beforeEach(() => {
  home = new ProxyHome();
});
afterEach(() => home[Symbol.asyncDispose]());

const starts = () => home.lines("starts").length;

function counting(env: Record<string, string> = {}) {
  const file = `${import.meta.dir}/servers/counting.ts`;
  return stdioEntry(file, { STARTS_FILE: home.path("starts"), ...env });
}

/** The status of the server `counting`, once nothing is going on. */
function settledStatus(host: ProxyHost): Promise<string> {
  return poll(async () => {
    const { text } = await host.execute("proxy_status");
    const { servers } = JSON.parse(text) as { servers: { status: string }[] }; // as: our own answer
    const status = servers[0]?.status;
    return status === "refreshing" || status === "connecting" ? undefined : status;
  });
}

async function firstStart(settings = {}): Promise<void> {
  home.configure({ counting: counting() }, settings);
  const host = await home.start();
  expect((await host.search("count sheep")).text).toContain("counting__count_sheep");
  expect(starts()).toBe(1);
  await host.close();
}

test("starts no server on a second start that only searches and describes", async () => {
  await firstStart();
  const host = await home.start();
  expect((await host.search("count sheep")).text).toContain("counting__count_sheep");
  const { text } = await host.call("describe_tool", { name: "counting__count_sheep" });
  expect(JSON.parse(text)).toMatchObject({ name: "counting__count_sheep" });
  expect(await settledStatus(host)).toBe("idle");
  expect(starts()).toBe(1);
});

test("starts a server on a second start when one of its tools is called, once", async () => {
  await firstStart();
  const host = await home.start();
  const pids = await Promise.all([1, 2, 3].map(() => host.execute("counting__count_sheep")));
  expect(pids.map(({ text }) => text)).toEqual(Array(3).fill(home.lines("starts")[1]));
  expect(await settledStatus(host)).toBe("connected");
  expect(starts()).toBe(2);
});

test("asks every server at every start when catalog_ttl_minutes is 0", async () => {
  await firstStart({ catalog_ttl_minutes: 0 });
  await home.start();
  await until(() => starts() === 2);
});

test("asks a server whose configuration has changed", async () => {
  await firstStart();
  home.configure({ counting: counting({ TOOL_NAME: "count_goats" }) });
  const host = await home.start();
  await poll(async () => {
    const { text } = await host.search("count");
    return (text.includes("count_goats") && !text.includes("count_sheep")) || undefined;
  });
  expect(starts()).toBe(2);
});

test("no longer shows a server that was taken out of the configuration", async () => {
  await firstStart();
  home.configure({ echo: stdioEntry("echo.ts") });
  const host = await home.start();
  const { text } = await host.search("count sheep or echo");
  expect(text).toContain("echo__echo");
  expect(text).not.toContain("counting");
});

test("learns of tools that a server adds and removes while it runs", async () => {
  home.configure({ changing: stdioEntry("changing.ts") });
  const host = await home.start();
  await host.execute("changing__add_tool", { name: "brew_coffee" });
  await poll(async () => {
    const { text } = await host.search("brew coffee");
    return text.includes("changing__brew_coffee") || undefined;
  });
  expect((await host.execute("changing__brew_coffee")).text).toBe("I am brew_coffee");
  await host.execute("changing__remove_tool", { name: "brew_coffee" });
  await poll(async () => {
    const { text } = await host.search("brew coffee");
    return !text.includes("changing__brew_coffee") || undefined;
  });
});

test("learns of changed tools when a server with an old entry is called", async () => {
  await firstStart();
  home.configure({ counting: counting({ TOOL_NAME: "count_sheep" }) });
  const host = await home.start();
  await host.execute("counting__count_sheep");
  expect(await settledStatus(host)).toBe("connected");
  // One process served both the call and the refresh that the new fingerprint asked for.
  expect(starts()).toBe(2);
});

test("keeps the old tools of a server that can no longer be asked", async () => {
  const flag = home.path("broken");
  const { command, args, env } = counting();
  const script = `[ -e "${flag}" ] && exit 9; exec "${String(command)}" "${String(args)}"`;
  home.configure({ counting: { command: "sh", args: ["-c", script], env } });
  const host = await home.start();
  expect((await host.search("count sheep")).text).toContain("counting__count_sheep");
  await host.close();
  writeFileSync(flag, "");
  const second = await home.start();
  expect((await second.execute("proxy_refresh")).text).toContain("counting: not refreshed");
  expect((await second.search("count sheep")).text).toContain("counting__count_sheep");
  expect((await second.execute("counting__count_sheep")).code).toBe("SERVER_CLOSED");
  rmSync(flag);
  expect((await second.execute("counting__count_sheep")).isError).toBe(false);
});

test("leaves no server behind when the host goes", async () => {
  home.configure({ counting: counting() });
  const host = await home.start();
  const pid = Number((await host.execute("counting__count_sheep")).text);
  expect(await host.close()).toBe(0);
  const { exitCode } = Bun.spawnSync(["ps", "-p", String(pid)]);
  expect(exitCode).toBe(1);
});
