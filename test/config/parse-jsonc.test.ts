import { describe, expect, test } from "bun:test";
import { loadError, withoutPath } from "./temp-config.ts";

describe("broken JSON", () => {
  test.each([
    ["", "1:1: the file is empty"],
    [" \n\n", "1:1: the file is empty"],
    ['{"a": 1\n  "b": 2}', "2:3: expected a comma"],
    ['{"a": [1, 2}', "1:12: expected a closing ]"],
    ['{"a": {"b": 1]', "1:14: expected a closing }"],
    ['{"a" 1}', "1:6: expected a colon"],
    ['{"a":,}', "1:6: expected a value"],
    ['{"a": 1,,"b": 2}', "1:9: expected a key in double quotes"],
    ['{\n  "a": 1\n\n', "2:9: expected a closing }"],
    ['{"a": 1}}', "1:9: expected the end of the file"],
    ['{"a": "x\n}', "1:7: expected a closing double quote"],
    ['{"a": "C:\\Users"}', "1:7: expected a known escape after a backslash"],
    ['{"a": "\\u12"}', "1:7: expected four hexadecimal digits after \\u"],
    ['{"a": "\t"}', "1:7: expected no control character in a string"],
    ['{"a": 1.}', "1:7: expected more digits"],
    ["{'a': 1}", "1:2: expected double quotes round this"],
    ["{a: 1}", "1:2: expected double quotes round this"],
    ['{"a": True}', "1:7: expected double quotes round this"],
    ["{} /* x", "1:4: expected the end of a comment"],
    ['\ufeff{\r\n\t"日本": "👋" "b"}', "2:13: expected a comma"],
  ])("%j", async (text, message) => {
    const error = await loadError(text);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(withoutPath(error.message)).toBe(`config.json:${message}`);
    expect(error.fix).toBeString();
  });

  test("shows the lines round the error", async () => {
    const text =
      '{\n  "mcpServers": {\n    "a": { "command": "x" }\n    "b": { "command": "y" }\n  }\n}';
    expect((await loadError(text)).why).toBe(
      [
        '  3 |     "a": { "command": "x" }',
        '> 4 |     "b": { "command": "y" }',
        "    |     ^",
        "  5 |   }",
      ].join("\n"),
    );
  });
});
