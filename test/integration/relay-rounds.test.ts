import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  startStatelessHttp,
  type StatelessCall,
  type StatelessHttp,
} from "../fixtures/http/stateless.ts";
import { poll, TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { ProxyHome } from "../fixtures/proxy-home.ts";
import type { HostOptions, ProxyHost } from "../fixtures/proxy-host.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

type Json = Record<string, unknown>;

const QUESTION = { mode: "form", message: "Sure?", requestedSchema: { type: "object" }, next: [1] };
const STATE = 'opaque "state" \u2028 ü';

let home: ProxyHome;
let server: StatelessHttp;
let tools: Json[];
let answer: (call: StatelessCall) => Json;

const text = (value: unknown) => ({
  resultType: "complete",
  content: [{ type: "text", text: JSON.stringify(value) }],
});
const headed = (header: string) => ({
  type: "object",
  properties: { region: { type: "string", "x-mcp-header": header } },
});

beforeEach(() => {
  home = new ProxyHome();
  tools = [
    { name: "act", description: "Acts.", inputSchema: { type: "object" } },
    { name: "routed", description: "Is routed.", inputSchema: headed("Region") },
    { name: "unroutable", description: "Is not.", inputSchema: headed("no header name") },
  ];
  server = startStatelessHttp({ tools, call: (call) => answer(call) });
  home.configure({ up: { url: server.url } });
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function start(
  onRequest: HostOptions["onRequest"] = () => undefined,
  capabilities: Json = { elicitation: {}, roots: {} },
): Promise<ProxyHost> {
  const host = await home.start({}, { capabilities, onRequest });
  await host.execute("proxy_refresh");
  return host;
}

test("a server that needs input first gets it from the host, whole, with its own state", async () => {
  const inputRequests = {
    sure: { method: "elicitation/create", params: QUESTION },
    where: { method: "roots/list" },
  };
  answer = ({ params }) =>
    params.inputResponses === undefined
      ? { resultType: "input_required", inputRequests, requestState: STATE }
      : text("done");
  const host = await start(({ method }) =>
    method === "roots/list" ? { roots: [], more: 1 } : { action: "accept", content: {}, more: 2 },
  );
  const result = await host.execute("up__act", { a: 1 });
  expect(result.text).toBe('"done"');
  const [first, second] = server.calls;
  expect(second?.params).toMatchObject({
    name: "act",
    arguments: { a: 1 },
    requestState: STATE,
    inputResponses: {
      sure: { action: "accept", content: {}, more: 2 },
      where: { roots: [], more: 1 },
    },
  });
  expect(second?.id).not.toBe(first?.id);
  const asked = host.requests.find(({ method }) => method === "elicitation/create");
  expect(asked?.params).toEqual({ ...QUESTION, _meta: { "mcpzip/server": "up" } });
});

test("a server that wants to be asked again without input is asked again, its state alone", async () => {
  answer = ({ params }) =>
    params.requestState === undefined
      ? { resultType: "input_required", requestState: STATE }
      : text("done");
  const host = await start();
  expect((await host.execute("up__act")).text).toBe('"done"');
  expect(server.calls[1]?.params).not.toHaveProperty("inputResponses");
});

test("a server that never has enough fails its call", async () => {
  answer = () => ({
    resultType: "input_required",
    inputRequests: { where: { method: "roots/list" } },
  });
  const host = await start(() => ({ roots: [] }));
  expect(await host.execute("up__act")).toMatchObject({ isError: true, code: "SERVER_PROTOCOL" });
  expect(server.calls).toHaveLength(11);
});

test("a question that the host answers with an error fails the call and takes back the others", async () => {
  answer = () => ({
    resultType: "input_required",
    inputRequests: {
      open: { method: "elicitation/create", params: QUESTION },
      where: { method: "roots/list" },
    },
  });
  const host = await start(({ method }) =>
    method === "roots/list" ? { error: { code: -32000, message: "no roots today" } } : undefined,
  );
  const result = await host.execute("up__act");
  expect(result).toMatchObject({ isError: true, code: "SERVER_ERROR" });
  expect(result.text).toContain("no roots today");
  const open = host.requests.find(({ method }) => method === "elicitation/create");
  const cancelled = await poll(() =>
    host.notifications.find(({ method }) => method === "notifications/cancelled"),
  );
  expect(cancelled).toMatchObject({ params: { requestId: open?.id } });
});

test("a result that does not say what it is is complete, and stays as it is", async () => {
  const bare = { content: [{ type: "text", text: "bare" }], futureField: [1] };
  answer = () => bare;
  const host = await start();
  expect((await host.execute("up__act")).result).toEqual(bare);
});

test("a result with content of next year comes whole", async () => {
  const next = { content: [{ type: "hologram", depth: { z: 3 } }], structuredContent: [1] };
  answer = () => ({ resultType: "complete", ...next });
  const host = await start();
  expect((await host.execute("up__act")).result).toEqual(next);
});

test("every request tells what the host can do", async () => {
  answer = ({ params }) =>
    text((params._meta as Json)["io.modelcontextprotocol/clientCapabilities"]);
  const host = await start(undefined, { sampling: { tools: {} } });
  expect(JSON.parse((await host.execute("up__act")).text)).toEqual({ sampling: { tools: {} } });
});

test.each([
  ["eu-west 1", "eu-west 1"],
  ["Zürich", `=?base64?${btoa("Z\u00c3\u00bcrich")}?=`],
  [undefined, null],
])("an argument %p that the server wants in a header is %p there", async (region, header) => {
  answer = ({ headers }) => text(headers.get("mcp-param-region"));
  const host = await start();
  const { text: sent } = await host.execute("up__routed", { region });
  expect(JSON.parse(sent)).toBe(header);
});

test("a call whose headers are not those of the newest schema is sent once more with them", async () => {
  answer = ({ headers }) => {
    tools[1] = { ...tools[1], inputSchema: headed("Zone") };
    const zone = headers.get("mcp-param-zone");
    return zone === null ? { error: { code: -32020, message: "Header mismatch" } } : text(zone);
  };
  const host = await start();
  expect((await host.execute("up__routed", { region: "eu" })).text).toBe('"eu"');
  expect(server.calls).toHaveLength(2);
});

test("a server that always complains of the headers gets no third call", async () => {
  answer = () => ({ error: { code: -32020, message: "Header mismatch" } });
  const host = await start();
  expect(await host.execute("up__routed", { region: "eu" })).toMatchObject({ isError: true });
  expect(server.calls).toHaveLength(1);
});

test("a tool that asks for an impossible header is left out", async () => {
  const host = await start();
  expect((await host.search("routed unroutable")).text).not.toContain("up__unroutable");
  expect(host.stderr).toContain("left out unroutable");
});
