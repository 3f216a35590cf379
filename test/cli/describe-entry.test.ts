import { expect, test } from "bun:test";
import { describeEntry } from "../../src/cli/describe-entry.ts";

test.each([
  [{ command: "npx", args: ["-y", "@scope/pkg@1.2"] }, "npx @scope/pkg@1.2"],
  [{ command: "uvx", args: ["--from", "mcp-server", "run-it"] }, "uvx mcp-server"],
  [{ command: "C:\\node\\npx.cmd", args: ["pkg"] }, "npx.cmd pkg"],
  [{ command: "/usr/bin/python3", args: ["-m", "hush"] }, "python3"],
  [{ command: "npx", args: ["--token", "hush", "pkg"] }, "npx"],
  [{ command: "npx", args: ["https://u:hush@host/x.tgz"] }, "npx"],
  [{ command: "npx" }, "npx"],
  [{ url: "https://u:hush@a.example:8443/hush?k=hush" }, "https://a.example:8443"],
  [{ url: "https://${HOST}/mcp" }, "a remote server"],
  [{ url: "https://a.example/${PATH}" }, "https://a.example"],
  [{ command: "/opt/\u001b[2Jx" }, " [2Jx"],
  [{}, ""],
])("describes %p without its secrets", (entry, expected) => {
  const text = describeEntry(entry);
  expect(text).toBe(expected);
  expect(text).not.toContain("hush");
});
