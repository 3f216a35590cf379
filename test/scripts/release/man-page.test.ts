import { expect, test } from "bun:test";
import { manPage, roff } from "../../../scripts/release/man-page.ts";
import { isFlag } from "../../../src/cli/args.ts";
import { COMMANDS } from "../../../src/cli/run.ts";

const page = await manPage(1_795_000_000);

test("has every command with its flags, and none that is hidden", async () => {
  for (const [name, { isHidden, load }] of Object.entries(COMMANDS)) {
    const heading = `\n.SS mcpzip ${roff(name)}\n`;
    expect(page.includes(heading)).toBe(isHidden !== true);
    if (isHidden === true) continue;
    const { args } = await load();
    const flags = Object.keys(args).filter((each) => isFlag(args[each]));
    for (const flag of flags) expect(page).toContain(`\\fB\\-\\-${roff(flag)}`);
  }
});

test("is ASCII alone, and bears the time that it is given", () => {
  expect(page).toMatch(/^[\n\u0020-\u007e]+$/);
  expect(page).toStartWith('.TH MCPZIP 1 "2026-11-18"');
});

test.each([
  ["a line that looks like a request", ".so /etc/passwd", "\\&.so /etc/passwd"],
  ["an apostrophe at the start", "'tis", "\\(aqtis"],
  ["a backslash", "a\\fBc", "a\\efBc"],
  ["what Unicode has", "SERVER…", "SERVER\\[u2026]"],
  ["flags, to be copied", "--dry-run", "\\-\\-dry\\-run"],
])("takes %s for text", (_, text, written) => {
  expect(roff(text)).toBe(written);
});

test.skipIf(Bun.which("groff") === null)("is formatted by groff without a warning", () => {
  const { stdout, stderr } = Bun.spawnSync(["groff", "-man", "-Tutf8", "-ww", "-P-cbou"], {
    stdin: Buffer.from(page),
  });
  expect(stderr.toString()).toBe("");
  expect(stdout.toString()).toContain("mcpzip login SERVER [flags]");
});

test.skipIf(Bun.which("mandoc") === null)("passes mandoc's lint", () => {
  const { stdout } = Bun.spawnSync(["mandoc", "-Tlint", "-Wwarning"], { stdin: Buffer.from(page) });
  expect(stdout.toString()).toBe("");
});
