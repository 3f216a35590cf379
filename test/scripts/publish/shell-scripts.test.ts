import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const SCRIPTS = join(import.meta.dir, "../../../scripts/publish");

/** A folder with programs of its own on the PATH, which write down what they were called with. */
class Stage implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "mcpzip-publish-"));

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, content: string): string {
    const file = this.path(name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** A program that notes its arguments and then does `body`. */
  program(name: string, body = ""): void {
    const log = this.path("calls.log");
    const file = this.write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> "${log}"\n${body}\n`);
    chmodSync(file, 0o755);
  }

  /** Calls of the programs, with the folder's own path left out. */
  calls(): string[] {
    const text = readFileSync(this.path("calls.log"), "utf8");
    return text.replaceAll(`${this.folder}/`, "").trimEnd().split("\n");
  }

  run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["bash", join(SCRIPTS, script), ...args], {
      cwd: this.folder,
      env: {
        PATH: `${this.path("bin")}${delimiter}${process.env.PATH ?? ""}`,
        HOME: this.folder,
        ...env,
      },
    });
    return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  git(...args: string[]): string {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH ?? "", HOME: this.folder, GIT_CONFIG_NOSYSTEM: "1" },
    });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const NOT_HERE = process.platform === "win32" || Bun.which("bash") === null;

test.skipIf(NOT_HERE)("each executable is signed anew, and then checked", () => {
  using stage = new Stage();
  stage.program("codesign");
  stage.write("a/mcpzip", "");
  stage.write("b/mcpzip", "");
  expect(stage.run("sign-macos.sh", [stage.path("a/mcpzip"), stage.path("b/mcpzip")])).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
  expect(stage.calls()).toEqual(
    ["a", "b"].flatMap((name) => [
      `codesign --remove-signature ${name}/mcpzip`,
      `codesign --force --sign - --identifier mcpzip ${name}/mcpzip`,
      `codesign --verify --strict --verbose=2 ${name}/mcpzip`,
    ]),
  );
});

test.skipIf(NOT_HERE)("a signature that does not verify fails the signing", () => {
  using stage = new Stage();
  stage.program("codesign", '[ "$1" != --verify ]');
  const file = stage.write("mcpzip", "");
  expect(stage.run("sign-macos.sh", [file]).exitCode).toBe(1);
  expect(stage.run("sign-macos.sh", []).exitCode).toBe(2);
});

function sum(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

function release(stage: Stage): void {
  stage.write("release/a b.tar.xz", "A");
  stage.write("release/install.sh", "I");
  stage.write("release/homebrew/mcpzip.rb", "not a file of the release");
  stage.write("release/SHA256SUMS", `${sum("A")}  a b.tar.xz\n${sum("I")}  install.sh\n`);
  stage.write("notes.md", "- New.\n");
  // There is no release of that tag.
  stage.program("gh", 'case "$*" in "release view"*) exit 1 ;; esac');
}

/** What `gh` says of the release of the tag. */
function published(stage: Stage, isDraft: boolean, sums: string): void {
  const file = stage.write("sums", sums);
  stage.program(
    "gh",
    `case "$*" in
      "release view"*) echo ${isDraft} ;;
      "release download"*) cat "${file}" ;;
    esac`,
  );
}

function sumsOf(stage: Stage): string {
  return readFileSync(stage.path("release/SHA256SUMS"), "utf8");
}

const ARGUMENTS = ["v1.2.3", "release", "notes.md"];

test.skipIf(NOT_HERE)("a release has every file that has a checksum, and the notes", () => {
  using stage = new Stage();
  release(stage);
  expect(stage.run("github-release.sh", ["v1.2.3", "release", "notes.md"]).stderr).toBe("");
  expect(stage.calls()).toEqual([
    "gh release view v1.2.3 --json isDraft --jq .isDraft",
    "gh release create v1.2.3 --verify-tag --title mcpzip 1.2.3 --notes-file notes.md --latest " +
      "release/SHA256SUMS release/a b.tar.xz release/install.sh",
  ]);
});

test.skipIf(NOT_HERE)("a release that is published already with these files is left alone", () => {
  using stage = new Stage();
  release(stage);
  published(stage, false, sumsOf(stage));
  expect(stage.run("github-release.sh", ARGUMENTS)).toMatchObject({
    exitCode: 0,
    stdout: "v1.2.3 is published already, with these files\n",
  });
  expect(stage.calls().join("\n")).not.toMatch(/create|delete|upload/);
});

test.skipIf(NOT_HERE)("a release that is published with other files is never replaced", () => {
  using stage = new Stage();
  release(stage);
  published(stage, false, `${sum("B")}  install.sh\n`);
  const { exitCode, stderr } = stage.run("github-release.sh", ARGUMENTS);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("with other files")]);
  expect(stage.calls().join("\n")).not.toMatch(/create|delete|upload/);
});

test.skipIf(NOT_HERE)("the draft that an earlier try left is made anew", () => {
  using stage = new Stage();
  release(stage);
  published(stage, true, "");
  expect(stage.run("github-release.sh", ARGUMENTS).exitCode).toBe(0);
  const acts = stage.calls().map((call) => call.split(" ")[2]);
  expect(acts).toEqual(["view", "delete", "create"]);
});

test.skipIf(NOT_HERE)("a tag with a dash makes a pre-release", () => {
  using stage = new Stage();
  release(stage);
  stage.run("github-release.sh", ["v1.2.3-rc.1", "release", "notes.md"]);
  expect(stage.calls().join()).toContain("--prerelease");
  expect(stage.calls().join()).not.toContain("--latest");
});

test.skipIf(NOT_HERE).each([
  ["a file without a checksum", (stage: Stage) => stage.write("release/extra", ""), "extra"],
  [
    "a checksum without a file",
    (stage: Stage) => rmSync(stage.path("release/install.sh")),
    "install.sh",
  ],
  [
    "a file that has changed",
    (stage: Stage) => stage.write("release/install.sh", "J"),
    "install.sh",
  ],
] as const)("%s is not published", (_what, spoil, named) => {
  using stage = new Stage();
  release(stage);
  spoil(stage);
  const { exitCode, stdout, stderr } = stage.run("github-release.sh", [
    "v1.0.0",
    "release",
    "notes.md",
  ]);
  expect(exitCode).toBe(1);
  expect(stdout + stderr).toContain(named);
  expect(() => stage.calls()).toThrow();
});

function tap(stage: Stage): Record<string, string> {
  stage.git("init", "--quiet", "--bare", "--initial-branch=main", "tap.git");
  stage.git("clone", "--quiet", "tap.git", "seed");
  stage.write("seed/README.md", "taps\n");
  stage.git("-C", "seed", "add", ".");
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  stage.git("-C", "seed", ...author, "commit", "--quiet", "--message", "first");
  stage.git("-C", "seed", "push", "--quiet", "origin", "HEAD:main");
  stage.write("mcpzip.rb", "class Mcpzip < Formula\nend\n");
  stage.program("gh");
  return {
    TAP: "someone/homebrew-tap",
    TAP_URL: `file://${stage.path("tap.git")}`,
    GH_TOKEN: "ghp_secret",
  };
}

