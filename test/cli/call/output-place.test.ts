import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobPath, checkOutput } from "../../../src/cli/call/output-place.ts";

test("tells files from folders, and makes a folder that ends with a slash", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mcpzip-output-"));
  try {
    expect(await checkOutput(undefined)).toBeUndefined();
    expect(await checkOutput(folder)).toMatchObject({ kind: "folder" });
    expect(await checkOutput(join(folder, "a.png"))).toMatchObject({ kind: "file" });
    expect(await checkOutput(`${folder}/new/deep/`)).toMatchObject({ kind: "folder" });
    expect(statSync(join(folder, "new/deep")).isDirectory()).toBe(true);
    await expect(checkOutput(join(folder, "none/a.png"))).rejects.toMatchObject({ code: "USAGE" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [{ kind: "file", path: "a.png" }, 1, "image/png", "a.png"],
  [{ kind: "file", path: "x/a.png" }, 2, "image/png", "x/a-2.png"],
  [{ kind: "file", path: "a" }, 3, "image/png", "a-3"],
  [{ kind: "folder", path: "out" }, 1, "image/png", "out/s__t-1.png"],
  [{ kind: "folder", path: "out" }, 2, "IMAGE/JPEG; q=1", "out/s__t-2.jpg"],
  [{ kind: "folder", path: "out" }, 1, "../../etc/passwd", "out/s__t-1.bin"],
] as const)("into %j, blob %d of type %s goes to %s", (place, number, mimeType, path) => {
  expect(blobPath(place, { number, name: "s__t", mimeType })).toBe(path);
});

test("a tool's name leads nowhere", () => {
  const place = { kind: "folder", path: "out" } as const;
  const name = "s__../../x y";
  expect(blobPath(place, { number: 1, name, mimeType: "image/gif" })).toBe("out/s__-x-y-1.gif");
});
