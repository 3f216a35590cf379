import { describe, expect, test } from "bun:test";
import { load, serverFault, withoutPath } from "./temp-config.ts";

const url = "https://mcp.example.com/mcp";

describe("an entry that cannot be used", () => {
  test.each([
    [{}, '3:5: server "it": has neither "command" nor "url"'],
    [{ command: "" }, '4:18: server "it": command must be a non-empty string, and it is empty'],
    [
      { command: ["npx"] },
      '4:18: server "it": command must be a non-empty string, and it is an array',
    ],
    [{ type: "stdio", url }, '3:5: server "it": command is missing'],
    [{ type: "http", command: "npx" }, '3:5: server "it": url is missing'],
    [{ url: "" }, '4:14: server "it": url must be a non-empty string, and it is empty'],
    [{ command: "npx", url }, '5:7: server "it": has both "command" and "url"'],
    [
      { type: "htttp", url },
      '4:15: server "it": type must be "stdio", "http" or "sse", and it is "htttp"',
    ],
    [{ type: 3, url }, '4:15: server "it": type must be "stdio", "http" or "sse", and it is 3'],
    [
      { command: "npx", args: "-y x" },
      '5:15: server "it": args must be an array of strings, and it is a string',
    ],
    [
      { command: "npx", args: ["-y", 5] },
      '7:9: server "it": args[1] must be a string, and it is a number',
    ],
    [
      { command: "npx", env: { PORT: 80 } },
      '6:17: server "it": env.PORT must be a string, and it is a number',
    ],
    [
      { command: "npx", env: ["A=b"] },
      '5:14: server "it": env must be an object of strings, and it is an array',
    ],
    [
      { url, headers: { "X-A": null } },
      '6:16: server "it": headers.X-A must be a string, and it is null',
    ],
    [
      { command: "npx", disabled: "yes" },
      '5:19: server "it": disabled must be true or false, and it is "yes"',
    ],
    [
      { command: "npx", call_timeout_seconds: 0 },
      '5:31: server "it": call_timeout_seconds must be a number of seconds above 0, and it is 0',
    ],
    [
      { command: "npx", protocol: "new" },
      '5:19: server "it": protocol must be "auto" or "legacy", and it is "new"',
    ],
    [
      { url, oauth: 3 },
      '5:16: server "it": oauth must be true, false or an object, and it is a number',
    ],
    [
      { url, oauth: { clientSecret: 3 } },
      '6:25: server "it": oauth.clientSecret must be a non-empty string, and it is a number',
    ],
    [
      { url, oauth: { clientId: "" } },
      '6:21: server "it": oauth.clientId must be a non-empty string, and it is empty',
    ],
    [
      { url, oauth: { callbackPort: 65_536 } },
      '6:25: server "it": oauth.callbackPort must be a whole number from 1 to 65535, and it is 65536',
    ],
    [
      { url, oauth: { callbackPort: "8080" } },
      '6:25: server "it": oauth.callbackPort must be a whole number from 1 to 65535, and it is "8080"',
    ],
    [
      { url, oauth: { scopes: 3 } },
      '6:19: server "it": oauth.scopes must be a non-empty string or an array of strings, and it is a number',
    ],
    [
      { url, oauth: { scopes: ["a", 3] } },
      '8:11: server "it": oauth.scopes[1] must be a string, and it is a number',
    ],
    [
      { url, oauth: { grantType: "password" } },
      '6:22: server "it": oauth.grantType must be "authorization_code" or "client_credentials", and it is "password"',
    ],
    [
      { type: "sse", url, oauth: { interactive: "no" } },
      '7:24: server "it": oauth.interactive must be "auto", "on-call" or "never", and it is "no"',
    ],
    [
      { url, oauth: [] },
      '5:16: server "it": oauth must be true, false or an object, and it is an empty array',
    ],
    ["npx", '3:11: server "it": an entry must be an object, and it is a string'],
  ])("%j", async (entry, message) => {
    const error = await serverFault(entry);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", server: "it" });
    expect(withoutPath(error.message)).toBe(`config.json:${message}`);
    expect(error.fix).toBeString();
  });

  test("proposes the type that was meant", async () => {
    expect((await serverFault({ type: "htttp", url })).fix).toBe('write "type": "http"');
    expect((await serverFault({ type: "SSE", url })).fix).toBe('write "type": "sse"');
  });

  test("tells all that is wrong in one error", async () => {
    const error = await serverFault({ command: "npx", args: 1, disabled: 2 });
    expect(withoutPath(error.message)).toContain("args must be an array");
    expect(withoutPath(error.why)).toEndWith(
      'also config.json:6:19: server "it": disabled must be true or false, and it is 2',
    );
  });
});

