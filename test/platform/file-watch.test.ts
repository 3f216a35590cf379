import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStamp } from "../../src/platform/file-stamp.ts";
import { FileWatch } from "../../src/platform/file-watch.ts";
import { createLog } from "../../src/platform/log.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

let folder: string;
let path: string;
let changes: number;
let logged: string[];
let watch: FileWatch;
const count = () => void changes++;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-watch-"));
  path = join(folder, "config.json");
  changes = 0;
  logged = [];
  writeFileSync(path, "one");
});
afterEach(() => {
  watch.stop();
  rmSync(folder, { recursive: true, force: true });
});

function create(file = path): FileWatch {
  const log = createLog("debug", (line) => logged.push(line));
  watch = new FileWatch(file, { stamp: fileStamp(file), onChange: count, log });
  return watch;
}

/** Resolves when a watch of a file beside it has told of a later event: then ours has had its chance. */
async function untilOthersHear(): Promise<void> {
  const other = join(folder, "other.json");
  let heard = 0;
  const log = createLog("error", () => {});
  const onChange = () => void heard++;
  const control = new FileWatch(other, { stamp: fileStamp(other), onChange, log });
  control.start();
  writeFileSync(other, crypto.randomUUID());
  await until(() => heard > 0);
  control.stop();
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

test("tells of a write in place, and of files that take the old one's place", async () => {
  create().start();
  writeFileSync(path, "two");
  await until(() => changes === 1);
  replace(path, "three");
  await until(() => changes === 2);
  replace(path, "four");
  await until(() => changes === 3);
});

test("tells of a file that is gone, and of one that is back", async () => {
  create().start();
  rmSync(path);
  await until(() => changes === 1);
  writeFileSync(path, "two");
  await until(() => changes === 2);
});

test("tells of what happened before it began", async () => {
  create();
  writeFileSync(path, "two");
  watch.start();
  await until(() => changes === 1);
});

test("tells of a mode that changes, since an unreadable file may be readable now", async () => {
  create().start();
  chmodSync(path, 0o400);
  await until(() => changes === 1);
});

test("says nothing of other files, nor of its own that is as it was", async () => {
  create().start();
  writeFileSync(join(folder, "config.json.bak"), "x");
  await untilOthersHear();
  expect(changes).toBe(0);
});

test("tells of a burst once it is over, and only once", async () => {
  create().start();
  for (let i = 0; i < 20; i++) writeFileSync(path, `${i}`);
  await until(() => changes > 0);
  await untilOthersHear();
  expect(changes).toBe(1);
});

test("tells of a file that never stands still all the same", async () => {
  create().start();
  const writer = setInterval(() => writeFileSync(path, crypto.randomUUID()), 20);
  try {
    await until(() => changes >= 2);
  } finally {
    clearInterval(writer);
  }
});

test("follows links over several folders, each of which may turn", async () => {
  for (const name of ["a", "b", "c"]) mkdirSync(join(folder, name));
  const [link, middle, real] = ["a/l", "b/m", "c/r"].map((name) => join(folder, name));
  writeFileSync(real ?? "", "one");
  symlinkSync("../c/r", middle ?? "");
  symlinkSync("../b/m", link ?? "");
  create(link).start();
  replace(real ?? "", "two");
  await until(() => changes === 1);
  writeFileSync(join(folder, "c/s"), "three");
  rmSync(middle ?? "");
  symlinkSync("../c/s", middle ?? "");
  await until(() => changes === 2);
  replace(join(folder, "c/s"), "four");
  await until(() => changes === 3);
});

test("is not caught by a link that leads to itself", async () => {
  const link = join(folder, "loop");
  symlinkSync("loop", link);
  create(link).start();
  rmSync(link);
  writeFileSync(link, "one");
  await until(() => changes === 1);
});

test("watches a folder that was made anew", async () => {
  const inner = join(folder, "inner");
  const file = join(inner, "config.json");
  mkdirSync(inner);
  writeFileSync(file, "one");
  create(file).start();
  rmSync(inner, { recursive: true });
  mkdirSync(inner);
  writeFileSync(file, "two");
  await until(() => changes === 1);
  await untilOthersHear();
  const before = changes;
  writeFileSync(file, "three");
  await until(() => changes > before);
});

test("a glance finds what no event has told of, once a second at most", async () => {
  const absent = join(folder, "later", "config.json");
  create(absent).start();
  expect(logged.join()).toContain("cannot be watched");
  watch.glance();
  mkdirSync(join(folder, "later"));
  writeFileSync(absent, "one");
  await until(() => {
    watch.glance();
    return changes === 1;
  });
  // Now that there is a folder, events tell.
  writeFileSync(absent, "two");
  await until(() => changes === 2);
});

test("says nothing more once it is stopped", async () => {
  create().start();
  writeFileSync(path, "two");
  watch.stop();
  watch.glance();
  await untilOthersHear();
  expect(changes).toBe(0);
});

test("does not keep a process alive", async () => {
  const script = `
    import { FileWatch } from ${JSON.stringify(join(import.meta.dir, "../../src/platform/file-watch.ts"))};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    new FileWatch(${JSON.stringify(path)}, { stamp: "another", onChange() {}, log }).start();
  `;
  create();
  const child = Bun.spawn([process.execPath, "-e", script], { timeout: 20_000 });
  expect(await child.exited).toBe(0);
});
