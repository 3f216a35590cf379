import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { browserCommand } from "../fixtures/oauth/browser.ts";
import { OAuthHome } from "../fixtures/oauth/home.ts";
import { OAuthLab } from "../fixtures/oauth/lab.ts";
import { PidFile } from "../fixtures/pid-file.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { stdioEntry } from "../fixtures/proxy-home.ts";
import { CliHome, CliProcess } from "./cli-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** A home with two servers that work, one that does not, and one that is disabled. */
async function home(): Promise<CliHome> {
  const made = new CliHome();
  await made.configure({
    echo: stdioEntry("echo.ts"),
    library: stdioEntry("library.ts"),
    broken: { command: "no-such-program-anywhere" },
    off: { ...stdioEntry("slow.ts"), disabled: true },
  });
  return made;
}

describe("mcpzip search", () => {
  test("reads the tools of new servers, finds, and says what was not searched", async () => {
    await using made = await home();
    const { code, stdout } = await made.run(["search", "add", "two", "numbers", "--limit", "1"]);
    expect(code).toBe(0);
    expect(stdout).toStartWith("echo__add\n  Adds two numbers\n  a:number*, b:number*\n");
    expect(stdout).toContain("Not searched: broken (");
    expect(stdout).not.toContain("\u001b");
  });

  test("names no server as not searched that was not asked for", async () => {
    await using made = await home();
    const { stdout } = await made.run(["search", "add two numbers", "--server", "echo"]);
    expect(stdout).toContain("echo__add");
    expect(stdout).not.toContain("Not searched");
  });

  test("limits to a server and to tools that only read, and prints JSON", async () => {
    await using made = await home();
    const words = ["search", "echo message", "--server", "echo", "--read-only", "--json"];
    const { code, stdout } = await made.run(words);
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.tools[0]).toEqual({
      name: "echo__echo",
      server: "echo",
      title: "Echo",
      description: expect.stringContaining("Answers with the message"),
      arguments: "message:string*",
      read_only: true,
      score: expect.any(Number),
    });
    for (const { read_only } of found.tools) expect(read_only).toBe(true);
  });

  test("fails for a server that there is not, and for a wrong number", async () => {
    await using made = await home();
    const unknown = await made.run(["search", "x", "--server", "ecko"]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('mean "echo"?')]);
    const wrong = await made.run(["search", "x", "--limit", "many"]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("from 1 to 50")]);
    expect((await made.run(["search", "x", "--server", "off"])).stderr).toContain(
      "SERVER_DISABLED",
    );
  });
});

describe("mcpzip describe", () => {
  test("shows what a tool does and takes, and how to call it", async () => {
    await using made = await home();
    const { code, stdout } = await made.run(["describe", "library__shout"]);
    expect([code, stdout]).toEqual([
      0,
      `\
library__shout
  Takes arguments of every type.

Arguments  * = required
  text*     string, What to say
  count     integer
  isLoud    boolean
  options   object
  tags      string[]
  level     any
  anything  any

mcpzip call library__shout text=…
`,
    ]);
  });

  test("prints schemas as the server wrote them, and says which tools there are not", async () => {
    await using made = await home();
    const words = ["describe", "echo__add", "echo__ad", "library__shout", "--json"];
    const { code, stdout, stderr } = await made.run(words);
    expect(code).toBe(1);
    expect(stderr).toContain("the nearest names are echo__add");
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "echo__add", outputSchema: { required: ["sum"] } },
      { name: "library__shout", inputSchema: { $defs: { Level: { enum: [1, 2, 3] } } } },
    ]);
  });
});

describe("mcpzip refresh", () => {
  test("says what is new, gone and other than before", async () => {
    await using made = new CliHome();
    const tools = (env: Record<string, string>) =>
      made.configure({ it: { ...stdioEntry("echo.ts", env) } });
    await tools({ ECHO_EXTRA_TOOLS: "12" });
    const first = await made.run(["refresh"]);
    expect(first.stdout).toStartWith("it  22 tools\n  + echo\n");
    expect(first.stdout).toEndWith("  + 12 more\n");
    expect((await made.run(["refresh", "it"])).stdout).toBe("it  22 tools, as before\n");
    await tools({ ECHO_EXTRA_TOOLS: "10" });
    const { code, stdout } = await made.run(["refresh"]);
    expect([code, stdout]).toEqual([0, "it  20 tools\n  - extra_11\n  - extra_12\n"]);
    const json = JSON.parse((await made.run(["refresh", "--json"])).stdout);
    expect(json).toEqual([{ server: "it", tools: 20, added: [], removed: [], changed: [] }]);
  });

  test("says why a server keeps its old tools, and fails", async () => {
    await using made = await home();
    const { code, stdout } = await made.run(["refresh"]);
    expect(code).toBe(1);
    expect(stdout).toContain("echo  10 tools\n");
    expect(stdout).toContain(
      'broken  not refreshed: server "broken" could not be started (SERVER_',
    );
    expect(stdout).not.toContain("off");
    const json = JSON.parse((await made.run(["refresh", "broken", "--json"])).stdout);
    expect(json).toMatchObject([{ server: "broken", error: { code: "SERVER_START_FAILED" } }]);
  });

  test("says what is wrong with an entry that cannot be used, and fails", async () => {
    await using made = new CliHome();
    await made.configure({ wrong: { command: 42 }, echo: stdioEntry("echo.ts") });
    const { code, stdout } = await made.run(["refresh"]);
    expect(code).toBe(1);
    expect(stdout).toContain("echo  10 tools\n");
    expect(stdout).toMatch(/^wrong {2}not refreshed: .*CONFIG_INVALID/m);
    expect((await made.run(["refresh", "echo"])).code).toBe(0);
    const resources = await made.run(["resources"]);
    expect([resources.code, resources.stdout]).toEqual([1, expect.stringMatching(/^wrong {2}/m)]);
  });

  test("asks nobody to sign in, and uses the sign-in that there is", async () => {
    await using lab = await OAuthLab.start();
    await using made = new OAuthHome(lab);
    const refresh = () => {
      const words = ["refresh", "--config", made.path("config.json")];
      return new CliProcess(words, {
        PATH: process.env.PATH ?? "",
        HOME: made.folder,
        BROWSER: browserCommand("follow", made.path("opened")),
      }).ended;
    };
    const before = await refresh();
    expect([before.code, before.stdout]).toEqual([1, expect.stringContaining("mcpzip login lab")]);
    expect(made.opened()).toEqual([]);
    await made.signIn(lab);
    const after = await refresh();
    expect([after.code, after.stdout]).toEqual([0, expect.stringContaining("tools, as before\n")]);
    expect(made.opened()).toEqual([]);
  });
});