describe("the name of a server", () => {
  test.each(["my server", "a__b", "a_", "émoji", "x".repeat(41), ""])(
    "%p is a fault",
    async (name) => {
      const { config } = await load({ mcpServers: { [name]: { command: "x" } } });
      const error = config.faults.get(name);
      expect(withoutPath(error?.message)).toStartWith(
        `config.json:3:5: server "${name}": this name cannot be used: `,
      );
    },
  );

  test("may be a word that JavaScript knows", async () => {
    const { config } = await load({ mcpServers: { constructor: { command: "x" } } });
    expect(config.servers.get("constructor")?.name).toBe("constructor");
  });

  test("that JavaScript treats apart is a fault, not a server that vanishes", async () => {
    const { config } = await load('{"mcpServers": {"__proto__": {"command": "x"}}}');
    expect([...config.faults.keys()]).toEqual(["__proto__"]);
  });

  test("given twice is a warning, and the last entry counts", async () => {
    const text = '{"mcpServers": {\n"a": {"command": "x"},\n"a": {"command": "y"}\n}}';
    const { config, warnings } = await load(text);
    expect(config.servers.get("a")).toMatchObject({ command: "y" });
    expect(warnings).toMatchObject([
      { line: 3, column: 1, message: 'server "a" is written more than once; the last one counts' },
    ]);
  });

  test("may stand elsewhere in the file as well", async () => {
    const { warnings } = await load({ mcpServers: { a: { command: "a", args: ["a"] } } });
    expect(warnings).toEqual([]);
  });
});

describe("a key of a server", () => {
  test("that is unknown is a warning with the key that was meant", async () => {
    const { config, warnings } = await load({ mcpServers: { it: { command: "x", agrs: [] } } });
    expect(config.servers.size).toBe(1);
    expect(warnings).toMatchObject([
      {
        line: 5,
        column: 7,
        message: 'server "it": "agrs" is not a known key and is ignored; did you mean "args"?',
        fix: 'rename it to "args", or remove it',
      },
    ]);
  });

  test("that oauth does not know is a warning with the key that was meant", async () => {
    const oauth = { client_id: "x", zzz: "s3cret" };
    const { config, warnings } = await load({ mcpServers: { it: { url, oauth } } });
    expect(config.servers.get("it")).toMatchObject({ oauth: { interactive: "auto" } });
    expect(warnings).toMatchObject([
      {
        line: 6,
        column: 9,
        message:
          'server "it": oauth: "client_id" is not a known key and is ignored; did you mean "clientId"?',
        fix: 'rename it to "clientId", or remove it',
      },
      { line: 7, message: 'server "it": oauth: "zzz" is not a known key and is ignored' },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("s3cret");
  });

  test("that another type of server would read is a warning", async () => {
    const { warnings } = await load({ mcpServers: { it: { command: "x", headers: {} } } });
    expect(warnings).toMatchObject([
      {
        line: 5,
        message: 'server "it": "headers" means nothing to a stdio server and is ignored',
        fix: 'remove "headers"',
      },
    ]);
  });
});
