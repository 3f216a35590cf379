import { describe, expect, test } from "bun:test";
import { parse } from "jsonc-parser";
import { type ConfigEdit, editJsonc } from "../../src/config/edit-jsonc.ts";
import { McpzipError } from "../../src/core/error.ts";

const SERVER = { command: "npx", args: ["-y", "server"] };

function add(text: string, name = "new", value: unknown = SERVER): string {
  return editJsonc(text, [{ path: ["mcpServers", name], value }]);
}

function remove(text: string, name: string): string {
  return editJsonc(text, [{ path: ["mcpServers", name], value: undefined }]);
}

describe("adding a server", () => {
  test("to a file with comments keeps each at its place", () => {
    const text = `{
  // mine
  "mcpServers": {
    "a": { "command": "x" }, // about a
    /* about b */
    "b": {
      "command": "y" // why y
    } // about b too
    // "c": { "command": "z" }
  }, // all of them
  "idle_timeout_minutes": 5
}
`;
    expect(add(text)).toBe(`{
  // mine
  "mcpServers": {
    "a": { "command": "x" }, // about a
    /* about b */
    "b": {
      "command": "y" // why y
    }, // about b too
    // "c": { "command": "z" }
    "new": {
      "command": "npx",
      "args": ["-y", "server"]
    }
  }, // all of them
  "idle_timeout_minutes": 5
}
`);
  });

  test("keeps trailing commas, as they are liked there", () => {
    expect(add('{\n  "mcpServers": {\n    "a": { "command": "x" },\n  },\n}\n')).toBe(
      '{\n  "mcpServers": {\n    "a": { "command": "x" },\n    "new": {\n      "command": "npx",\n      "args": ["-y", "server"]\n    },\n  },\n}\n',
    );
  });

  test("indents as the file does, with tabs and Windows line ends too", () => {
    expect(add('{\r\n\t"mcpServers": {}\r\n}\r\n', "new", { command: "x" })).toBe(
      '{\r\n\t"mcpServers": {\r\n\t\t"new": {\r\n\t\t\t"command": "x"\r\n\t\t}\r\n\t}\r\n}\r\n',
    );
    expect(add('{\n    "a": 1\n}', "new", { command: "x" })).toBe(
      '{\n    "a": 1,\n    "mcpServers": {\n        "new": {\n            "command": "x"\n        }\n    }\n}',
    );
  });

  test("to a minified file leaves it on its line", () => {
    const text = '{"mcpServers":{"a":{"command":"x","args":[]}},"b":[1,2]}';
    expect(add(text)).toBe(
      '{"mcpServers":{"a":{"command":"x","args":[]},"new":{"command":"npx","args":["-y","server"]}},"b":[1,2]}',
    );
    const spaced = '{\n  "mcpServers": { "a": { "command": "x" } }\n}';
    expect(add(spaced)).toBe(
      '{\n  "mcpServers": { "a": { "command": "x" }, "new": { "command": "npx", "args": ["-y", "server"] } }\n}',
    );
  });

  test.each(["", "  \n", "{}", "{ }", '{"mcpServers":{}}', '\uFEFF{"mcpServers":{}}'])(
    "to %j gives a file that people can read",
    (text) => {
      const edited = add(text);
      expect(JSON.parse(edited.replace("\uFEFF", ""))).toEqual({ mcpServers: { new: SERVER } });
      expect(edited).toContain('\n  "mcpServers": {\n'.slice(text.includes("mcp") ? 16 : 0));
      expect(edited.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
    },
  );

  test("to an object that holds but a comment keeps it", () => {
    expect(add('{\n  "mcpServers": {\n    // none yet\n  }\n}', "new", { command: "x" })).toBe(
      '{\n  "mcpServers": {\n    // none yet\n    "new": {\n      "command": "x"\n    }\n  }\n}',
    );
  });

  test("makes the objects that are missing on the way", () => {
    const edited = editJsonc("{}", [{ path: ["a", "b", "c"], value: [1] }]);
    expect(edited).toBe('{\n  "a": {\n    "b": {\n      "c": [1]\n    }\n  }\n}\n'.trimEnd());
  });
});

describe("removing a server", () => {
  const text = `{
  "mcpServers": {
    // all of these are old
    "a": { "command": "x" }, // about a
    "b": { "command": "y" }, // about b
    // about c
    "c": { "command": "z" } // still about c
    // the end
  }
}
`;

  test("takes its lines and leaves its neighbours' comments", () => {
    expect(remove(text, "a")).toBe(text.replace('    "a": { "command": "x" }, // about a\n', ""));
    expect(remove(text, "b")).toBe(text.replace('    "b": { "command": "y" }, // about b\n', ""));
  });

  test("that is the last one takes the comma before it", () => {
    expect(remove(text, "c")).toBe(
      text
        .replace('\n    "c": { "command": "z" } // still about c', "")
        .replace("}, // about b", "} // about b"),
    );
  });

  test("on a shared line takes no more than itself", () => {
    const line = '{ "mcpServers": { "a": 1, "b": 2, "c": 3 } }';
    expect(remove(line, "a")).toBe('{ "mcpServers": { "b": 2, "c": 3 } }');
    expect(remove(line, "b")).toBe('{ "mcpServers": { "a": 1, "c": 3 } }');
    expect(remove(line, "c")).toBe('{ "mcpServers": { "a": 1, "b": 2 } }');
  });

  test("that was the only one leaves an empty object, and its comments", () => {
    expect(remove('{\n  "mcpServers": {\n    "a": 1,\n  },\n}', "a")).toBe(
      '{\n  "mcpServers": {},\n}',
    );
    expect(remove('{"mcpServers":{"a":1}}', "a")).toBe('{"mcpServers":{}}');
    expect(remove('{"mcpServers":{\n  // keep\n  "a":1\n}}', "a")).toBe(
      '{"mcpServers":{\n  // keep\n}}',
    );
  });

  test("that is written twice removes both, and one that is not there removes nothing", () => {
    expect(remove('{"mcpServers":{"a":1,"b":2,"a":3}}', "a")).toBe('{"mcpServers":{"b":2}}');
    expect(remove(text, "nobody")).toBe(text);
    expect(remove('{"other":1}', "nobody")).toBe('{"other":1}');
  });
});

describe("changing a value", () => {
  test("keeps its place and what is round it", () => {
    const text =
      '{\n  "mcpServers": {\n    "a": { "disabled": false /* for now */, "x": 1 } // a\n  }\n}';
    const edited = editJsonc(text, [{ path: ["mcpServers", "a", "disabled"], value: true }]);
    expect(edited).toBe(text.replace("false", "true"));
  });

  test("changes that of several which counts", () => {
    const edited = editJsonc('{"a":1,"a":2}', [{ path: ["a"], value: 3 }]);
    expect(edited).toBe('{"a":1,"a":3}');
  });

  test("reaches into arrays, and appends at their end", () => {
    const text = '{\n  "list": [\n    "a", // first\n    "b"\n  ]\n}';
    expect(editJsonc(text, [{ path: ["list", 1], value: "c" }])).toBe(text.replace('"b"', '"c"'));
    expect(editJsonc(text, [{ path: ["list", 2], value: "c" }])).toBe(
      text.replace('"b"', '"b",\n    "c"'),
    );
    expect(editJsonc(text, [{ path: ["list", 0], value: undefined }])).toBe(
      text.replace('    "a", // first\n', ""),
    );
    expect(editJsonc("[1, 2]", [{ path: [2], value: 3 }])).toBe("[1, 2, 3]");
  });
});

describe("refuses", () => {
  test.each([
    ["what is not JSON, with the place", '{\n  "a": 1\n  "b": 2\n}', "file.json:3:3"],
    ["half a file", '{"mcpServers": {"a": {', "file.json:1"],
    ["an array where an object should be", '{"mcpServers": []}', '"mcpServers" in file.json'],
    ["a text where an object should be", '{"mcpServers": "a"}', '"mcpServers" in file.json'],
    ["a file that is a list", "[]", "file.json"],
    ["a file of comments", "// nothing", "file.json"],
  ])("%s", (_what, text, part) => {
    const edit = () => editJsonc(text, [{ path: ["mcpServers", "x"], value: 1 }], "file.json");
    expect(edit).toThrow(McpzipError);
    expect(edit).toThrow(part);
  });
});

test("hostile keys are keys", () => {
  const text = add(add(add("{}", "__proto__"), 'a"b\\'), "constructor");
  expect(Object.keys(JSON.parse(text).mcpServers)).toEqual(["__proto__", 'a"b\\', "constructor"]);
  expect(remove(remove(remove(text, "__proto__"), 'a"b\\'), "constructor")).toBe(
    '{\n  "mcpServers": {}\n}\n'.trimEnd(),
  );
});

const STYLES = [
  (value: unknown) => JSON.stringify(value),
  (value: unknown) => JSON.stringify(value, null, 2),
  (value: unknown) =>
    `// head\r\n${JSON.stringify(value, null, "\t").replaceAll("\n", " // c\r\n")}`,
  (value: unknown) => JSON.stringify(value, null, 4).replaceAll(/(?<=[^[{,])\n/g, ",\n"),
  (value: unknown) => JSON.stringify(value).replaceAll(",", " /* , } */ , "),
];

test("any sequence of edits gives what the same changes of the value give", () => {
  let seed = 7;
  const random = (count: number) => (seed = (seed * 48_271) % 2_147_483_647) % count;
  for (let round = 0; round < 400; round++) {
    const value: Record<string, Record<string, unknown>> = { x: { a: 1, b: [1, 2] }, y: {} };
    let text = STYLES[round % STYLES.length]?.(value) ?? "";
    const comments = text.match(/\/\/ c|\/\/ head/g)?.length ?? 0;
    for (let step = 0; step < 6; step++) {
      const [outer, inner] = [`${"xyz"[random(3)]}`, `${"abcd"[random(4)]}`];
      const edit: ConfigEdit = {
        path: [outer, inner],
        value: [undefined, 5, "text", { deep: [{ x: 1 }] }, [], "// no comment"][random(6)],
      };
      text = editJsonc(text, [edit]);
      if (edit.value !== undefined) (value[outer] ??= {})[inner] = edit.value;
      else if (value[outer] !== undefined) delete value[outer][inner];
      expect(parse(text, [], { allowTrailingComma: true })).toEqual(value);
    }
    expect(text.match(/\/\/ head/g)?.length ?? 0).toBe(comments === 0 ? 0 : 1);
  }
});
