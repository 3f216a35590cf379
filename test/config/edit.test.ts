import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { editConfigFile } from "../../src/config/edit.ts";
import type { ConfigEdit } from "../../src/config/edit-jsonc.ts";
import { editTextFile } from "../../src/config/edit-file.ts";
import { loadConfig } from "../../src/config/load.ts";
import { SCHEMA_ADDRESS } from "../../src/config/schema-address.ts";
import { tryLock } from "../../src/platform/file-lock.ts";
import packageJson from "../../package.json";
import { tempDir } from "./temp-config.ts";

const isWindows = process.platform === "win32";
const root = await tempDir();
const options = { lockFile: join(root, "locks/edit.lock") };
const fail = () => {
  throw new Error("no");
};
let count = 0;

/** A folder of its own for one test. */
function folder(): string {
  count += 1;
  const path = join(root, String(count));
  mkdirSync(path);
  return path;
}

async function written(text: string | Uint8Array, mode = 0o644): Promise<string> {
  const path = join(folder(), "config.json");
  await Bun.write(path, text);
  chmodSync(path, mode);
  return path;
}

function server(name: string, value: unknown = { command: "x" }): ConfigEdit[] {
  return [{ path: ["mcpServers", name], value }];
}

const TEXT = '{\n  "mcpServers": {\n    "a": { "command": "x" } // mine\n  }\n}\n';
const WITH_B = '{\n  "mcpServers": {\n    "a": { "command": "x" }, // mine\n    "b": "B"\n  }\n}\n';

describe("a new file", () => {
  test("begins with $schema and is its owner's alone, as is its folder", async () => {
    const path = join(folder(), "deep/er/config.json");
    expect(await editConfigFile(path, server("a"), options)).toBe(true);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      $schema: SCHEMA_ADDRESS,
      mcpServers: { a: { command: "x" } },
    });
    expect(Object.keys(JSON.parse(readFileSync(path, "utf8")))[0]).toBe("$schema");
    const { config, warnings } = await loadConfig(path, {});
    expect([[...config.servers.keys()], warnings]).toEqual([["a"], []]);
    if (isWindows) return;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  test("is made of an empty one, too", async () => {
    const path = await written("");
    await editConfigFile(path, server("a"), options);
    expect(JSON.parse(readFileSync(path, "utf8")).$schema).toBe(SCHEMA_ADDRESS);
  });

  test("names the schema in the repository of package.json", () => {
    const [, repository] = /^github:(.+)$/.exec(packageJson.repository) ?? [];
    const base = `https://raw.githubusercontent.com/${repository}/main`;
    expect(SCHEMA_ADDRESS).toBe(`${base}/schema/mcpzip.schema.json`);
  });
});

