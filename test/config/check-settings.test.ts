import { describe, expect, test } from "bun:test";
import { load, loadError, withoutPath } from "./temp-config.ts";

const SERVERS = '"mcpServers": {"a": {"command": "x"}}';

describe("a file that cannot be used", () => {
  test.each([
    ["[]", "1:1: the file must be an object, and it is an empty array"],
    ['"x"', "1:1: the file must be an object, and it is a string"],
    ["null", "1:1: the file must be an object, and it is null"],
    ["{}", '1:1: "mcpServers" is missing'],
    [
      '{\n  "mcpServers": [{}]}',
      "2:17: mcpServers must be an object of servers by name, and it is an array",
    ],
    [
      `{${SERVERS},\n"search": {"default_limit": 51}}`,
      "2:29: search.default_limit must be a whole number from 1 to 50, and it is 51",
    ],
    [
      `{${SERVERS},\n"search": {"default_limit": 2.5}}`,
      "2:29: search.default_limit must be a whole number from 1 to 50, and it is 2.5",
    ],
    [`{${SERVERS},\n"search": {"embeddings": {}}}`, "2:12: search.embeddings.model is missing"],
    [
      `{${SERVERS},\n"search": {"embeddings": true}}`,
      "2:26: search.embeddings must be an object, and it is true",
    ],
    [
      `{${SERVERS},\n"search": {"embeddings": {"model": "x", "dimensions": 9000}}}`,
      "2:55: search.embeddings.dimensions must be a whole number from 1 to 8192, and it is 9000",
    ],
    [
      `{${SERVERS},\n"search": {"embeddings": {"model": "x", "provider": "ollama"}}}`,
      '2:53: search.embeddings.provider must be "openai" or "gemini", and it is "ollama"',
    ],
    [
      `{${SERVERS},\n"search": {"embeddings": {"model": "x", "api_key": 5}}}`,
      "2:52: search.embeddings.api_key must be a non-empty string, and it is a number",
    ],
    [`{${SERVERS},\n"search": 5}`, "2:11: search must be an object, and it is a number"],
    [
      `{${SERVERS},\n"idle_timeout_minutes": 0}`,
      "2:25: idle_timeout_minutes must be a number of minutes above 0, and it is 0",
    ],
    [
      `{${SERVERS},\n"call_timeout_seconds": null}`,
      "2:25: call_timeout_seconds must be a number of seconds above 0, and it is null",
    ],
    [
      `{${SERVERS},\n"call_timeout_seconds": 3000000}`,
      "2:25: call_timeout_seconds must be at most 2147483, and it is 3000000",
    ],
    [
      `{${SERVERS},\n"catalog_ttl_minutes": -1}`,
      "2:24: catalog_ttl_minutes must be a number of minutes, 0 or more, and it is -1",
    ],
    [
      `{${SERVERS},\n"gemini_api_key": 12345}`,
      "2:19: gemini_api_key must be a non-empty string, and it is a number",
    ],
    [
      `{${SERVERS},\n"token_storage": "keyring"}`,
      '2:18: token_storage must be "file" or "keychain", and it is "keyring"',
    ],
    // Line and column are the same with comments, Windows line ends and letters of two units.
    [
      `{\r\n${SERVERS}, // 👋\r\n/* 👋 */ "search": 5}`,
      "3:20: search must be an object, and it is a number",
    ],
  ])("%s", async (text, message) => {
    const error = await loadError(text);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(withoutPath(error.message)).toBe(`config.json:${message}`);
  });

  test.each([
    "mcp_servers",
    "servers",
    "mcpservers",
    "mcp-servers",
    "mcpServer",
    "context_servers",
  ])("says that %s is called mcpServers", async (key) => {
    const error = await loadError({ search: {}, [key]: { a: { command: "x" } } });
    expect(withoutPath(error.message)).toBe(
      `config.json:3:3: "mcpServers" is missing, and "${key}" is not a known key`,
    );
    expect(error.fix).toBe(`rename "${key}" to "mcpServers"`);
  });
});

describe("an unknown key", () => {
  test("of the file is a warning with the key that was meant", async () => {
    const { warnings } = await load(`{${SERVERS},\n  "idle_timeout": 3\n}`);
    expect(warnings).toEqual([
      {
        file: expect.stringContaining("config-"),
        line: 2,
        column: 3,
        message:
          '"idle_timeout" is not a known key and is ignored; did you mean "idle_timeout_minutes"?',
        fix: 'rename it to "idle_timeout_minutes", or remove it',
        frame: [
          '  1 | {"mcpServers": {"a": {"command": "x"}},',
          '> 2 |   "idle_timeout": …',
          "    |   ^",
          "  3 | }",
        ].join("\n"),
      },
    ]);
  });

  test("of search, or with nothing near, is a warning too", async () => {
    const { warnings } = await load(`{${SERVERS}, "search": {"defaultlimit": 3}, "zzz": 1}`);
    expect(warnings.map(({ column, message, fix }) => [column, message, fix])).toEqual([
      [
        52,
        'search: "defaultlimit" is not a known key and is ignored; did you mean "default_limit"?',
        'rename it to "default_limit", or remove it',
      ],
      [72, '"zzz" is not a known key and is ignored', 'remove "zzz"'],
    ]);
  });

  test("of search.embeddings is a warning, and its value is not shown", async () => {
    const embeddings = { base_url: "https://x", model: "x", apikey: "s3cret" };
    const { warnings } = await load({
      mcpServers: { a: { command: "x" } },
      search: { embeddings },
    });
    expect(warnings.map(({ message }) => message)).toEqual([
      'search.embeddings: "apikey" is not a known key and is ignored; did you mean "api_key"?',
    ]);
    expect(JSON.stringify(warnings)).not.toContain("s3cret");
  });
});
