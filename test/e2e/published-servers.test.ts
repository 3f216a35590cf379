import { expect, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";
import { SdkHost, textOf } from "./sdk-host.ts";
import { published, startEverything } from "./entries.ts";

test("calls server-everything over stdio", async () => {
  await using sandbox = new Sandbox({ mcpServers: { everything: published("everything") } });
  await callEverything(sandbox);
});

test("calls server-everything over Streamable HTTP", async () => {
  await using sandbox = new Sandbox();
  const url = await startEverything(sandbox, "streamableHttp");
  sandbox.configure({ mcpServers: { everything: { type: "http", url } } });
  await callEverything(sandbox);
});

test("calls server-everything over SSE", async () => {
  await using sandbox = new Sandbox();
  const url = await startEverything(sandbox, "sse");
  sandbox.configure({ mcpServers: { everything: { type: "sse", url } } });
  await callEverything(sandbox);
});

async function callEverything(sandbox: Sandbox): Promise<void> {
  const host = await SdkHost.connect(sandbox);
  expect(await host.search("add numbers sum")).toContain("everything__get-sum: ");
  const [described = ""] = await host.describe("everything__echo");
  expect(JSON.parse(described)).toMatchObject({
    name: "everything__echo",
    inputSchema: { properties: { message: { type: "string" } }, required: ["message"] },
  });
  const echoed = await host.execute("everything__echo", { message: "grüß dich 🦊" });
  expect(textOf(echoed)).toContain("grüß dich 🦊");
  const sum = await host.execute("everything__get-sum", { a: 20, b: 22 });
  expect(textOf(sum)).toContain("42");
  const image = await host.execute("everything__get-tiny-image");
  expect(image.content).toContainEqual(
    expect.objectContaining({ type: "image", mimeType: "image/png" }),
  );
  const structured = await host.execute("everything__get-structured-content", {
    location: "New York",
  });
  expect(structured.structuredContent).toHaveProperty("temperature");
}

test("writes and reads a file through server-filesystem", async () => {
  await using sandbox = new Sandbox();
  const note = sandbox.write("documents/note.txt", "first line\n");
  const folder = sandbox.path("documents");
  sandbox.configure({ mcpServers: { files: published("filesystem", folder) } });
  const host = await SdkHost.connect(sandbox);
  expect(await host.search("read a text file")).toContain("files__read_text_file: ");
  expect(textOf(await host.execute("files__read_text_file", { path: note }))).toBe("first line\n");
  const path = sandbox.path("documents/new.txt");
  await host.execute("files__write_file", { path, content: "written" });
  expect(await Bun.file(path).text()).toBe("written");
  const refused = await host.execute("files__read_text_file", { path: "/etc/hostname" });
  expect(refused.isError).toBe(true);
});

test("keeps what server-memory was told from one call to the next", async () => {
  await using sandbox = new Sandbox();
  const env = { MEMORY_FILE_PATH: sandbox.path("memory.jsonl") };
  sandbox.configure({ mcpServers: { memory: { ...published("memory"), env } } });
  const host = await SdkHost.connect(sandbox);
  expect(await host.search("create entities in the graph")).toContain("memory__create_entities: ");
  const entity = { name: "Ada", entityType: "person", observations: ["wrote the first program"] };
  await host.execute("memory__create_entities", { entities: [entity] });
  const found = await host.execute("memory__search_nodes", { query: "Ada" });
  expect(textOf(found)).toContain("wrote the first program");
});

test("searches and calls all the published servers at once", async () => {
  await using sandbox = new Sandbox();
  const url = await startEverything(sandbox, "streamableHttp");
  sandbox.configure({
    mcpServers: {
      everything: { type: "http", url },
      files: published("filesystem", sandbox.home),
      memory: published("memory"),
    },
  });
  const host = await SdkHost.connect(sandbox);
  const results = await Promise.all([
    host.execute("everything__echo", { message: "one" }),
    host.execute("files__list_allowed_directories"),
    host.execute("memory__read_graph"),
  ]);
  expect(results.map((result) => result.isError === true)).toEqual([false, false, false]);
  expect(textOf(results[1])).toContain(sandbox.home);
});
