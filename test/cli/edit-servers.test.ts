import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_ADDRESS } from "../../src/config/schema-address.ts";
import { CliHome } from "./cli-home.ts";

const COMMENTED = `// mine
{
  "mcpServers": {
    "a": { "command": "x" }, // the first
    "b": { "url": "https://b.example/mcp", "disabled": true }
  }
}
`;

function configOf(home: CliHome): unknown {
  return JSON.parse(readFileSync(home.configFile, "utf8"));
}

function textOf(home: CliHome): string {
  return readFileSync(home.configFile, "utf8");
}

describe("add", () => {
  test.each([
    [["time", "--", "uvx", "mcp-server-time"], { command: "uvx", args: ["mcp-server-time"] }],
    [["x", "--", "prog"], { command: "prog" }],
    [
      ["x", "--", "npx", "--", "--help", "-h", ""],
      { command: "npx", args: ["--", "--help", "-h", ""] },
    ],
    [["x", "--env", "A=b=c", "--env", "D=", "--", "p"], { command: "p", env: { A: "b=c", D: "" } }],
    [["x", "https://x.example/mcp"], { url: "https://x.example/mcp" }],
    [["x", "https://${HOST:-x}/"], { url: "https://${HOST:-x}/" }],
    [
      ["x", "http://x.example/", "--transport", "sse", "--header", "A: b:c", "--header=D=e:f"],
      { type: "sse", url: "http://x.example/", headers: { A: "b:c", D: "e:f" } },
    ],
    [["x", "--json", '{"command":"p","cwd":"/"}'], { command: "p", cwd: "/" }],
    [["x", "--json", '{"y":{"url":"https://y.example"}}'], { url: "https://y.example" }],
  ])("%j", async (words, entry) => {
    await using home = new CliHome();
    const { code, stdout, stderr } = await home.run(["add", ...words]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`added "${words[0]}" to ${home.configFile}\n`);
    expect(configOf(home)).toEqual({
      $schema: SCHEMA_ADDRESS,
      mcpServers: { [words[0] ?? ""]: entry },
    });
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
    expect((await home.run(["list"])).code).toBe(0);
  });

  test("takes what a README shows, comments included, and more than one", async () => {
    await using home = new CliHome();
    const json =
      '{ "mcpServers": { "a": { "command": "x" }, /* and */ "b": { "command": "y" }, } }';
    const { code, stdout } = await home.run(["add", "--json", json]);
    expect([code, stdout]).toEqual([0, `added "a", "b" to ${home.configFile}\n`]);
    expect(configOf(home)).toMatchObject({
      mcpServers: { a: { command: "x" }, b: { command: "y" } },
    });
  });

  test("reads the JSON from stdin, where a secret leaves no trace in the shell", async () => {
    await using home = new CliHome();
    const started = home.start(["add", "x", "--json", "-"]);
    started.type('{ "command": "p" }');
    started.endInput();
    expect((await started.ended).code).toBe(0);
    expect(configOf(home)).toMatchObject({ mcpServers: { x: { command: "p" } } });
  });

  test("keeps comments and order", async () => {
    await using home = new CliHome();
    await Bun.write(home.configFile, COMMENTED);
    await home.run(["add", "c", "--", "z"]);
    expect(textOf(home)).toBe(
      COMMENTED.replace(
        '"disabled": true }\n',
        '"disabled": true },\n    "c": {\n      "command": "z"\n    }\n',
      ),
    );
  });

  test("refuses a name that is taken, and replaces it in its place with --force", async () => {
    await using home = new CliHome();
    await Bun.write(home.configFile, COMMENTED);
    const refused = await home.run(["add", "a", "--", "z"]);
    expect([refused.code, textOf(home)]).toEqual([2, COMMENTED]);
    expect(refused.stderr).toContain('there is a server "a"');
    expect((await home.run(["add", "a", "--force", "--", "z"])).code).toBe(0);
    expect(textOf(home)).toContain('"command": "z"\n    }, // the first\n');
  });

  test.each([
    ["no name", [], "needs a NAME", 2],
    ["nothing to add", ["x"], "Give a URL, or a command", 2],
    ["both", ["x", "https://x.example", "--", "p"], "not both", 2],
    ["a command as a url", ["x", "uvx"], "mcpzip add x -- uvx", 2],
    ["a header for a command", ["x", "--header", "A=b", "--", "p"], "--header is for a URL", 2],
    ["a variable for a url", ["x", "https://x.example", "--env", "A=b"], "--env is for", 2],
    ["a header without a name", ["x", "https://x.example", "--header", "s3cret"], "NAME=VALUE", 2],
    ["an unknown transport", ["x", "https://x.example", "--transport", "ws"], "--transport", 2],
    ["a name that is none", ["a__b", "--", "p"], "cannot be used", 1],
    ["a header that is none", ["x", "https://x.example", "--header", "A b=c"], "not legal", 1],
    ["broken JSON", ["x", "--json", '{"env": {"A": "s3cret'], "CONFIG_INVALID", 1],
    ["JSON of the wrong shape", ["x", "--json", '{"command": 5}'], "--json wants", 2],
    ["JSON with a wrong key", ["x", "--json", '{"command": "p", "args": "q"}'], "args must be", 1],
    ["JSON and flags", ["x", "https://x.example", "--json", "{}"], "url has no use", 2],
    ["an entry without a name", ["--json", '{"command": "p"}'], "needs a name", 2],
  ])("refuses %s and writes nothing", async (_what, words, message, exitCode) => {
    await using home = new CliHome();
    const { code, stdout, stderr } = await home.run(["add", ...words]);
    expect([code, stdout]).toEqual([exitCode, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("s3cret");
    expect(await Bun.file(home.configFile).exists()).toBe(false);
  });

  test.each([
    [["x", "--env", "API_KEY=s3cret-value", "--", "p"], "${API_KEY}"],
    [["x", "https://x.example", "--header", "Authorization=Bearer s3cret-value"], "${X_TOKEN}"],
    [["my-x", "https://x.example?api_key=s3cret-value"], "${MY_X_KEY}"],
    [["x", "--", "p", "--api-key", "s3cret-value"], "${X_KEY}"],
    [["x", "--", "p", "--token=s3cret-value"], "${X_KEY}"],
    [["x", "--", "p", "sk-s3cret-value"], "${X_KEY}"],
  ])("warns of the secret in %j and proposes a variable", async (words, variable) => {
    await using home = new CliHome();
    const { code, stderr } = await home.run(["add", ...words]);
    expect([code, stderr.includes(`write ${variable} in its place`)]).toEqual([0, true]);
    expect(stderr).not.toContain("s3cret");
  });

  test.each([
    [["x", "--env", "API_KEY=${API_KEY:-}", "--", "p", "--token", "${T:-}"]],
    [["x", "--env", "MODE=production", "--", "p", "--keyboard", "-y"]],
    [["x", "https://x.example", "--header", "X-Trace=0123456789"]],
  ])("sees no secret in %j", async (words) => {
    await using home = new CliHome();
    expect((await home.run(["add", ...words])).stderr).toBe("");
  });

  test("warns of a variable that is not set here, since it may be set elsewhere", async () => {
    await using home = new CliHome();
    const { code, stderr } = await home.run(["add", "x", "--env", "A=${NOT_SET}", "--", "p"]);
    expect(code).toBe(0);
    expect(stderr).toContain("needs the variable NOT_SET");
  });

  test("leaves a file that it cannot read as it is", async () => {
    await using home = new CliHome();
    await Bun.write(home.configFile, '{ "mcpServers": { "a": { "env": { "K": "s3cret" } }');
    const { code, stderr } = await home.run(["add", "x", "--", "p"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${home.configFile}:1:`);
    expect(stderr).not.toContain("s3cret");
  });

  test("leaves a read-only file as it is", async () => {
    await using home = new CliHome();
    await Bun.write(home.configFile, COMMENTED);
    chmodSync(home.configFile, 0o400);
    const { code, stderr } = await home.run(["add", "x", "--", "p"]);
    expect([code, textOf(home)]).toEqual([1, COMMENTED]);
    expect(stderr).toContain("CONFIG_UNWRITABLE");
  });
});

describe("enable and disable", () => {
  test("change what they must and nothing else", async () => {
    await using home = new CliHome();
    const real = join(home.path, "real.json");
    await Bun.write(real, COMMENTED);
    symlinkSync("real.json", home.configFile);
    const disabled = await home.run(["disable", "a", "b"]);
    expect([disabled.code, disabled.stdout]).toEqual([
      0,
      '"a" is disabled\n"b" is already disabled\n',
    ]);
    const enabled = await home.run(["enable", "b"]);
    expect([enabled.code, enabled.stdout]).toEqual([0, '"b" is enabled\n']);
    expect(readFileSync(real, "utf8")).toBe(
      COMMENTED.replace('"x" }', '"x", "disabled": true }').replace(
        ', "disabled": true }\n',
        " }\n",
      ),
    );
  });

  test.each([["enable"], ["disable"], ["remove"]])(
    "%s of an unknown server proposes the nearest, and changes none of the others",
    async (command) => {
      await using home = new CliHome();
      await home.configure({ linear: { command: "x" }, b: { command: "y", disabled: true } });
      const before = textOf(home);
      const { code, stderr } = await home.run([command, "linear", "b", "linaer"]);
      expect([code, textOf(home)]).toEqual([1, before]);
      expect(stderr).toContain('no server "linaer" is configured; did you mean "linear"?');
    },
  );

  test.each([["enable"], ["disable"], ["remove"]])("%s makes no file", async (command) => {
    await using home = new CliHome();
    const { code, stderr } = await home.run([command, "a"]);
    expect([code, stderr.includes("CONFIG_NOT_FOUND")]).toEqual([1, true]);
    expect(await Bun.file(home.configFile).exists()).toBe(false);
  });
});

describe("remove", () => {
  test("takes servers out and leaves the others' comments", async () => {
    await using home = new CliHome();
    await Bun.write(home.configFile, COMMENTED);
    const { code, stdout } = await home.run(["remove", "b"]);
    expect([code, stdout]).toEqual([0, `removed "b" from ${home.configFile}\n`]);
    expect(textOf(home)).toBe(
      '// mine\n{\n  "mcpServers": {\n    "a": { "command": "x" } // the first\n  }\n}\n',
    );
  });

  test("of the last one says so, and leaves a file that add takes", async () => {
    await using home = new CliHome();
    await home.configure({ a: { command: "x" } });
    expect((await home.run(["remove", "a"])).stderr).toContain("No server is left");
    expect((await home.run(["add", "b", "--", "y"])).code).toBe(0);
    expect(configOf(home)).toEqual({ mcpServers: { b: { command: "y" } } });
  });
});
