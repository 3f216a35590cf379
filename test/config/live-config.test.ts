import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { rm } from "node:fs/promises";
import type { Config } from "../../src/config/config.ts";
import { LiveConfig } from "../../src/config/live-config.ts";
import { loadConfig, type LoadedConfig } from "../../src/config/load.ts";
import { createLog } from "../../src/platform/log.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { writeConfig } from "./temp-config.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const opened: LiveConfig[] = [];

afterEach(() => {
  for (const each of opened.splice(0)) each.stop();
});

function configOf(...names: string[]): string {
  const entries = names.map((name) => [name, { command: "x" }]);
  return JSON.stringify({ mcpServers: Object.fromEntries(entries) });
}

/** A config that is followed; `load` may be put in the way of reading it. */
async function follow(
  load: (read: () => Promise<LoadedConfig>) => Promise<LoadedConfig> = (read) => read(),
) {
  const path = await writeConfig(configOf("one"));
  const read = () => loadConfig(path, {});
  const changes: { before: string[]; now: string[] }[] = [];
  const lines: string[] = [];
  const live = new LiveConfig({
    loaded: await read(),
    load: () => load(read),
    onChange: (before) => changes.push({ before: namesOf(before), now: namesOf(live.current) }),
    log: createLog("info", (line) => lines.push(line.replace(/^mcpzip \S+ /, ""))),
  });
  opened.push(live);
  live.watch();
  return { path, live, changes, lines };
}

function namesOf({ servers }: Config): string[] {
  return [...servers.keys()];
}

test("follows its file, and tells what it was before", async () => {
  const { path, live, changes, lines } = await follow();
  await Bun.write(path, configOf("one", "two"));
  await until(() => changes.length === 1);
  expect(changes).toEqual([{ before: ["one"], now: ["one", "two"] }]);
  await Bun.write(path, configOf());
  await until(() => changes.length === 2);
  expect(namesOf(live.current)).toEqual([]);
  expect(lines).toEqual([
    "info config: reloaded: added two",
    "info config: reloaded: removed one, two",
  ]);
});

test("a file that is right at the second look is not called wrong", async () => {
  let reads = 0;
  const { path, live, changes, lines } = await follow(async (read) => {
    reads++;
    if (reads === 1) await Bun.write(path, '{ "mcpServers": { "two": ');
    const loaded = await read().finally(() => Bun.write(path, configOf("two")));
    return loaded;
  });
  await Bun.write(path, configOf("any"));
  await until(() => changes.length > 0);
  expect(live.fault).toBeUndefined();
  expect(changes.at(-1)?.now).toEqual(["two"]);
  expect(lines.join()).not.toContain("not reloaded");
});

test("one that stays wrong is told of in one line, and leaves everything as it was", async () => {
  const { path, live, changes, lines } = await follow();
  await Bun.write(path, '{\n  "mcpServers": { "one": { "env": { "TOKEN": "s3cret" } }\n');
  await until(() => live.fault !== undefined);
  expect(namesOf(live.current)).toEqual(["one"]);
  expect(changes).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^warn config: not reloaded: .*\.json:\d+:\d+: .*\(CONFIG_INVALID\)$/);
  expect(`${lines.join()} ${live.fault?.message} ${live.fault?.why}`).not.toContain("s3cret");
  await Bun.write(path, configOf("one"));
  await until(() => live.fault === undefined);
});

test("one that is gone is told of, too", async () => {
  const { path, live } = await follow();
  await rm(path);
  await until(() => live.fault?.code === "CONFIG_NOT_FOUND");
  expect(namesOf(live.current)).toEqual(["one"]);
});

test("a change during a reading is read after it", async () => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  let reads = 0;
  const { path, live } = await follow(async (read) => {
    const loaded = await read();
    if (++reads === 1) await gate;
    return loaded;
  });
  await Bun.write(path, configOf("two"));
  await until(() => reads === 1);
  await Bun.write(path, configOf("three"));
  openGate();
  await until(() => namesOf(live.current)[0] === "three");
});

test("what is being read when it is stopped changes nothing any more", async () => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
  let [begun, ended] = [0, 0];
  const { path, live, changes, lines } = await follow(async (read) => {
    begun++;
    await gate;
    return read().finally(() => ended++);
  });
  await Bun.write(path, configOf("two"));
  await until(() => begun === 1);
  live.stop();
  openGate();
  await until(() => ended === 1);
  expect(namesOf(live.current)).toEqual(["one"]);
  expect([...changes, ...lines]).toEqual([]);
});