test.skipIf(NOT_HERE)("the tap gets a branch with the formula, and a pull request", () => {
  using stage = new Stage();
  const env = tap(stage);
  const { exitCode, stdout, stderr } = stage.run(
    "tap-pull-request.sh",
    ["v1.2.3", "mcpzip.rb"],
    env,
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stage.git("-C", "tap.git", "show", "mcpzip-1.2.3:Formula/mcpzip.rb")).toContain("Mcpzip");
  expect(stage.git("-C", "tap.git", "log", "-1", "--format=%s", "mcpzip-1.2.3")).toBe(
    "mcpzip 1.2.3\n",
  );
  expect(stage.git("-C", "tap.git", "ls-tree", "--name-only", "main")).toBe("README.md\n");
  expect(stage.calls().at(-1)).toStartWith(
    "gh pr create --repo someone/homebrew-tap --head mcpzip-1.2.3 --title mcpzip 1.2.3",
  );
  expect(stdout + stage.calls().join()).not.toContain("ghp_secret");
});

test.skipIf(NOT_HERE)("proposing the same formula again does no harm", () => {
  using stage = new Stage();
  const env = tap(stage);
  stage.run("tap-pull-request.sh", ["v1.2.3", "mcpzip.rb"], env);
  stage.program("gh", 'case "$*" in "pr list"*) echo 7 ;; esac');
  const again = stage.run("tap-pull-request.sh", ["v1.2.3", "mcpzip.rb"], env);
  expect(again.stdout).toContain("already; it is brought up to date");
  stage.git("-C", "tap.git", "update-ref", "refs/heads/main", "mcpzip-1.2.3");
  const merged = stage.run("tap-pull-request.sh", ["v1.2.3", "mcpzip.rb"], env);
  expect(merged).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("already") });
  expect(stage.calls().filter((call) => call.startsWith("gh pr create"))).toHaveLength(1);
});

test.skipIf(NOT_HERE)("an empty tap is told what it lacks", () => {
  using stage = new Stage();
  const env = tap(stage);
  stage.git("init", "--quiet", "--bare", "empty.git");
  const { exitCode, stderr } = stage.run("tap-pull-request.sh", ["v1.2.3", "mcpzip.rb"], {
    ...env,
    TAP_URL: `file://${stage.path("empty.git")}`,
  });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("give it a first commit")]);
});

test.skipIf(NOT_HERE)("without a token it says where to put one", () => {
  using stage = new Stage();
  const { GH_TOKEN: _, ...env } = tap(stage);
  const { exitCode, stderr } = stage.run("tap-pull-request.sh", ["v1.2.3", "mcpzip.rb"], env);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("HOMEBREW_TAP_TOKEN");
});