describe("mcpzip resources", () => {
  test("lists all pages, and the templates", async () => {
    await using made = await home();
    const { code, stdout } = await made.run(["resources", "library"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "library  4 resources\n  note:///one     one, text/plain, The first note",
    );
    expect(stdout).toContain("\n  note:///pixel ");
    expect(stdout).toContain("\n  book://{title}  A book\n");
    const all = await made.run(["resources"]);
    expect([all.code, all.stdout]).toEqual([1, expect.stringContaining("echo  no resources\n")]);
    expect(all.stdout).toContain("broken  server ");
    const json = JSON.parse((await made.run(["resources", "library", "--json"])).stdout);
    expect(json).toMatchObject([
      { server: "library", resources: [{ uri: "note:///one" }, {}, {}], templates: [{}] },
    ]);
  });

  test("reads one from the server that has it, text or bytes", async () => {
    await using made = await home();
    expect((await made.run(["resources", "note:///one"])).stdout).toBe("text of note:///one\n");
    expect((await made.run(["resources", "book://any"])).stdout).toBe("text of book://any\n");
    const named = await made.run(["resources", "x:///y", "--server", "library", "--json"]);
    expect(JSON.parse(named.stdout)).toMatchObject({ contents: [{ text: "text of x:///y" }] });
    const file = join(made.path, "pixel.png");
    await made.run(["resources", "note:///pixel", "--output", file]);
    expect(existsSync(file)).toBe(true);
  });

  test("says whose it is not, and what a server refuses", async () => {
    await using made = await home();
    const nobody = await made.run(["resources", "x:///y"]);
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("--server NAME")]);
    const refused = await made.run(["resources", "note:///missing", "--server", "library"]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("SERVER_ERROR")]);
  });
});

describe("mcpzip prompts", () => {
  test("lists them with their arguments", async () => {
    await using made = await home();
    const { code, stdout } = await made.run(["prompts", "library"]);
    expect([code, stdout]).toEqual([
      0,
      "library  1 prompt\n  library__essay  Writes an essay [topic*, tone]\n",
    ]);
  });

  test("gets one, message by message", async () => {
    await using made = await home();
    const { code, stdout, stderr } = await made.run(["prompts", "library__essay", "topic=ants"]);
    expect([code, stdout]).toEqual([0, "user:\nWrite about ants.\nassistant:\n"]);
    expect(stderr).toBe("image/png, 70 bytes: --output FILE saves it\n");
    const json = await made.run(["prompts", "library__essay", "topic=ants", "--json"]);
    expect(JSON.parse(json.stdout).messages).toHaveLength(2);
  });

  test("says what is missing, and which prompts there are", async () => {
    await using made = await home();
    const missing = await made.run(["prompts", "library__essay"]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      `mcpzip: library__essay: missing "topic" (ARGUMENTS_INVALID)\n  fix   mcpzip prompts library__essay topic=…\n`,
    ]);
    const unknown = await made.run(["prompts", "library__esay", "topic=x"]);
    expect(unknown.stderr).toContain("the nearest names are library__essay");
    expect((await made.run(["prompts", "nobody__essay"])).stderr).toContain("SERVER_UNKNOWN");
  });
});

test.each([[["search", "echo"]], [["describe", "mute__x"]], [["refresh"]]])(
  "%p says nothing of what it could not find out when it is interrupted",
  async (words) => {
    await using pids = new PidFile();
    await using made = new CliHome();
    const args = ["-c", `echo mute $$ >> '${pids.path}'; exec sleep 600`];
    await made.configure({ mute: { command: "sh", args } });
    const started = made.start(words);
    await until(() => pids.read().length === 1);
    started.signal("SIGINT");
    expect(await started.ended).toEqual({ code: 130, stdout: "", stderr: "" });
  },
);
