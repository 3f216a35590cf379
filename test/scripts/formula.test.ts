import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join } from "node:path";
import { version as currentVersion } from "../../package.json";
import { renderFormula } from "../../scripts/formula.ts";
import { packageEntries, sharedFiles } from "../../scripts/release/package-files.ts";
import { archiveName, hostTarget, TARGETS } from "../../scripts/release/targets.ts";
import { BINARY } from "../e2e/binary.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);
const hasRuby = Bun.which("ruby") !== null;

function checksums(version: string) {
  return new Map(
    TARGETS.map((target, at) => [archiveName(target, version), String(at).repeat(64)] as const),
  );
}

function evaluate(formula: string, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["ruby", join(import.meta.dir, "formula.rb"), ...args],
    { stdin: Buffer.from(formula) },
  );
  if (exitCode !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

describe.skipIf(!hasRuby)("the formula, to Ruby", () => {
  test("is good syntax, without a warning", () => {
    const { stdout, stderr } = Bun.spawnSync(["ruby", "-wc"], {
      stdin: Buffer.from(renderFormula(checksums("1.2.3"), "1.2.3")),
    });
    expect([stdout.toString(), stderr.toString()]).toEqual(["Syntax OK\n", ""]);
  });

  test("has for each platform the archive that is for it, with its checksum", () => {
    const sums = checksums("1.2.3");
    const { platforms } = evaluate(renderFormula(sums, "1.2.3"));
    const names = { macos: "darwin", linux: "linux", arm: "arm64", intel: "x64" } as const;
    for (const system of ["macos", "linux"] as const)
      for (const machine of ["arm", "intel"] as const) {
        const file = `mcpzip-1.2.3-${names[system]}-${names[machine]}.tar.xz`;
        expect(platforms).toContainEqual(
          expect.objectContaining({
            platform: `${system}-${machine}`,
            version: "1.2.3",
            url: expect.stringMatching(new RegExp(`/releases/download/v1\\.2\\.3/${file}$`)),
            sha256: sums.get(file),
          }),
        );
      }
    expect(platforms).toHaveLength(4);
  });

  test("installs files that are in the archive, and all that are for a user", async () => {
    const { installed } = evaluate(renderFormula(checksums("1.2.3"), "1.2.3"));
    const shared = await sharedFiles(0);
    const entries = packageEntries(hostTarget(), { executable: new Uint8Array(), shared });
    const inArchive = entries.map(({ path }) => path.slice(path.indexOf("/") + 1));
    const named = Object.values(installed)
      .flat()
      .map((each) => (typeof each === "string" ? each : Object.keys(Object(each))[0]));
    expect(inArchive).toEqual(expect.arrayContaining(named));
    // Homebrew takes the license by itself, and has no place of its own for PowerShell's completion.
    expect(inArchive.filter((path) => !named.includes(path)).toSorted()).toEqual([
      "LICENSE",
      "completions/mcpzip.ps1",
    ]);
  });

  test.skipIf(process.platform === "win32")("has a test that passes with the real program", () => {
    const formula = renderFormula(checksums(currentVersion), currentVersion);
    expect(() => evaluate(formula, dirname(BINARY))).not.toThrow();
  });

  test("has a test that fails with another program, or another version", async () => {
    const other = renderFormula(checksums("99.0.0"), "99.0.0");
    expect(() => evaluate(other, dirname(BINARY))).toThrow('"99.0.0" is not in');
    expect(() => evaluate(other, "/nonexistent")).toThrow();
  });
});

test("keeps to the style that Homebrew asks for", () => {
  const formula = renderFormula(checksums("1.2.3"), "1.2.3");
  const [, desc = ""] = /desc "(.+)"/.exec(formula) ?? [];
  expect(desc.length).toBeGreaterThan(10);
  expect(desc.length).toBeLessThanOrEqual(80);
  expect(desc).toMatch(/^(?!(?:A|An|The|Mcpzip|mcpzip) )[A-Z].*[^.]$/);
  const order = [...formula.matchAll(/^ {2}(\w+)/gm)].map(([, word]) => word);
  expect(order.filter((word) => word !== "end")).toEqual([
    "desc",
    "homepage",
    "version",
    "license",
    "on_macos",
    "on_linux",
    "def",
    "test",
  ]);
  expect(formula).not.toMatch(/[ \t]$|\n{3}|\t/m);
  expect(formula).toEndWith("end\n");
});

test("is not made when an archive has no checksum", () => {
  const sums = checksums("1.2.3");
  sums.delete("mcpzip-1.2.3-darwin-x64.tar.xz");
  expect(() => renderFormula(sums, "1.2.3")).toThrow("no mcpzip-1.2.3-darwin-x64.tar.xz");
});
