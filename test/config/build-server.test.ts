import { describe, expect, test } from "bun:test";
import { load, loadServer, serverFault, withoutPath } from "./temp-config.ts";

const url = "https://mcp.example.com/mcp";

describe("variables are filled in", () => {
  const env = { NAME: "value", HOST: "mcp.example.com", EMPTY: "", HOME: "/home/ann" };

  test("in command, args, env and cwd", async () => {
    const server = await loadServer(
      { command: "${NAME}-server", args: ["--x=${NAME}"], env: { A: "${NAME}" }, cwd: "/${NAME}" },
      env,
    );
    expect(server).toMatchObject({
      command: "value-server",
      args: ["--x=value"],
      env: { A: "value" },
      cwd: "/value",
    });
  });

  test("in url and headers", async () => {
    const headers = { Authorization: "Bearer ${NAME}" };
    const server = await loadServer({ url: "https://${HOST}/mcp?k=${NAME}", headers }, env);
    expect(server).toMatchObject({
      url: new URL("https://mcp.example.com/mcp?k=value"),
      headers: { Authorization: "Bearer value" },
    });
  });

  test("and ~/ at the start of command and cwd is the home folder", async () => {
    const server = await loadServer({ command: "~/bin/x", args: ["~/y"], cwd: "~" }, env);
    expect(server).toMatchObject({ command: "/home/ann/bin/x", args: ["~/y"], cwd: "/home/ann" });
  });

  test("and an empty cwd is none", async () => {
    expect(await loadServer({ command: "x", cwd: "${EMPTY}" }, env)).toMatchObject({
      cwd: undefined,
    });
  });
});

describe("a variable that is not set", () => {
  test("is the fault of its server only", async () => {
    const entries = { slack: { command: "x", env: { SLACK_TOKEN: "${SLACK_BOT_TOKEN}" } } };
    const { config } = await load({ mcpServers: { ...entries, time: { command: "uvx" } } });
    expect([...config.servers.keys()]).toEqual(["time"]);
    const error = config.faults.get("slack");
    expect(error).toMatchObject({
      code: "ENV_MISSING",
      server: "slack",
      message:
        'server "slack": env.SLACK_TOKEN needs the variable SLACK_BOT_TOKEN, which is not set',
      fix: "set SLACK_BOT_TOKEN where mcpzip is started, or write a default: ${SLACK_BOT_TOKEN:-…}",
    });
    expect(withoutPath(error?.why)).toBe("config.json:6:24 reads it and gives no default");
  });

  test.each([
    [{ command: "${GONE}" }, "command"],
    [{ command: "x", args: ["a", "${GONE}"] }, "args[1]"],
    [{ command: "x", cwd: "${GONE}" }, "cwd"],
    [{ url: "https://${GONE}/mcp" }, "url"],
    [{ url, headers: { "X-Key": "${GONE}" } }, "headers.X-Key"],
  ])("is named with its field: %j", async (entry, field) => {
    const error = await serverFault(entry);
    expect(error.code).toBe("ENV_MISSING");
    expect(error.message).toBe(`server "it": ${field} needs the variable GONE, which is not set`);
  });

  test("is told beside the others that are missing", async () => {
    const error = await serverFault({ command: "x", env: { A: "${ONE}", B: "${TWO}" } });
    expect(withoutPath(error.why)).toEndWith(
      'also config.json:7:14: server "it": env.B needs the variable TWO, which is not set',
    );
  });

  test("may be the home folder", async () => {
    const error = await serverFault({ command: "~/x" });
    expect(error.message).toBe('server "it": command needs the variable HOME, which is not set');
  });
});

describe("what the variables make of a field", () => {
  const env = { BAD: "not\na token-s3cret", EMPTY: "", SCHEME: "ftp", WORD: "s3cret" };

  test.each([
    [{ url: "${WORD}" }, '4:14: server "it": url is not an http:// or https:// address'],
    [{ url: "${SCHEME}://x" }, '4:14: server "it": url is not an http:// or https:// address'],
    [{ url: "mcp.example.com" }, '4:14: server "it": url is not an http:// or https:// address'],
    [
      { command: "${EMPTY}" },
      '4:18: server "it": command is empty once its variables are filled in',
    ],
    [
      { url, headers: { "X-Key": "${BAD}" } },
      '6:18: server "it": the value of the header "X-Key" is not legal in HTTP',
    ],
    [
      { url, headers: { "X Key": "v" } },
      '6:9: server "it": the name of the header "X Key" is not legal in HTTP',
    ],
  ])("must be usable: %j", async (entry, message) => {
    const error = await serverFault(entry, env);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(withoutPath(error.message)).toBe(`config.json:${message}`);
  });

  test("is never told", async () => {
    for (const entry of [{ url: "${WORD}" }, { url, headers: { A: "${BAD}" } }]) {
      const error = await serverFault(entry, env);
      expect(Bun.inspect(error)).not.toContain("s3cret");
    }
  });
});

test("a ${…} that other clients fill in is a warning, and is passed on as it is", async () => {
  const entry = { command: "x", env: { TOKEN: "${input:token}" } };
  const { config, warnings } = await load({ mcpServers: { it: entry } });
  expect(config.servers.get("it")).toMatchObject(entry);
  expect(warnings).toMatchObject([
    { line: 6, message: 'server "it": env.TOKEN holds a ${…} that mcpzip does not fill in' },
  ]);
});
