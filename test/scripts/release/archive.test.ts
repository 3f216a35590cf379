import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveOf } from "../../../scripts/release/archive.ts";
import { parseChecksums, writeChecksums } from "../../../scripts/release/checksums.ts";
import { tar, type ArchiveEntry } from "../../../scripts/release/tar.ts";

const folder = mkdtempSync(join(tmpdir(), "mcpzip-archive-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MODIFIED_AT = Date.UTC(2026, 10, 23, 12, 30, 44) / 1000;
const ENTRIES: readonly ArchiveEntry[] = [
  { path: "p/mcpzip", content: Buffer.alloc(100_000, "binary"), isExecutable: true },
  { path: "p/LICENSE", content: Buffer.from("MIT\n") },
  { path: "p/empty", content: new Uint8Array() },
  { path: "p/exactly one block", content: Buffer.alloc(512, "x") },
];
const OPTIONS = { modifiedAt: MODIFIED_AT, level: 0 };

function run(...cmd: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync({
    cmd,
    cwd: folder,
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
  });
  if (exitCode !== 0) throw new Error(`${cmd.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}

describe.skipIf(Bun.which("xz") === null)("a .tar.xz", () => {
  test("holds files of one time and of nobody, sorted, and unpacks to what went in", async () => {
    writeFileSync(join(folder, "a.tar.xz"), await archiveOf({ format: "elf" }, ENTRIES, OPTIONS));
    const lines = run("tar", "tvJf", "a.tar.xz").trimEnd().split("\n");
    const columns = lines.map((line) =>
      line.replace(/^(\S+) (\S+) +(\d+) (.{10}) (.{5})(:\d\d)? /, "$1|$2|$3|$4 $5|"),
    );
    expect(columns).toEqual([
      "-rw-r--r--|root/root|4|2026-11-23 12:30|p/LICENSE",
      "-rw-r--r--|root/root|0|2026-11-23 12:30|p/empty",
      "-rw-r--r--|root/root|512|2026-11-23 12:30|p/exactly one block",
      "-rwxr-xr-x|root/root|100000|2026-11-23 12:30|p/mcpzip",
    ]);
    for (const { path, content } of ENTRIES)
      expect(run("tar", "xOJf", "a.tar.xz", path)).toBe(Buffer.from(content).toString());
  });

  test("is the same for the same files in any order, and another for another byte", async () => {
    const first = await archiveOf({ format: "mach-o" }, ENTRIES, OPTIONS);
    expect(await archiveOf({ format: "elf" }, ENTRIES.toReversed(), OPTIONS)).toEqual(first);
    const [changed = ENTRIES[0]!, ...rest] = ENTRIES;
    const other = [{ ...changed, content: Buffer.alloc(100_000, "Binary") }, ...rest];
    expect(await archiveOf({ format: "elf" }, other, OPTIONS)).not.toEqual(first);
  });
});

describe("a .zip", () => {
  test.skipIf(Bun.which("unzip") === null)(
    "passes unzip's test, with modes and times",
    async () => {
      writeFileSync(join(folder, "a.zip"), await archiveOf({ format: "pe" }, ENTRIES, OPTIONS));
      expect(run("unzip", "-t", "a.zip")).toContain("No errors detected");
      const listed = run("unzip", "-Z", "-T", "a.zip");
      expect(listed).toMatch(/-rwxr-xr-x .* 100000 .* 20261123\.123044 p\/mcpzip/);
      expect(listed).toMatch(/-rw-r--r-- .* 0 .* 20261123\.123044 p\/empty/);
      for (const { path, content } of ENTRIES)
        expect(run("unzip", "-p", "a.zip", path)).toBe(Buffer.from(content).toString());
    },
  );

  test("is the same for the same files in any order", async () => {
    const first = await archiveOf({ format: "pe" }, ENTRIES, OPTIONS);
    expect(await archiveOf({ format: "pe" }, ENTRIES.toReversed(), OPTIONS)).toEqual(first);
  });

  test("takes a time before 1980, which the format cannot tell, for its first", async () => {
    const [epoch, first] = await Promise.all(
      [0, Date.UTC(1980, 0, 1) / 1000].map((modifiedAt) =>
        archiveOf({ format: "pe" }, ENTRIES, { modifiedAt, level: 0 }),
      ),
    );
    expect(epoch).toEqual(first!);
  });
});

test("a path that a tar file cannot hold is refused", () => {
  const entry = { path: "p/".repeat(51), content: new Uint8Array() };
  expect(() => tar([entry], 0)).toThrow("too long a path");
});

describe("SHA256SUMS", () => {
  test.skipIf(Bun.which("sha256sum") === null)("is what sha256sum takes", async () => {
    const release = mkdtempSync(join(folder, "release-"));
    writeFileSync(join(release, "b.zip"), "b");
    writeFileSync(join(release, "a.tar.xz"), "a");
    await writeChecksums(release);
    await writeChecksums(release);
    const text = await Bun.file(join(release, "SHA256SUMS")).text();
    expect(run("sh", "-c", `cd ${release} && sha256sum --check --strict SHA256SUMS`)).toBe(
      "a.tar.xz: OK\nb.zip: OK\n",
    );
    expect([...parseChecksums(text).keys()]).toEqual(["a.tar.xz", "b.zip"]);
  });

  test.each([
    ["a page of HTML", "<!doctype html>\n"],
    ["a hash that is cut", `${"a".repeat(63)}  a.zip\n`],
    ["a path", `${"a".repeat(64)}  ../a.zip\n`],
  ])("is refused when it is %s", (_, text) => {
    expect(() => parseChecksums(text)).toThrow("not a line of SHA256SUMS");
  });

  test("may have come through Windows", () => {
    expect([...parseChecksums(`${"a".repeat(64)} *a.zip\r\n`).keys()]).toEqual(["a.zip"]);
  });
});
