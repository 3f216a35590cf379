import { expect, test } from "bun:test";
import { RawHost } from "./raw-host.ts";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { fixture } from "./entries.ts";
import { until } from "./until.ts";

const ECHO = { mcpServers: { echo: fixture("echo.ts") } };

test("introduces itself and names the servers before their tools are known", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { echo: fixture("echo.ts"), slow: fixture("slow.ts") },
  });
  const { client } = await SdkHost.connect(sandbox);
  expect(client.getServerVersion()).toMatchObject({ name: "mcpzip" });
  expect(client.getServerCapabilities()?.tools).toBeDefined();
  expect(client.getInstructions()).toContain("Servers (tools): echo, slow.");
});

test("tells in its instructions how many tools each server has, once a start has learnt it", async () => {
  await using sandbox = new Sandbox(ECHO);
  await searchOnce(sandbox);
  const second = await SdkHost.connect(sandbox);
  expect(second.client.getInstructions()).toMatch(/Servers \(tools\): echo \(\d+\)\./);
});

/** A whole session; what it leaves for the next one has been written when it is over. */
async function searchOnce(sandbox: Sandbox): Promise<void> {
  await using host = await SdkHost.connect(sandbox);
  await host.search("echo");
}

test("answers a ping with an empty result", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = new RawHost(sandbox);
  await host.initialize();
  expect(await host.request("ping")).toEqual({ jsonrpc: "2.0", id: 2, result: {} });
});

test("offers exactly three tools, whose list is the same bytes in every start over every catalog", async () => {
  await using sandbox = new Sandbox(ECHO);
  const withoutCatalog = await listedBytes(sandbox);
  await using first = await SdkHost.connect(sandbox);
  await first.search("echo");
  const withCatalog = await listedBytes(sandbox);
  await using other = new Sandbox({
    mcpServers: { many: fixture("echo.ts", { ECHO_EXTRA_TOOLS: "50" }), huge: fixture("huge.ts") },
  });
  await using otherHost = await SdkHost.connect(other);
  await otherHost.search("echo");
  const withOtherCatalog = await listedBytes(other);
  expect(withCatalog).toBe(withoutCatalog);
  expect(withOtherCatalog).toBe(withoutCatalog);
  const { tools } = await first.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["search_tools", "describe_tool", "execute_tool"]);
});

async function listedBytes(sandbox: Sandbox): Promise<string> {
  await using host = new RawHost(sandbox);
  await host.initialize();
  host.send({ id: "list", method: "tools/list" });
  return host.line((line) => line.includes('"list"'));
}

test("finds a tool on the very first search, with its parameters on one line", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = await SdkHost.connect(sandbox);
  const [line] = (await host.search("add two numbers", 1)).split("\n");
  expect(line).toBe("echo__add: Adds two numbers [a:number*, b:number*]");
});

test("gives as many hits as the config or the call says", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { many: fixture("echo.ts", { ECHO_EXTRA_TOOLS: "60" }) },
    search: { default_limit: 7 },
  });
  const host = await SdkHost.connect(sandbox);
  const hits = async (limit?: number) =>
    (await host.search("generated tool number", limit)).match(/^many__/gm)?.length;
  expect(await hits()).toBe(7);
  expect(await hits(3)).toBe(3);
  expect(await hits(1000)).toBe(50);
});

test("lists the servers when the query is empty", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { echo: fixture("echo.ts"), huge: fixture("huge.ts") },
  });
  const host = await SdkHost.connect(sandbox);
  const list = await until("both servers are listed", async () => {
    const answer = await host.search("");
    return !answer.includes("missing") && answer;
  });
  expect(list.split("\n")).toEqual([
    expect.stringMatching(/^echo \(\d+ tools\): Instructions of echo/),
    expect.stringMatching(/^huge \(1 tool\): Instructions of huge/),
  ]);
});

test("describes one tool with the schemas that its server wrote", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = await SdkHost.connect(sandbox);
  await host.search("echo");
  const [described = ""] = await host.describe("echo__add");
  expect(JSON.parse(described)).toEqual({
    name: "echo__add",
    description: "Adds two numbers.",
    inputSchema: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
    },
    outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
  });
});

test("describes up to ten tools in the order asked, an unknown one among them as an error of its own", async () => {
  await using sandbox = new Sandbox({
    mcpServers: { many: fixture("echo.ts", { ECHO_EXTRA_TOOLS: "11" }) },
  });
  const host = await SdkHost.connect(sandbox);
  await host.search("echo");
  const names = Array.from({ length: 11 }, (_, i) => `many__extra_${11 - i}`);
  const ten = await host.describe([...names.slice(0, 9), "many__extra_99"]);
  expect(ten.slice(0, 9).map((text) => JSON.parse(text).name)).toEqual(names.slice(0, 9));
  expect(ten[9]).toContain("many__extra_99");
  const eleven = await host.client.callTool({ name: "describe_tool", arguments: { name: names } });
  expect(eleven.isError).toBe(true);
  expect(textOf(eleven)).toContain("at most 10");
});

test("proposes the nearest names for a tool that nobody has", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = await SdkHost.connect(sandbox);
  await host.search("echo");
  const result = await host.execute("echo__ehco", { message: "hi" });
  expect(result).toMatchObject({
    isError: true,
    _meta: { "mcpzip/error": { code: "TOOL_UNKNOWN", server: "echo" } },
  });
  expect(textOf(result)).toContain("echo__echo");
});

test("quotes what the tool expects when its arguments are wrong", async () => {
  await using sandbox = new Sandbox(ECHO);
  const host = await SdkHost.connect(sandbox);
  await host.search("echo");
  const result = await host.execute("echo__add", { a: 1 });
  expect(result).toMatchObject({
    isError: true,
    _meta: { "mcpzip/error": { code: "ARGUMENTS_INVALID", server: "echo" } },
  });
  expect(textOf(result)).toContain('missing "b"');
  expect(textOf(result)).toContain("a:number*, b:number*");
});
