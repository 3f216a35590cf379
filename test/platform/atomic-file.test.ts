import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setAside, writeFileAtomically } from "../../src/platform/atomic-file.ts";

const isWindows = process.platform === "win32";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mcpzip-atomic-"));
  path = join(folder, "file.json");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("writeFileAtomically", () => {
  test("writes text and bytes", async () => {
    await writeFileAtomically(path, "é漢😀");
    expect(readFileSync(path, "utf8")).toBe("é漢😀");
    await writeFileAtomically(path, Uint8Array.of(0, 255));
    expect([...readFileSync(path)]).toEqual([0, 255]);
    await writeFileAtomically(path, "");
    expect(readFileSync(path, "utf8")).toBe("");
  });

  test("leaves nothing else in the folder", async () => {
    await writeFileAtomically(path, "one");
    await writeFileAtomically(path, "two");
    expect(readdirSync(folder)).toEqual(["file.json"]);
  });

  test("makes the folders that are missing", async () => {
    const deep = join(folder, "a", "b", "file.json");
    await writeFileAtomically(deep, "x");
    expect(readFileSync(deep, "utf8")).toBe("x");
  });

  test.skipIf(isWindows)("keeps file and folders to their owner, whatever the umask", async () => {
    const umask = process.umask(0);
    try {
      writeFileSync(path, "readable by all", { mode: 0o644 });
      await writeFileAtomically(path, "x");
      await writeFileAtomically(join(folder, "new", "file.json"), "x");
    } finally {
      process.umask(umask);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "new", "file.json")).mode & 0o777).toBe(0o600);
  });

  test("a reader sees the old file or the new one, never a part", async () => {
    const contents = ["a", "b"].map((letter) => letter.repeat(1_000_000));
    await writeFileAtomically(path, contents[0] ?? "");
    const state = { isDone: false };
    const writing = Promise.all(
      Array.from({ length: 10 }, (_, at) => writeFileAtomically(path, contents[at % 2] ?? "")),
    ).finally(() => (state.isDone = true));
    while (!state.isDone) expect(contents).toContain(await Bun.file(path).text());
    await writing;
    expect(readdirSync(folder)).toEqual(["file.json"]);
  });

  test("that fails keeps the old file and leaves nothing behind", async () => {
    mkdirSync(path);
    writeFileSync(join(path, "inside"), "old");
    await expect(writeFileAtomically(path, "new")).rejects.toThrow();
    expect(readFileSync(join(path, "inside"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file.json"]);
  });

  test("below a file fails and leaves the file alone", async () => {
    writeFileSync(path, "in the way");
    await expect(writeFileAtomically(join(path, "x"), "new")).rejects.toThrow();
    expect(readFileSync(path, "utf8")).toBe("in the way");
  });

  test.skipIf(isWindows)("replaces a link, not the file that it leads to", async () => {
    const other = join(folder, "other");
    writeFileSync(other, "untouched");
    symlinkSync(other, path);
    await writeFileAtomically(path, "new");
    expect(readFileSync(other, "utf8")).toBe("untouched");
    expect(readFileSync(path, "utf8")).toBe("new");
  });
});

describe("setAside", () => {
  test("moves the file to where it says, whole and to its owner alone", async () => {
    writeFileSync(path, "broken", { mode: 0o644 });
    const aside = await setAside(path);
    expect(aside).toStartWith(`${path}.corrupt-`);
    expect(readFileSync(aside, "utf8")).toBe("broken");
    expect(readdirSync(folder)).toHaveLength(1);
    if (!isWindows) expect(statSync(aside).mode & 0o777).toBe(0o600);
  });

  test("names a file that Windows would accept", async () => {
    writeFileSync(path, "broken");
    const aside = await setAside(path);
    expect(aside.slice(folder.length + 1)).toMatch(/^[\w.-]+$/);
  });

  test("rejects when there is no file", async () => {
    await expect(setAside(path)).rejects.toThrow();
  });
});
