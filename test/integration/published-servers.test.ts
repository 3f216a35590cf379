import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { writeFileSync } from "node:fs";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome } from "../fixtures/proxy-home.ts";
import { publishedEntry, startEverything, type EverythingServer } from "./servers/published.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** The official servers behind mcpzip, and the official SDK's client in front of it. */
let home: ProxyHome;
let everything: EverythingServer[];
const host = new Client({ name: "sdk-host", version: "1" }, { capabilities: {} });

beforeAll(async () => {
  home = new ProxyHome();
  everything = await Promise.all([startEverything("streamableHttp"), startEverything("sse")]);
  const [http, sse] = everything;
  writeFileSync(home.path("hello.txt"), "hello from a file");
  home.configure({
    everything_stdio: publishedEntry("server-everything", ["stdio"]),
    everything_http: { url: http?.url.href },
    everything_sse: { type: "sse", url: sse?.url.href },
    memory: {
      ...publishedEntry("server-memory"),
      env: { MEMORY_FILE_PATH: home.path("memory.jsonl") },
    },
    files: publishedEntry("server-filesystem", [home.folder]),
  });
  await host.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [`${import.meta.dir}/../../src/main.ts`, "serve", "--config", home.path("config.json")],
      env: { ...(process.env as Record<string, string>), HOME: home.folder },
      stderr: "ignore",
    }),
  );
  await execute("proxy_refresh");
});
afterAll(async () => {
  await host.close();
  await Promise.all(everything.map((server) => server.stop()));
  await home[Symbol.asyncDispose]();
});

interface Result {
  content: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
}

async function execute(name: string, args: object = {}): Promise<Result> {
  const call = { name: "execute_tool", arguments: { name, arguments: args } };
  return (await host.callTool(call)) as Result; // as: the SDK has checked it
}

test("the host sees three tools and the servers' names", async () => {
  const { tools } = await host.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["search_tools", "describe_tool", "execute_tool"]);
  expect(host.getInstructions()).toContain("everything_http");
});

describe.each(["everything_stdio", "everything_http", "everything_sse"])("%s", (server) => {
  test("echoes", async () => {
    const { content } = await execute(`${server}__echo`, { message: "hello" });
    expect(content).toEqual([{ type: "text", text: "Echo: hello" }]);
  });

  test("gives an image", async () => {
    const { content } = await execute(`${server}__get-tiny-image`);
    expect(content.map(({ type }) => type)).toContain("image");
  });

  test("gives structured content", async () => {
    const args = { location: "New York" };
    const { structuredContent } = await execute(`${server}__get-structured-content`, args);
    expect(structuredContent).toMatchObject({ conditions: expect.any(String) });
  });

  test("reports progress of a long operation", async () => {
    const seen: number[] = [];
    const name = `${server}__trigger-long-running-operation`;
    await host.callTool(
      { name: "execute_tool", arguments: { name, arguments: { duration: 1, steps: 4 } } },
      undefined,
      { onprogress: ({ progress }) => seen.push(progress) },
    );
    // The host's SDK drops a report that arrives together with the result.
    expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
  });

  test("refuses wrong arguments in its own words", async () => {
    const { isError, content } = await execute(`${server}__get-sum`, { a: "one", b: 2 });
    expect(isError).toBe(true);
    expect(content[0]?.text).toMatch(/number/);
  });
});

test("the memory server remembers", async () => {
  const entities = [{ name: "mcpzip", entityType: "program", observations: ["is small"] }];
  await execute("memory__create_entities", { entities });
  const { content } = await execute("memory__search_nodes", { query: "mcpzip" });
  expect(content[0]?.text).toContain("is small");
});

test("the memory server takes an array that came as a string", async () => {
  const entities = JSON.stringify([{ name: "second", entityType: "program", observations: [] }]);
  await execute("memory__create_entities", { entities });
  const { content } = await execute("memory__read_graph");
  expect(content[0]?.text).toContain("second");
});

test("the filesystem server reads a file, and its limits hold", async () => {
  const file = { path: home.path("hello.txt") };
  const { content } = await execute("files__read_text_file", file);
  expect(content[0]?.text).toBe("hello from a file");
  expect((await execute("files__read_text_file", { path: "/etc/hostname" })).isError).toBe(true);
});

test("a search over all of them finds the tool for the job", async () => {
  const query = { name: "search_tools", arguments: { query: "read a text file", limit: 3 } };
  const { content } = (await host.callTool(query)) as Result; // as: the SDK has checked it
  expect(content[0]?.text).toContain("files__read_text_file");
});
