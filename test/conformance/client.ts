/**
 * The client under test, as the suite sees it: `mcpzip serve` with the suite's server in its config, and
 * a host that finds the server's tools and calls them. Exits with 1 when that fails.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { callsOf, currentScenario, SERVER, serverEntry, type Scenario } from "./scenario.ts";

/** How long a sign-in may take. */
const SIGN_IN_MS = 10_000;
/** Sooner than the suite's own 30 s, which leave processes behind. */
const DEADLINE_MS = 25_000;

const scenario = currentScenario();
const home = mkdtempSync(join(tmpdir(), "mcpzip-conformance-"));
const client = new Client(
  { name: "conformance-host", version: "1.0.0" },
  { capabilities: { elicitation: { form: { applyDefaults: true } } } },
);
client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: {} }));
const deadline = setTimeout(() => void leave("took too long"), DEADLINE_MS);
try {
  await client.connect(startProxy(scenario));
  await leave(await run());
} catch (error) {
  await leave(String(error));
}

/** What went wrong; undefined when nothing did. */
async function run(): Promise<string | undefined> {
  const refreshed = await call("execute_tool", { name: "proxy_refresh" });
  // Connecting is all that some scenarios want: their servers have no tools.
  if (refreshed.text.includes(": 0 tools")) return undefined;
  const isSigningIn = refreshed.text.includes("(AUTH_REQUIRED)");
  if (refreshed.text.includes("not refreshed") && !isSigningIn) return refreshed.text;
  const tools = await findTools(performance.now() + SIGN_IN_MS);
  if (tools.length === 0) return `no tools: ${refreshed.text}`;
  if (scenario.name === "json-schema-2020-12-preservation") return echoSchema();
  const failed: string[] = [];
  for (const { name, arguments: args } of callsOf(scenario, tools)) {
    const { isError, text } = await call("execute_tool", { name, arguments: args });
    if (isError) failed.push(`${name}: ${text}`);
  }
  return failed[0];
}

/** Hands the server the schema of one of its tools, as describe_tool shows it. */
async function echoSchema(): Promise<string | undefined> {
  const described = await call("describe_tool", { name: `${SERVER}__json_schema_2020_12_tool` });
  const { inputSchema } = JSON.parse(described.text) as { inputSchema: unknown }; // as: it shows a tool
  const args = { schema: inputSchema };
  const name = `${SERVER}__json_schema_echo`;
  const { isError, text } = await call("execute_tool", { name, arguments: args });
  return isError ? text : undefined;
}

async function findTools(giveUpAt: number): Promise<string[]> {
  const { text } = await call("search_tools", { query: `server:${SERVER}`, limit: 50 });
  const found = text.match(new RegExp(`^${SERVER}__[\\w./-]+`, "gm"));
  if (found !== null || performance.now() > giveUpAt) return found ?? [];
  await Bun.sleep(200);
  return findTools(giveUpAt);
}

async function call(
  name: string,
  args: Record<string, unknown>,
): Promise<{ readonly text: string; readonly isError: boolean }> {
  const result = await client.callTool({ name, arguments: args });
  const content = result.content as { readonly text?: string }[]; // as: a tool's result has content
  const text = content.map((part) => part.text ?? "").join("\n");
  return { text, isError: result.isError === true };
}

function startProxy(of: Scenario): StdioClientTransport {
  const config = join(home, "config.json");
  writeFileSync(config, JSON.stringify({ mcpServers: { [SERVER]: serverEntry(of) } }));
  const { PATH = "", MCPZIP_BINARY = "mcpzip" } = process.env;
  const browser = `${process.execPath} ${import.meta.dir}/browser.ts`;
  return new StdioClientTransport({
    command: MCPZIP_BINARY,
    args: ["serve", "--config", config],
    cwd: home,
    env: { PATH, HOME: home, BROWSER: browser },
  });
}

async function leave(fault: string | undefined): Promise<never> {
  clearTimeout(deadline);
  if (fault !== undefined) console.error(fault);
  await client.close();
  rmSync(home, { recursive: true, force: true });
  process.exit(fault === undefined ? 0 : 1);
}
