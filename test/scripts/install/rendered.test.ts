import { describe, expect, test } from "bun:test";
import { repository } from "../../../package.json";
import { INSTALLERS, renderInstaller } from "../../../scripts/release/installers.ts";
import { TARGETS } from "../../../scripts/release/targets.ts";

const ADDRESS = `https://github.com/${repository.replace("github:", "")}/releases`;

test.each(INSTALLERS)(
  "%s gets the repository's address, and no other host is in it",
  async (name) => {
    const text = await renderInstaller(name);
    expect(text).not.toContain("@RELEASES@");
    expect(text).toContain(ADDRESS);
    const hosts = [...text.matchAll(/https?:\/\/([a-z][\w.]*\.\w+)/g)].map(([, host]) => host);
    expect(new Set(hosts)).toEqual(new Set(["github.com"]));
  },
);

test("an installer that nobody has rendered downloads nothing", async () => {
  const script = `${import.meta.dir}/../../../scripts/install/install.sh`;
  const env = { PATH: process.env.PATH ?? "", HOME: "/nonexistent" };
  const { exitCode, stderr } = Bun.spawnSync(["sh", script, "--dir", "/tmp"], { env });
  expect([exitCode, stderr.toString()]).toEqual([1, expect.stringContaining('"@RELEASES@"')]);
});

test.skipIf(Bun.which("shellcheck") === null)("install.sh passes shellcheck", async () => {
  const { stdout } = Bun.spawnSync(["shellcheck", "--shell=sh", "-"], {
    stdin: Buffer.from(await renderInstaller("install.sh")),
  });
  expect(stdout.toString()).toBe("");
});

describe("install.ps1", () => {
  test("knows the programs for Windows, and no other", async () => {
    const text = await renderInstaller("install.ps1");
    const windows = TARGETS.filter(({ format }) => format === "pe").map(({ name }) => name);
    const named = [...text.matchAll(/'((?:windows|linux|darwin)-\w+)'/g)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(windows.toSorted());
  });

  test("is ASCII, which PowerShell 5 takes for what it is", async () => {
    expect(await renderInstaller("install.ps1")).toMatch(/^[\n\u0020-\u007e]+$/);
  });

  test.skipIf(Bun.which("pwsh") === null)("is parsed by PowerShell", async () => {
    const parse =
      "$e = $null; [void][Management.Automation.Language.Parser]::ParseInput([Console]::In.ReadToEnd(), [ref]$null, [ref]$e); $e | % Message";
    const { stdout } = Bun.spawnSync(["pwsh", "-NoProfile", "-Command", parse], {
      stdin: Buffer.from(await renderInstaller("install.ps1")),
    });
    expect(stdout.toString()).toBe("");
  });
});
