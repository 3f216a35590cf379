import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

/** An MCP host: the official SDK's client in front of one server process. */
export interface Host {
  readonly client: Client;
  call(name: string, args: Record<string, unknown>): Promise<CallToolResult>;
  close(): Promise<void>;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** The home directory that the program sees. */
  readonly home: string;
}

export async function startHost({ command, args, home }: Program): Promise<Host> {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { PATH: process.env.PATH ?? "", HOME: home },
    stderr: "ignore",
  });
  const client = new Client({ name: "mcpzip-demo", version: "1.0.0" });
  await client.connect(transport);
  return {
    client,
    // The SDK's type also admits the result shape of 2024-10-07, which nothing here sends.
    call: async (name, args_) =>
      (await client.callTool({ name, arguments: args_ })) as CallToolResult,
    close: () => client.close(),
  };
}
