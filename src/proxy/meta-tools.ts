import { RawJson } from "../rpc/raw-json.ts";

export const MAX_SEARCH_LIMIT = 50;
export const MAX_DESCRIBED = 10;

const SEARCH_TOOLS = {
  name: "search_tools",
  title: "Search tools",
  description:
    "Find tools on all connected MCP servers. One intent per query: verb, object, service, " +
    'e.g. "create issue github". Each line of the answer is ' +
    "`server__tool: what it does [parameters]`, * marks required parameters, best match first, " +
    "then names of more. Call a result with execute_tool. " +
    "An empty query lists the servers, or all tools of one server.",
  inputSchema: {
    type: "object",
    properties: {
      query: { type: "string", description: "What the tool should do" },
      server: { type: "string", description: "Only this server's tools" },
      read_only: { type: "boolean", description: "Only tools that change nothing" },
      limit: { type: "integer", minimum: 1, maximum: MAX_SEARCH_LIMIT },
      page: { type: "integer", minimum: 1 },
    },
    required: ["query"],
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

const DESCRIBE_TOOL = {
  name: "describe_tool",
  title: "Describe tools",
  description:
    "Full description and exact JSON schemas of a tool, or of several at once. " +
    "Needed only when the search line does not say enough to call it.",
  inputSchema: {
    type: "object",
    properties: {
      name: {
        description: "server__tool, or a list of them",
        anyOf: [
          { type: "string" },
          { type: "array", items: { type: "string" }, maxItems: MAX_DESCRIBED },
        ],
      },
    },
    required: ["name"],
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

const EXECUTE_TOOL = {
  name: "execute_tool",
  title: "Execute a tool",
  description:
    "Call a tool by the name that search_tools gave; its result comes back unchanged. " +
    "Also: proxy_status (state of all servers), proxy_refresh (read tool lists anew).",
  inputSchema: {
    type: "object",
    properties: {
      name: { type: "string", description: "server__tool" },
      arguments: { type: "object", description: "The tool's own arguments" },
      timeout: { type: "number", description: "Seconds to wait" },
    },
    required: ["name"],
  },
  annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
};

/** The whole answer to tools/list. It never depends on the catalog, so hosts' prompt caches stay warm. */
export const TOOLS_LIST = RawJson.of({ tools: [SEARCH_TOOLS, DESCRIBE_TOOL, EXECUTE_TOOL] });

export const META_TOOL_NAMES = [SEARCH_TOOLS.name, DESCRIBE_TOOL.name, EXECUTE_TOOL.name];
