import { describe, expect, test } from "bun:test";
import { checkExecutable, withTrueSignature } from "../../../scripts/release/check-executable.ts";
import { readHeader } from "../../../scripts/release/executable-header.ts";
import {
  archiveName,
  executableName,
  hostTarget,
  targetNamed,
  TARGETS,
} from "../../../scripts/release/targets.ts";
import { executableFor } from "./executables.ts";

describe("the table of targets", () => {
  test("has every platform once, and an archive for each", () => {
    expect(TARGETS.map((each) => archiveName(each, "1.2.3"))).toEqual([
      "mcpzip-1.2.3-linux-x64.tar.xz",
      "mcpzip-1.2.3-linux-arm64.tar.xz",
      "mcpzip-1.2.3-linux-x64-musl.tar.xz",
      "mcpzip-1.2.3-linux-arm64-musl.tar.xz",
      "mcpzip-1.2.3-darwin-arm64.tar.xz",
      "mcpzip-1.2.3-darwin-x64.tar.xz",
      "mcpzip-1.2.3-windows-x64.zip",
      "mcpzip-1.2.3-windows-arm64.zip",
    ]);
  });

  test("has this machine", () => {
    const header = readHeader(executableFor(hostTarget()));
    expect(header.architecture).toBe(process.arch === "arm64" ? "arm64" : "x64");
  });

  test("says what there is when a name is unknown", () => {
    expect(() => targetNamed("linux-riscv64")).toThrow(/no target "linux-riscv64".*darwin-arm64/);
  });
});

describe.each(TARGETS.map((target) => [target.name, target] as const))("%s", (_, target) => {
  const bytes = withTrueSignature(target, executableFor(target));

  test("passes for itself", () => {
    expect(() => checkExecutable(target, bytes)).not.toThrow();
    expect(readHeader(bytes)).toMatchObject({ format: target.format });
    expect(executableName(target)).toBe(target.format === "pe" ? "mcpzip.exe" : "mcpzip");
  });

  test.each(TARGETS.filter(({ name }) => name !== target.name).map(({ name }) => [name]))(
    "does not pass for %s",
    (other) => {
      expect(() => checkExecutable(targetNamed(other), bytes)).toThrow(
        /its (format|architecture|interpreter) is/,
      );
    },
  );
});

test.each([
  ["nothing", ""],
  ["a few bytes", "\x7fEL"],
  ["a script", '#!/bin/sh\nexec something --else "$@"\n'],
  ["an ELF header that ends early", "\x7fELF\x02\x01\x01"],
  ["an ELF file of 32 bits", `\x7fELF\x01\x01\x01${"\0".repeat(99)}`],
  ["a DOS program", `MZ${"\0".repeat(99)}`],
])("refuses %s", (_, text) => {
  expect(() => readHeader(Buffer.from(text, "latin1"))).toThrow(/executable/);
});
