import { copyFileSync, linkSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "bun:test";
import { version } from "../../package.json";
import { startReleaseServer } from "../../scripts/release/release-server.ts";
import { BINARY } from "./binary.ts";
import { Sandbox } from "./sandbox.ts";

/** Puts the program at a path of the sandbox, without a copy where that can be. */
function place(sandbox: Sandbox, name: string): string {
  const path = sandbox.path(name);
  mkdirSync(dirname(path), { recursive: true });
  try {
    linkSync(BINARY, path);
  } catch {
    // Another disk.
    copyFileSync(BINARY, path);
  }
  return path;
}

function update(sandbox: Sandbox, program: string, address: string, ...words: string[]) {
  const child = Bun.spawn([program, "update", ...words], {
    env: sandbox.env({ MCPZIP_RELEASES_URL: address }),
    stdout: "pipe",
  });
  return new Response(child.stdout).text();
}

describe.skipIf(process.platform === "win32")("mcpzip update", () => {
  test("names Homebrew's command for a copy in its cellar, called through its link", async () => {
    await using sandbox = new Sandbox();
    using server = startReleaseServer();
    server.publish("99.0.0", {});
    const cellar = place(sandbox, "brew/Cellar/mcpzip/1/bin/mcpzip");
    const link = sandbox.path("brew/bin/mcpzip");
    mkdirSync(dirname(link));
    symlinkSync(cellar, link);
    expect((await update(sandbox, link, server.address)).split("\n")).toEqual([
      `mcpzip 99.0.0 is out; this is ${version}`,
      `  this copy  ${cellar}, installed by Homebrew`,
      "  update     brew upgrade mcpzip",
      `  changes    ${server.address}/tag/v99.0.0`,
      "",
    ]);
  });

  test.each([
    [version, `mcpzip ${version} is the newest release`],
    ["0.0.1", `this is mcpzip ${version}, which is newer than the newest release, 0.0.1`],
  ])("has nothing to run when the newest is %s", async (newest, headline) => {
    await using sandbox = new Sandbox();
    using server = startReleaseServer();
    server.publish(newest, {});
    const program = place(sandbox, ".local/bin/mcpzip");
    expect(await update(sandbox, program, server.address)).toBe(
      `${headline}\n  this copy  ${program}, installed by install.sh, or by hand\n`,
    );
    const json: unknown = JSON.parse(await update(sandbox, program, server.address, "--json"));
    expect(json).toMatchObject({ is_outdated: false, installed: { by: "file", path: program } });
  });

  test("asks for releases only when it is run", async () => {
    await using sandbox = new Sandbox({ mcpServers: {} });
    using server = startReleaseServer();
    const env = sandbox.env({ MCPZIP_RELEASES_URL: server.address });
    for (const words of [["--version"], ["--help"], ["list"], ["update", "--help"]])
      Bun.spawnSync([BINARY, ...words], { env });
    expect(server.asked).toEqual([]);
  });
});
