import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { resolvePaths } from "../../src/platform/paths.ts";
import { PidFile } from "../fixtures/pid-file.ts";
import { TEST_TIMEOUT_MS, until } from "../fixtures/poll.ts";
import { stdioEntry } from "../fixtures/proxy-home.ts";
import { CliHome } from "./cli-home.ts";
import { OAuthLab } from "./oauth-lab.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** What acts on a terminal; our own colours and line ends do, too, and are expected. */
const ACTING =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f\u202e]|\u001b(?!\[\d*m)/;

async function homeWith(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CliHome> {
  const home = new CliHome();
  await home.configure({ it: stdioEntry(file, env) });
  return home;
}

describe("mcpzip call", () => {
  test("prints text as text, and reads values by the tool's schema", async () => {
    await using home = await homeWith("library.ts");
    const words = ["text=42", "count=12345678901234567890", "isLoud=true", "tags=a", "tags=b"];
    const { code, stdout, stderr } = await home.run(["call", "it__shout", ...words, "level=2"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(
      '"arguments":{"text":"42","count":12345678901234567890,"isLoud":true,"tags":["a","b"],"level":2}',
    );
  });

  test("takes its arguments as JSON, from a flag or from stdin", async () => {
    await using home = await homeWith("echo.ts");
    const flag = await home.run(["call", "it__add", "--args", '{"a": 1, "b": 2}']);
    expect([flag.code, flag.stdout]).toEqual([0, "3\n"]);
    const piped = home.start(["call", "it__add", "-"]);
    piped.type('{"a": 20, "b": 22}');
    piped.endInput();
    expect((await piped.ended).stdout).toBe("42\n");
  });

  test("prints the whole result with --json, as the server sent it", async () => {
    await using home = await homeWith("echo.ts");
    const { stdout, stderr } = await home.run(["call", "it__add", "a=1", "b=2", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ structuredContent: { sum: 3 } });
    expect(stderr).toBe("");
    const picture = await home.run(["call", "it__picture", "--json"]);
    expect(JSON.parse(picture.stdout)).toMatchObject({ futureField: ["kept", null, true] });
  });

  test("saves what is no text, into a folder or a file", async () => {
    await using home = await homeWith("echo.ts");
    const shown = await home.run(["call", "it__picture"]);
    expect(shown.stdout).toContain("a picture\n");
    expect(shown.stderr).toBe(
      "image/png, 70 bytes: --output FILE saves it\naudio/wav, 44 bytes: --output FILE saves it\n",
    );
    const folder = join(home.path, "out/");
    const saved = await home.run(["call", "it__picture", "--output", folder]);
    expect(saved.stderr).toContain(`saved ${folder}it__picture-1.png (image/png, 70 bytes)`);
    const bytes = await Bun.file(join(folder, "it__picture-1.png")).bytes();
    expect(Buffer.from(bytes).toString("latin1", 1, 4)).toBe("PNG");
    expect(existsSync(join(folder, "it__picture-2.wav"))).toBe(true);
    const file = join(home.path, "text.txt");
    const text = await home.run(["call", "it__echo", "message=kept", "--output", file]);
    expect([text.stdout, await Bun.file(file).text()]).toEqual(["", "kept"]);
  });

  test("calls nothing when the output cannot be written", async () => {
    await using pids = new PidFile();
    await using home = await homeWith("stubborn.ts", { PID_FILE: pids.path });
    const place = join(home.path, "none/there.png");
    const { code, stderr } = await home.run(["call", "it__pid", "--output", place]);
    expect(code).toBe(2);
    expect(stderr).toContain("nothing can be written to --output");
    expect(pids.read()).toEqual([]);
  });

  test("fails when the tool says so, with its words on stderr", async () => {
    await using home = await homeWith("echo.ts");
    const { code, stdout, stderr } = await home.run(["call", "it__fail"]);
    expect([code, stdout, stderr]).toEqual([1, "", "it failed, as asked\n"]);
  });

  test("explains missing, wrong and unknown arguments", async () => {
    await using home = await homeWith("echo.ts");
    const missing = await home.run(["call", "it__add", "a=1"]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      `\
mcpzip: it__add: missing "b" (ARGUMENTS_INVALID)
  why   it expects [a:number*, b:number*], * = required
  fix   mcpzip describe it__add
`,
    ]);
    const wrong = await home.run(["call", "it__add", "a=one", "b=2"]);
    expect(wrong.stderr).toContain('"a" must be a number, not "one"');
    const unknown = await home.run(["call", "it__echo", "mesage=x"]);
    expect(unknown.stderr).toContain('it__echo has no argument "mesage"; did you mean "message"?');
    const usage = await home.run(["call", "it__echo", "message"]);
    expect([usage.code, usage.stderr]).toEqual([
      2,
      'mcpzip: "message" is not KEY=VALUE (USAGE)\n  fix   mcpzip call --help\n',
    ]);
  });

  test("proposes the nearest names for a tool that there is not", async () => {
    await using home = await homeWith("echo.ts");
    const { code, stderr } = await home.run(["call", "it__picure"]);
    expect(code).toBe(1);
    expect(stderr).toContain("why   the nearest names are it__picture");
    expect(stderr).toContain("mcpzip refresh it");
  });

  test("gives a whole result, however large, to a pipe", async () => {
    await using home = await homeWith("huge.ts");
    const { stdout } = await home.run(["call", "it__huge", "bytes=20000000"]);
    expect(Buffer.byteLength(stdout)).toBe(20_000_001);
  });

  test("gives up after --timeout, and says how to wait longer", async () => {
    await using home = await homeWith("slow.ts");
    const { code, stderr } = await home.run(["call", "it__hang", "--timeout", "0.3"]);
    expect(code).toBe(1);
    expect(stderr).toContain("CALL_TIMEOUT");
    expect(stderr).toContain("mcpzip call it__hang --timeout SECONDS");
  });

  test("is not counted: what is counted are the calls of clients", async () => {
    await using home = await homeWith("echo.ts");
    await home.run(["call", "it__echo", "message=x"]);
    expect(existsSync(resolvePaths(home.path, home.configFile).callLogFile)).toBe(false);
  });
});

describe("what a server says", () => {
  test("reaches a pipe as it is", async () => {
    await using home = await homeWith("library.ts");
    const { stdout } = await home.run(["call", "it__nasty"]);
    expect(stdout).toStartWith("before\u001b[2J\u001b]0;owned\u0007\u009b31m\u202etxtafter\n");
  });

  test.each([
    { words: ["call", "it__nasty"] },
    { words: ["call", "it__nasty", "--json"] },
    { words: ["call", "it__fail"] },
    { words: ["call", "it__refuse"] },
    { words: ["describe", "it__nasty"] },
    { words: ["describe", "it__nasty", "--json"] },
    { words: ["search", "clears", "screen"] },
    { words: ["search", "clears", "screen", "--json"] },
    { words: ["resources"] },
    { words: ["resources", "--json"] },
    { words: ["resources", "note:///nasty"] },
    { words: ["resources", "note:///missing", "--server", "it"] },
    { words: ["prompts"] },
  ])("does nothing to a terminal: $words", async ({ words }) => {
    await using home = await homeWith("library.ts");
    const shown = await home.runInTerminal([...words, "--config", home.configFile], {
      TERM: "xterm-256color",
    });
    expect(shown).not.toBe("");
    expect(shown.replaceAll("\r\n", "\n")).not.toMatch(ACTING);
  });
});

describe("a call that is interrupted", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "by %s leaves no process, not even of a server that ignores it",
    async (signal) => {
      await using pids = new PidFile();
      await using home = await homeWith("stubborn.ts", {
        PID_FILE: pids.path,
        STUBBORN_CHILD: "1",
      });
      const called = home.start(["call", "it__hang"]);
      await until(() => pids.read().length === 2);
      called.signal(signal);
      expect((await called.ended).code).toBe(130);
      expect(pids.running()).toEqual([]);
    },
  );
});

test("a server that needs a sign-in is not signed in to unasked", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  const { code, stderr } = await home.run(["call", "lab__anything"], { hasBrowser: true });
  expect(code).toBe(1);
  expect(stderr).toContain('server "lab" needs you to sign in (AUTH_REQUIRED)');
  expect(stderr).toContain("fix   mcpzip login lab");
  expect(home.tokenFiles()).toEqual([]);
  expect(lab.count("GET /authorize")).toBe(0);
});
