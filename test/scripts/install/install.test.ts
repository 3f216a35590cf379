import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderInstaller } from "../../../scripts/release/installers.ts";
import { hostTarget, TARGETS } from "../../../scripts/release/targets.ts";
import { TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";
import { InstallHome, leftovers, programText } from "./install-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);
const host = hostTarget().name;
const canInstall = process.platform !== "win32" && Bun.which("xz") !== null;

describe.skipIf(!canInstall)("install.sh", () => {
  const shells = ["sh", "dash", "bash", "ksh", "zsh"].filter((name) => Bun.which(name) !== null);
  test.each(shells.map((shell) => [shell]))(
    "installs the newest release with %s",
    async (shell) => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      await home.publish("1.10.0");
      const before = leftovers();
      const { code, stdout, stderr } = await home.install([], { shell });
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`mcpzip 1.10.0 is in ${home.file}\n`);
      expect(stdout).toContain(`export PATH="${dirname(home.file)}:$PATH"`);
      expect(home.runs()).toBe(`${host} 1.10.0`);
      expect(statSync(home.file).mode & 0o777).toBe(0o755);
      expect(home.beside()).toEqual(["mcpzip"]);
      expect(leftovers()).toEqual(before);
    },
  );

  test.each([[["--version", "1.2.3"]], [["--version=v1.2.3"]]])(
    "installs the release that %j names",
    async (args) => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      await home.publish("2.0.0");
      expect((await home.install(args)).code).toBe(0);
      expect(home.runs()).toBe(`${host} 1.2.3`);
    },
  );

  test.each([["bin"], ["a folder/of mine"]])("installs into %s", async (dir) => {
    await using home = new InstallHome();
    await home.publish("1.2.3");
    const folder = join(home.path, dir);
    const env = { PATH: `${folder}:${home.env().PATH}` };
    const { code, stdout } = await home.install(["--dir", dir], { env });
    expect(code).toBe(0);
    expect(stdout).toEndWith("next: mcpzip init\n");
    expect(home.runs(join(folder, "mcpzip"))).toBe(`${host} 1.2.3`);
    expect(home.read()).toBeUndefined();
  });

  test.each([
    ["a home", [], "/", ".local/bin"],
    ["a folder", ["--dir", "bin/"], "", "bin"],
  ] as const)("%s with a slash at its end is the same one", async (_what, args, slash, dir) => {
    await using home = new InstallHome();
    await home.publish("1.2.3");
    const folder = join(home.path, dir);
    const env = { HOME: `${home.path}${slash}`, PATH: `${folder}:${home.env().PATH}` };
    const { code, stdout } = await home.install(args, { env });
    expect(code).toBe(0);
    expect(stdout).toEndWith(`is in ${folder}/mcpzip\nnext: mcpzip init\n`);
  });

  test("says which mcpzip still comes first on the PATH", async () => {
    await using home = new InstallHome();
    await home.publish("1.2.3");
    home.fake("mcpzip", "echo old");
    const env = { PATH: `${home.env().PATH}:${dirname(home.file)}` };
    const { stdout } = await home.install([], { env });
    expect(stdout).toContain(`"mcpzip" still means ${home.path}/tools/mcpzip`);
  });

  const PLATFORMS = [
    ["Linux", "x86_64", "GNU libc", "linux-x64"],
    ["Linux", "aarch64", "ldd (GNU libc) 2.36", "linux-arm64"],
    ["Linux", "x86_64", "musl libc (x86_64)", "linux-x64-musl"],
    ["Linux", "aarch64", "musl libc (aarch64)", "linux-arm64-musl"],
    ["Darwin", "arm64", "", "darwin-arm64"],
    ["Darwin", "x86_64", "", "darwin-x64"],
  ] as const;
  test.each(PLATFORMS)("on %s %s (%s) takes %s", async (system, machine, libc, target) => {
    await using home = new InstallHome();
    await home.publish("1.2.3");
    home.fake("uname", `case $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac`);
    home.fake("ldd", `echo "${libc}" >&2; exit 1`);
    home.fake("sysctl", "echo 0");
    expect(await home.install()).toMatchObject({ code: 0, stderr: "" });
    expect(home.runs()).toBe(`${target} 1.2.3`);
  });

  test("has a program for every platform but Windows", () => {
    const unix = TARGETS.filter(({ format }) => format !== "pe").map(({ name }) => name);
    expect(unix.toSorted()).toEqual(PLATFORMS.map(([, , , target]) => target).toSorted());
  });

  test("takes the program for arm64 in a shell that Rosetta runs", async () => {
    await using home = new InstallHome();
    await home.publish("1.2.3");
    home.fake("uname", "case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac");
    home.fake("sysctl", "echo 1");
    await home.install();
    expect(home.runs()).toBe("darwin-arm64 1.2.3");
  });

  test.each([
    ["FreeBSD", "amd64", /no mcpzip for FreeBSD on x64/],
    ["Linux", "riscv64", /no mcpzip for Linux on riscv64/],
    ["MINGW64_NT-10.0", "x86_64", /install\.ps1 \| iex/],
  ])("downloads nothing on %s %s, and says why", async (system, machine, expected) => {
    await using home = new InstallHome();
    await home.publish("1.2.3");
    home.fake("uname", `case $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac`);
    const { code, stderr } = await home.install();
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^mcpzip: .*\n {2}fix {3}.*\n$/);
    expect(home.server.asked).toEqual([]);
  });

  describe("with other tools than usual", () => {
    const NEEDED = [
      "sh",
      "uname",
      "id",
      "ls",
      "awk",
      "mkdir",
      "mktemp",
      "tar",
      "grep",
      "head",
      "sed",
    ].concat(["cp", "chmod", "mv", "rm", "cat", "ldd", "readlink", "xz"]);

    test.each([
      ["wget and openssl", ["wget", "openssl"]],
      ["curl and shasum", ["curl", "shasum"]],
    ])("does with %s", async (_, names) => {
      if (names.some((name) => Bun.which(name) === null)) return;
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const env = { PATH: home.pathOf([...NEEDED, ...names]) };
      expect(await home.install([], { env })).toMatchObject({ code: 0, stderr: "" });
      expect(home.runs()).toBe(`${host} 1.2.3`);
    });

    test.skipIf(Bun.which("busybox") === null)("does with BusyBox alone", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const applets = NEEDED.filter((name) => name !== "ldd").concat("wget", "sha256sum");
      const folder = home.busyboxPath(applets);
      const options = { shell: join(folder, "sh"), env: { PATH: folder } };
      expect(await home.install([], options)).toMatchObject({ code: 0, stderr: "" });
      expect(home.read()).toBe(programText("1.2.3", host));
    });

    test.each([
      ["curl", "xz", /xz is not there.*\n.*xz-utils/],
      ["xz", "curl", /neither curl nor wget is there/],
    ])("with %s and without %s says what to install", async (present, missing, expected) => {
      await using home = new InstallHome();
      const names = NEEDED.filter((name) => name !== missing).concat(present, "sha256sum");
      const { code, stderr } = await home.install([], { env: { PATH: home.pathOf(names) } });
      expect([code, stderr]).toEqual([1, expect.stringMatching(expected)]);
    });
  });

  test.each([
    [["--prefix", "/opt"], 'no option "--prefix"'],
    [["--version"], "--version needs a value"],
    [["--dir="], "--dir needs a value"],
    [["--version", "1.0/../../x"], "is no version"],
  ])("refuses %j as wrong usage", async (args, expected) => {
    await using home = new InstallHome();
    const { code, stderr } = await home.install(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });

  test.each([["http://releases.example/x"], ["ftp://127.0.0.1/x"], ["file:///etc"], ["https:/x"]])(
    "downloads nothing from %s",
    async (address) => {
      await using home = new InstallHome();
      const env = { MCPZIP_RELEASES_URL: address };
      const { code, stderr } = await home.install([], { env });
      expect([code, stderr]).toEqual([1, expect.stringContaining("by https only")]);
    },
  );

  test.each([0.25, 0.5, 0.75, 0.95, 0.999])(
    "does nothing when %d of it has arrived",
    async (part) => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const whole = await renderInstaller("install.sh");
      await home.install([], { script: whole.slice(0, Math.floor(whole.length * part)) });
      expect(home.server.asked).toEqual([]);
      expect(home.beside()).toEqual([]);
    },
  );

  test.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ TERM: "dumb" }, false],
  ])("on a terminal with %j, is red: %p", async (env, isRed) => {
    await using home = new InstallHome();
    home.write("install.sh", await renderInstaller("install.sh"));
    let shown = "";
    const child = Bun.spawn(["sh", join(home.path, "install.sh"), "--what"], {
      env: home.env({ TERM: "xterm", ...env }),
      terminal: { data: (_, bytes) => void (shown += new TextDecoder().decode(bytes)) },
    });
    await child.exited;
    child.terminal?.close();
    expect(shown).toContain('there is no option "--what"');
    expect(shown.includes("\u001b[31m")).toBe(isRed);
  });
});