describe("a file that is there", () => {
  test("keeps its comments, its mode and its folder's other files", async () => {
    const path = await written(TEXT, 0o640);
    await editConfigFile(path, server("b", "B"), options);
    expect(readFileSync(path, "utf8")).toBe(WITH_B);
    expect(readdirSync(join(path, ".."))).toEqual(["config.json"]);
    if (!isWindows) expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test("is not written when nothing changes", async () => {
    const path = await written(TEXT);
    const { ino } = statSync(path);
    expect(
      await editConfigFile(path, [{ path: ["mcpServers", "gone"], value: undefined }], options),
    ).toBe(false);
    expect(statSync(path).ino).toBe(ino);
  });

  test.each([
    ["a byte order mark", "\uFEFF", "utf8"],
    ["UTF-16, as PowerShell writes it,", "\uFEFF", "utf16le"],
    ["Windows line ends", "", "utf8"],
  ] as const)("keeps %s", async (_what, mark, encoding) => {
    const [before, after] = [TEXT, WITH_B].map((text) => mark + text.replaceAll("\n", "\r\n"));
    const path = await written(Buffer.from(before ?? "", encoding));
    await editConfigFile(path, server("b", "B"), options);
    expect(readFileSync(path).toString(encoding)).toBe(after ?? "");
  });

  test.skipIf(isWindows)("is changed where it lies when it is reached by links", async () => {
    const path = await written(TEXT);
    const outer = folder();
    symlinkSync(path, join(outer, "one"));
    symlinkSync("one", join(outer, "two"));
    await editConfigFile(join(outer, "two"), server("b", "B"), options);
    expect(readFileSync(path, "utf8")).toBe(WITH_B);
    expect(readdirSync(outer, { withFileTypes: true }).every((each) => each.isSymbolicLink())).toBe(
      true,
    );
  });

  test.skipIf(isWindows)("is made where a link leads that leads to nothing", async () => {
    const outer = folder();
    symlinkSync("real/config.json", join(outer, "link"));
    await editConfigFile(join(outer, "link"), server("a"), options);
    expect(readFileSync(join(outer, "real/config.json"), "utf8")).toContain('"a"');
  });
});

describe("is refused, and left as it is:", () => {
  test("a file that is not JSON, with the place", async () => {
    const path = await written('{\n  "mcpServers": {\n    "a": { "env": { "KEY": "s3cret" }\n');
    const before = readFileSync(path);
    const error = editConfigFile(path, server("b"), options);
    await expect(error).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await expect(error).rejects.toThrow(`${path}:3:`);
    await expect(error.catch((thrown) => `${thrown} ${thrown.why}`)).resolves.not.toContain(
      "s3cret",
    );
    expect(readFileSync(path)).toEqual(before);
  });

  test("a file that is not text", async () => {
    const path = await written(Uint8Array.of(0x7b, 0xff, 0x7d));
    const error = editConfigFile(path, server("b"), options);
    await expect(error).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect([...readFileSync(path)]).toEqual([0x7b, 0xff, 0x7d]);
  });

  test.skipIf(isWindows)("a file that is read-only, even for root", async () => {
    const path = await written(TEXT, 0o444);
    const error = editConfigFile(path, server("b"), options);
    await expect(error).rejects.toMatchObject({
      code: "CONFIG_UNWRITABLE",
      why: "it is read-only",
    });
    expect(readFileSync(path, "utf8")).toBe(TEXT);
  });

  test("a folder", async () => {
    const path = folder();
    const error = editConfigFile(path, server("b"), options);
    await expect(error).rejects.toMatchObject({ code: "CONFIG_UNWRITABLE" });
  });

  test("a file in what is no folder", async () => {
    const path = join(await written(TEXT), "config.json");
    const error = editConfigFile(path, server("b"), options);
    await expect(error).rejects.toMatchObject({ code: "CONFIG_UNWRITABLE" });
  });

  test("a file that another process is changing for too long", async () => {
    const path = await written(TEXT);
    const lock = tryLock(join(root, "locks/other.lock"));
    const error = editConfigFile(path, server("b"), {
      lockFile: join(root, "locks/other.lock"),
      timeoutMs: 10,
    });
    await expect(error).rejects.toMatchObject({ code: "CONFIG_UNWRITABLE" });
    lock?.release();
    expect(readFileSync(path, "utf8")).toBe(TEXT);
  });

  test("a file whose change fails", async () => {
    const path = await written(TEXT);
    await expect(editTextFile(path, fail, options)).rejects.toThrow("no");
    expect(await editConfigFile(path, server("b", "B"), options)).toBe(true);
  });
});

describe("at the same time", () => {
  test("processes that add servers lose none", async () => {
    const path = await written(TEXT);
    const writers = Array.from({ length: 6 }, (_, at) =>
      Bun.spawn([process.execPath, join(import.meta.dir, "edit-writer.ts"), path, `${at}`], {
        env: { ...process.env, LOCK: options.lockFile },
        stdout: "inherit",
        stderr: "inherit",
      }),
    );
    expect(await Promise.all(writers.map((each) => each.exited))).toEqual([0, 0, 0, 0, 0, 0]);
    const { config } = await loadConfig(path, {});
    expect(config.servers.size).toBe(1 + 6 * 5);
    expect(readFileSync(path, "utf8")).toContain("// mine");
  });

  test("what a program without our lock has written in between is kept", async () => {
    const path = await written(TEXT);
    let calls = 0;
    await editTextFile(
      path,
      (text) => {
        calls += 1;
        if (calls === 1) writeFileSync(path, `${TEXT}// theirs\n`);
        return `${text}// ours\n`;
      },
      options,
    );
    expect(readFileSync(path, "utf8")).toBe(`${TEXT}// theirs\n// ours\n`);
  });

  test("a program that never stops writing is given up on", async () => {
    const path = await written(TEXT);
    let calls = 0;
    const edit = editTextFile(
      path,
      (text) => {
        calls += 1;
        writeFileSync(path, `${TEXT}${calls}`);
        return `${text}// ours`;
      },
      options,
    );
    await expect(edit).rejects.toMatchObject({ code: "CONFIG_UNWRITABLE" });
  });
});
