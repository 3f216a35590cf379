import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { isRunning } from "../fixtures/pid-file.ts";
import { poll, TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { stdioEntry } from "../fixtures/proxy-home.ts";
import { ReloadHome } from "./reload-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let home: ReloadHome;

beforeEach(() => {
  home = new ReloadHome();
});
afterEach(() => home[Symbol.asyncDispose]());

const sheep = () => home.counting("one", "count_sheep");
const kite = () => home.counting("two", "fly_kite");

/** The gated server's pid, once a call is waiting in it. */
async function called(): Promise<number> {
  await until(() => home.lines("gated.calls").length > 0);
  return Number(home.lines("gated").at(-1));
}

describe("a server", () => {
  test("that is added is listed in the background, found and called", async () => {
    await home.serve({ one: sheep() });
    home.configure({ one: sheep(), two: kite() });
    await home.untilLogged("catalog: two has 1 tools");
    await home.untilLogged("config: reloaded: added two\n");
    expect((await home.host.search("fly kite")).text).toContain("two__fly_kite");
    expect((await home.host.execute("two__fly_kite")).isError).toBe(false);
    expect(home.lines("one")).toHaveLength(1);
  });

  test("that is removed is no longer shown, and its process is gone", async () => {
    await home.serve({ one: sheep(), two: kite() });
    const { text: pid } = await home.host.execute("two__fly_kite");
    home.configure({ one: sheep() });
    await until(() => !isRunning(Number(pid)));
    await home.untilLogged("config: reloaded: removed two\n");
    expect((await home.host.search("fly kite")).text).not.toContain("two__");
    expect((await home.host.execute("two__fly_kite")).code).toBe("TOOL_UNKNOWN");
    expect((await home.status()).servers.map(({ name }) => name)).toEqual(["one"]);
  });

  test("that is changed is started anew, the others are left alone", async () => {
    await home.serve({ one: sheep(), two: kite() });
    const { text: kept } = await home.host.execute("one__count_sheep");
    const { text: old } = await home.host.execute("two__fly_kite");
    home.configure({ one: sheep(), two: home.counting("two", "row_boat") });
    const answer = await poll(async () => {
      const tried = await home.host.execute("two__row_boat");
      return tried.isError ? undefined : tried;
    });
    expect(answer.text).not.toBe(old);
    await until(() => !isRunning(Number(old)));
    expect((await home.host.execute("one__count_sheep")).text).toBe(kept);
    await home.untilLogged("config: reloaded: changed two\n");
  });

  test("that is disabled says so, and is back when it is enabled", async () => {
    await home.serve({ one: sheep() });
    const { text: pid } = await home.host.execute("one__count_sheep");
    home.configure({ one: { ...sheep(), disabled: true } });
    await until(() => !isRunning(Number(pid)));
    expect((await home.host.execute("one__count_sheep")).code).toBe("SERVER_DISABLED");
    home.configure({ one: sheep() });
    await home.untilLogged("config: reloaded: added one");
    expect((await home.host.execute("one__count_sheep")).isError).toBe(false);
  });

  test("that gets another time-out keeps its session", async () => {
    const slow = stdioEntry("slow.ts");
    await home.serve({ slow });
    await home.host.execute("slow__wait", { ms: 1 });
    home.configure({ slow: { ...slow, call_timeout_seconds: 0.05 } });
    await home.untilLogged("config: reloaded: the servers are the same");
    expect((await home.host.execute("slow__wait", { ms: 20_000 })).code).toBe("CALL_TIMEOUT");
    expect(home.countLogged("catalog: slow has")).toBe(1);
  });

  test("that is written wrongly is out, and says why", async () => {
    await home.serve({ one: sheep(), two: kite() });
    home.configure({ one: sheep(), two: { command: 7 } });
    await home.untilLogged("config: reloaded: removed two");
    expect((await home.host.execute("two__fly_kite")).code).toBe("CONFIG_INVALID");
    expect((await home.host.execute("one__count_sheep")).isError).toBe(false);
    expect((await home.status()).config).toBeUndefined();
  });

  test("that was the last leaves an empty configuration that others can join", async () => {
    await home.serve({ one: sheep() });
    home.configure({});
    await home.untilLogged("config: reloaded: removed one");
    expect((await home.host.search("sheep")).text).not.toContain("one__");
    home.configure({ two: kite() });
    await home.untilServers("two");
    expect((await home.host.execute("two__fly_kite")).isError).toBe(false);
  });

  test("that changes while it is asked for its tools is asked again as it is now", async () => {
    const slow = stdioEntry("slow.ts", { SLOW_LIST_MS: "20000" });
    await home.serve({ one: sheep() });
    home.configure({ one: sheep(), two: slow });
    await until(async () =>
      (await home.status()).servers.some(({ status }) => status === "refreshing"),
    );
    home.configure({ one: sheep(), two: kite() });
    await home.untilLogged("catalog: two has 1 tools");
    expect((await home.host.execute("two__fly_kite")).isError).toBe(false);
  });
});

describe("a call in flight", () => {
  test("finishes though its server is removed, whose process ends after it", async () => {
    await home.serve({ one: sheep(), gated: home.gated() });
    const call = home.host.execute("gated__pass");
    const pid = await called();
    home.configure({ one: sheep() });
    await home.untilLogged("config: reloaded: removed gated");
    expect((await home.host.execute("gated__pass")).code).toBe("TOOL_UNKNOWN");
    expect(isRunning(pid)).toBe(true);
    await Bun.write(home.path("gate"), "");
    expect((await call).text).toBe("passed");
    await until(() => !isRunning(pid));
  });

  test("finishes in the old process though its server is changed", async () => {
    await home.serve({ gated: home.gated() });
    const call = home.host.execute("gated__pass");
    const pid = await called();
    home.configure({ gated: home.counting("new", "fly_kite") });
    await home.untilLogged("catalog: gated has 1 tools", 2);
    expect((await home.host.execute("gated__fly_kite")).isError).toBe(false);
    expect(isRunning(pid)).toBe(true);
    await Bun.write(home.path("gate"), "");
    expect((await call).text).toBe("passed");
    await until(() => !isRunning(pid));
  });

  test("of a removed server does not outlive mcpzip", async () => {
    await home.serve({ one: sheep(), gated: home.gated() });
    home.host.execute("gated__pass").catch(() => {
      // Nobody is left to answer it.
    });
    const pid = await called();
    home.configure({ one: sheep() });
    await home.untilLogged("config: reloaded: removed gated");
    await home.host.close();
    expect(isRunning(pid)).toBe(false);
  });
});

describe("a setting", () => {
  test("of the search counts from the next search on", async () => {
    const echo = stdioEntry("echo.ts");
    await home.serve({ echo });
    const countHits = async () => {
      const { text } = await home.host.call("search_tools", { query: "echo server:echo" });
      return text.split("\n").filter((line) => line.startsWith("echo__")).length;
    };
    expect(await countHits()).toBe(5);
    home.configure({ echo }, { search: { default_limit: 2 } });
    await home.untilLogged("config: reloaded");
    expect(await countHits()).toBe(2);
  });

  test("of the idle time counts from the next call on", async () => {
    await home.serve({ one: sheep() });
    const { text: pid } = await home.host.execute("one__count_sheep");
    home.configure({ one: sheep() }, { idle_timeout_minutes: 0.0005 });
    await home.untilLogged("config: reloaded");
    await home.host.execute("one__count_sheep");
    await until(() => !isRunning(Number(pid)));
  });

  test("of a model counts from the next search on", async () => {
    const asked: string[] = [];
    using endpoint = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => {
        asked.push(new URL(url).pathname);
        return new Response("", { status: 500 });
      },
    });
    await home.serve({ one: sheep() });
    expect((await home.host.search("sheep")).text).toContain("one__count_sheep");
    const embeddings = { base_url: endpoint.url.href, model: "any" };
    home.configure({ one: sheep() }, { search: { embeddings } });
    await home.untilLogged("config: reloaded");
    expect((await home.host.search("sheep")).text).toContain("one__count_sheep");
    await until(() => asked.includes("/embeddings"));
  });
});
