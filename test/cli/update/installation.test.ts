import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  describeInstaller,
  installationOf,
  updateCommand,
} from "../../../src/cli/update/installation.ts";
import { releasesAddress, RELEASES } from "../../../src/cli/update/releases.ts";
import packageJson from "../../../package.json";

const root = realpathSync(mkdtempSync(join(tmpdir(), "mcpzip-installation-")));
afterAll(() => rmSync(root, { recursive: true }));

const OPTIONS = { releases: RELEASES, platform: "linux", home: join(root, "home") } as const;

function program(name: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return path;
}

describe("who installed a copy", () => {
  test.each([
    ["opt/homebrew/Cellar/mcpzip/0.1.0/bin/mcpzip", "homebrew"],
    ["linuxbrew/.linuxbrew/Cellar/mcpzip/0.1.0_1/bin/mcpzip", "homebrew"],
    ["lib/node_modules/mcpzip-linux-x64/bin/mcpzip", "package"],
    ["home/.local/bin/mcpzip", "file"],
    ["home/Cellar/bin/mcpzip", "file"],
  ] as const)("%s: %s", (name, by) => {
    const path = program(name);
    expect(installationOf(path, false)).toEqual({ by, path });
  });

  test.each([
    ["/usr/bin/mcpzip", "system"],
    ["/bin/mcpzip", "system"],
    ["/nix/store/abc-mcpzip-0.1.0/bin/mcpzip", "nix"],
    ["/usr/local/bin/mcpzip", "file"],
  ] as const)("%s: %s", (path, by) => {
    expect(installationOf(path, false).by).toBe(by);
  });

  test("is found behind the links by which a package manager puts it on the PATH", () => {
    const cellar = program("brew/Cellar/mcpzip/0.2.0/bin/mcpzip");
    const link = join(root, "brew/bin/mcpzip");
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(cellar, link);
    expect(installationOf(link, false)).toEqual({ by: "homebrew", path: cellar });
  });

  test("is nobody when it was built in a checkout, or runs from one", () => {
    const checkout = join(root, "checkout");
    const built = program("checkout/dist/mcpzip");
    writeFileSync(
      join(checkout, "package.json"),
      JSON.stringify({ name: "mcpzip", private: true }),
    );
    expect(installationOf(built, false)).toEqual({ by: "source", path: checkout });
    expect(installationOf(process.execPath, true)).toMatchObject({ by: "source" });
  });

  test.each([["{"], ["null"], ['{"name":"mcpzip-fork","private":true}']])(
    "is not a checkout of ours by a package.json that holds %s",
    (text) => {
      const built = program("other/dist/mcpzip");
      writeFileSync(join(root, "other/package.json"), text);
      expect(installationOf(built, false).by).toBe("file");
    },
  );
});

describe("how a copy is updated", () => {
  const script = `curl -fsSL ${RELEASES}/latest/download/install.sh | sh`;

  test.each([
    ["homebrew", "/opt/homebrew/Cellar/mcpzip/0.1.0/bin/mcpzip", "brew upgrade mcpzip"],
    ["file", join(OPTIONS.home, ".local/bin/mcpzip"), script],
    ["file", "/opt/tools/mcpzip", `${script} -s -- --dir /opt/tools`],
    ["file", "/opt/my $tools/mcpzip", `${script} -s -- --dir '/opt/my $tools'`],
    ["file", "/opt/it's/mcpzip", `${script} -s -- --dir '/opt/it'\\''s'`],
    [
      "source",
      "/src/mcpzip",
      "cd /src/mcpzip && git pull && bun install --frozen-lockfile && bun run build",
    ],
    ["nix", "/nix/store/x/bin/mcpzip", undefined],
    ["system", "/usr/bin/mcpzip", undefined],
    ["package", "/x/node_modules/y/mcpzip", undefined],
  ] as const)("%s, %s", (by, path, command) => {
    expect(updateCommand({ by, path }, OPTIONS)).toBe(command);
    expect(describeInstaller(by)).toMatch(/^(by|as|from) /);
  });

  test("in PowerShell, in the folder where it is", () => {
    const path = "/Tools/ann's/mcpzip.exe";
    expect(updateCommand({ by: "file", path }, { ...OPTIONS, platform: "win32" })).toBe(
      `$env:MCPZIP_INSTALL_DIR = '/Tools/ann''s'; irm ${RELEASES}/latest/download/install.ps1 | iex`,
    );
  });
});

describe("where releases are", () => {
  test("is in the repository of package.json", () => {
    expect(RELEASES).toBe(`https://github.com/${packageJson.repository.slice(7)}/releases`);
    expect(releasesAddress({ MCPZIP_RELEASES_URL: "" })).toBe(RELEASES);
  });

  test.each([
    ["https://mirror.example/mcpzip/", "https://mirror.example/mcpzip"],
    ["http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"],
  ])("may be %s", (set, expected) => {
    expect(releasesAddress({ MCPZIP_RELEASES_URL: set })).toBe(expected);
  });

  test.each([["http://mirror.example"], ["file:///tmp"], ["mirror"]])("may not be %s", (set) => {
    expect(() => releasesAddress({ MCPZIP_RELEASES_URL: set })).toThrow("not an https address");
  });
});
