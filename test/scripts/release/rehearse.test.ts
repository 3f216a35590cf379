import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { buildAll } from "../../../scripts/release/build-all.ts";
import { compile } from "../../../scripts/release/compile.ts";
import { parseChecksums } from "../../../scripts/release/checksums.ts";
import { converse } from "../../../scripts/release/converse.ts";
import { rehearse } from "../../../scripts/release/rehearse.ts";
import { releaseTime } from "../../../scripts/release/release-time.ts";
import { hostTarget, targetNamed } from "../../../scripts/release/targets.ts";
import { BINARY } from "../../e2e/binary.ts";

setDefaultTimeout(120_000);
const folder = mkdtempSync(join(tmpdir(), "mcpzip-rehearse-"));
afterAll(() => rmSync(folder, { recursive: true }));

const canRelease = process.platform !== "win32" && Bun.which("xz") !== null;

test.skipIf(!canRelease)(
  "a release goes from its tag to a conversation with what was installed",
  async () => {
    const said: string[] = [];
    await rehearse({ tag: `v${version}`, executable: BINARY, say: (line) => said.push(line) });
    const text = said.join("\n");
    expect(text).toContain(`${hostTarget().name}: a conversation went well`);
    expect(text).toMatch(/^TARGET +EXECUTABLE +ARCHIVE$/m);
    expect(text).toContain(`installed and tried: mcpzip ${version}; echo__add`);
    expect(text).toEndWith("mcpzip update knows that it is the newest");
  },
);

test("a tag that package.json does not bear out is no release", async () => {
  const rehearsal = rehearse({ tag: "v99.0.0", say: () => {} });
  await expect(rehearsal).rejects.toThrow(`package.json says v${version}`);
});

describe("a conversation", () => {
  test("finds fault with a program that is none of ours", async () => {
    await expect(converse(Bun.which("false") ?? "")).rejects.toThrow("--version failed");
  });

  test("tells what was said when the program ends before its time", async () => {
    const script = join(folder, "broken");
    await Bun.write(script, '#!/bin/sh\n[ "$1" = serve ] && { echo alas >&2; exit 3; }\necho 1\n');
    Bun.spawnSync(["chmod", "755", script]);
    await expect(converse(script)).rejects.toThrow("on stderr: alas");
  });
});

test("the same tree is built to the same bytes in another folder, and leaves nothing else there", async () => {
  const places = ["one", "two/with a space"].map((name) => join(folder, name, "mcpzip"));
  for (const place of places) await compile(place);
  const [first, second] = places.map((place) => Bun.file(place).bytes());
  expect(Buffer.compare((await first)!, (await second)!)).toBe(0);
  for (const place of places) expect(readdirSync(join(place, ".."))).toEqual(["mcpzip"]);
});

test("a runtime for another platform than its name says is found out, and keeps no other from being tried", async () => {
  const runtimes = join(folder, "runtimes");
  const output = join(folder, "release");
  const other = targetNamed(hostTarget().architecture === "x64" ? "linux-arm64" : "linux-x64");
  const broken = targetNamed("windows-x64");
  mkdirSync(runtimes);
  copyFileSync(process.execPath, join(runtimes, `bun-${other.name}`));
  const targets = [other, broken];
  const said: string[] = [];
  const options = { output, targets, level: 0, madeAt: releaseTime("1795000000"), runtimes };
  const built = buildAll({ ...options, say: (line) => said.push(line) });
  const failure = await built.then(String, (error: Error) => error.message);
  expect(failure).toContain(`${other.name}: its `);
  expect(failure).toContain(`${broken.name}: bun build for windows-x64 failed`);
  const sums = parseChecksums(readFileSync(join(output, "SHA256SUMS"), "utf8"));
  expect([...sums.keys()]).toEqual(["install.ps1", "install.sh", `mcpzip-${version}.cdx.json`]);
  expect(said).toContain("no formula: not all of its archives are here");
});

test.each([
  ["SOURCE_DATE_EPOCH", "1795000000", 1_795_000_000],
  ["nothing, the time of the commit", undefined, expect.any(Number)],
])("the time of a release comes from %s", (_, epoch, expected) => {
  expect(releaseTime(epoch)).toEqual(expected);
});
