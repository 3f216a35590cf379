/** The MCP server behind every timed call: as little work as a server can do. */
export interface Call {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Readonly<Record<string, unknown>>;
  };
}

const INITIALIZED = JSON.stringify({
  protocolVersion: "2025-11-25",
  capabilities: { tools: {} },
  serverInfo: { name: "bench-echo", version: "1.0.0" },
});

const TOOLS = JSON.stringify({
  tools: [
    {
      name: "echo",
      description: "Answers with the message that it was given.",
      inputSchema: { type: "object", properties: { message: { type: "string" } } },
    },
    {
      name: "blob",
      description: "Answers with a text of so many bytes.",
      inputSchema: { type: "object", properties: { bytes: { type: "integer" } } },
    },
  ],
});

/** JSON inside a text, as many servers send it: every few bytes a quote that must be escaped. */
const ROW = '{"id":"c0ffee42","state":"open","title":"Crash when the list is empty"},\n';
const blobs = new Map<number, string>();

/** The answer's JSON, or nothing for a notification. */
export function answer({ id, method, params }: Call): string | undefined {
  if (id === undefined) return undefined;
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultOf(method, params)}}`;
}

function resultOf(method: string, params: Call["params"]): string {
  if (method === "initialize") return INITIALIZED;
  if (method === "tools/list") return TOOLS;
  if (method !== "tools/call") return "{}";
  const { message, bytes } = params?.arguments ?? {};
  if (params?.name === "blob") return blob(Number(bytes));
  return `{"content":[{"type":"text","text":${JSON.stringify(String(message))}}]}`;
}

/** Serialized for every call, as a server's own result would be; only its text is kept. */
function blob(bytes: number): string {
  const text = blobs.get(bytes) ?? ROW.repeat(Math.ceil(bytes / ROW.length));
  blobs.set(bytes, text);
  return JSON.stringify({ content: [{ type: "text", text }] });
}
