import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { windowsCommandLine } from "../../src/platform/windows-command.ts";

describe("on Windows", () => {
  test("a program is started as it is", () => {
    const { cmd } = commandLine("C:\\bin\\node.exe", ['say "hi" & go']);
    expect(cmd).toEqual(["C:\\bin\\node.exe", 'say "hi" & go']);
  });

  test("a batch file goes through cmd.exe with its arguments quoted and nothing expanded", () => {
    const { cmd } = commandLine("C:\\node js\\npx.cmd", ["-y", 'a "b" & %PATH%', "end\\"]);
    const words = [
      "C:\\node^ js\\npx.cmd",
      '^"-y^"',
      '^"a^ \\^"b\\^"^ ^&^ ^%PATH^%^"',
      '^"end\\\\^"',
    ];
    expect(cmd).toEqual(["C:\\cmd.exe", "/d", "/s", "/c", `"${words.join(" ")}"`]);
  });

  test("a shim of npm's, which parses its arguments again, gets them escaped twice", () => {
    const { cmd } = commandLine("C:\\p\\node_modules\\.bin\\server.cmd", ["a&b"]);
    expect(cmd.at(-1)).toBe('"C:\\p\\node_modules\\.bin\\server.cmd ^^^"a^^^&b^^^""');
  });

  test("a batch file is looked for on the server's own PATH", () => {
    const folder = mkdtempSync(join(tmpdir(), "mcpzip-path-"));
    const file = join(folder, "tool.cmd");
    writeFileSync(file, "", { mode: 0o755 });
    const env = { Path: folder };
    const { cmd } = windowsCommandLine({
      command: "tool.cmd",
      args: [],
      env,
    });
    rmSync(folder, { recursive: true });
    expect(cmd).toEqual(["cmd.exe", "/d", "/s", "/c", `"${file}"`]);
  });
});

function commandLine(file: string, args: string[]) {
  const env = { PATH: "", ComSpec: "C:\\cmd.exe" };
  return windowsCommandLine({ command: file, args, env });
}
