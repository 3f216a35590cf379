import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { resolvePaths } from "../../src/platform/paths.ts";
import { loadInstructions } from "../../src/proxy/saved-instructions.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { ReloadHome } from "./reload-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ReloadHome;

beforeEach(() => {
  home = new ReloadHome();
});
afterEach(() => home[Symbol.asyncDispose]());

const sheep = () => home.counting("one", "count_sheep");
const kite = () => home.counting("two", "fly_kite");

test("an editor may put a new file in the place of the old one, again and again", async () => {
  await home.serve({ one: sheep() });
  home.replace({ one: sheep(), two: kite() });
  await home.untilLogged("config: reloaded: added two");
  home.replace({ two: kite() });
  await home.untilLogged("config: reloaded: removed one");
  home.configure({ three: home.counting("three", "row_boat") });
  await home.untilLogged("config: reloaded: added three; removed two");
});

test("a link is followed: to what its target becomes, and to another target", async () => {
  const target = home.path("dotfiles");
  mkdirSync(target);
  home.configure({ one: sheep() });
  renameSync(home.path("config.json"), `${target}/mcp.json`);
  symlinkSync("dotfiles/mcp.json", home.path("config.json"));
  home.host = await home.start();
  await home.untilServers("one");
  await Bun.write(`${target}/mcp.json`, JSON.stringify({ mcpServers: { two: kite() } }));
  await home.untilLogged("config: reloaded: added two; removed one");
  await Bun.write(`${target}/other.json`, JSON.stringify({ mcpServers: { one: sheep() } }));
  symlinkSync("dotfiles/other.json", home.path("link"));
  renameSync(home.path("link"), home.path("config.json"));
  await home.untilLogged("config: reloaded: added one; removed two");
});

test("a file that is gone leaves the servers as they are, until it is back", async () => {
  await home.serve({ one: sheep() });
  rmSync(home.path("config.json"));
  await home.untilLogged("warn config: not reloaded: there is no config file");
  expect((await home.status()).config?.error).toContain("CONFIG_NOT_FOUND");
  expect((await home.host.execute("one__count_sheep")).isError).toBe(false);
  home.configure({ one: sheep(), two: kite() });
  await home.untilLogged("config: reloaded: added two");
  expect((await home.status()).config).toBeUndefined();
});

test("twenty writes in a burst are read once or twice, and the last one counts", async () => {
  await home.serve({ one: sheep() });
  for (let i = 1; i <= 20; i++) home.configure({ one: sheep(), [`s${i}`]: kite() });
  await home.untilServers("one", "s20");
  expect(home.countLogged("config: reloaded")).toBeLessThanOrEqual(2);
  expect(home.lines("two")).toHaveLength(1);
});

test("a broken edit changes nothing but what proxy_status says, until it is mended", async () => {
  await home.serve({ one: sheep() });
  home.write('{ "mcpServers": {\n  "one": { "command": "s3cret" }\n  "two": {} } }');
  await home.untilLogged("warn config: not reloaded: ");
  expect((await home.status()).config).toEqual({
    in_use: "as it was before the last edit",
    error: expect.stringMatching(/config\.json:3:3: .*\(CONFIG_INVALID\)$/),
    fix: expect.any(String),
  });
  expect((await home.host.execute("one__count_sheep")).isError).toBe(false);
  expect((await home.host.search("sheep")).text).toContain("one__count_sheep");
  home.configure({ one: sheep(), two: kite() });
  await home.untilLogged("config: reloaded: added two");
  expect((await home.status()).config).toBeUndefined();
  expect(home.countLogged("not reloaded")).toBe(1);
  expect(home.host.stderr).not.toContain("s3cret");
});

test("a change between the start and the first look at the file is not missed", async () => {
  home.configure({ one: sheep() });
  home.host = await home.start();
  await home.host.request("ping", {});
  home.configure({ one: sheep(), two: kite() });
  await home.untilServers("one", "two");
});

test("a file that is only touched changes nothing", async () => {
  await home.serve({ one: sheep() });
  utimesSync(home.path("config.json"), new Date(), new Date());
  await home.untilLogged("config: reloaded: the servers are the same");
  expect(home.lines("one")).toHaveLength(1);
});

test("the next start tells of the servers at once, as they are now", async () => {
  await home.serve({ one: sheep() });
  home.configure({ one: sheep(), two: kite() });
  await home.untilServers("one", "two");
  await home.host.close();
  const paths = resolvePaths(home.folder, home.path("config.json"));
  expect(loadInstructions(paths)).toContain("two (1)");
});

test.skipIf(process.platform !== "linux")("waiting for a change wakes nobody", async () => {
  await home.serve({ one: sheep() });
  await home.untilLogged("catalog: one has 1 tools");
  // What the start leaves to be done is done within the second.
  await passed(1000);
  const before = await poll(() => switches(home.host.pid));
  await passed(3000);
  // Bun's own threads wake now and then; a poll every 50 ms would be 60.
  expect(switches(home.host.pid) - before).toBeLessThan(30);
});

async function passed(ms: number): Promise<void> {
  const began = performance.now();
  await until(() => performance.now() - began > ms);
}

/** How often the process's main thread has woken so far. */
function switches(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1]);
}
