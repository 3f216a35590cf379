import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { BINARY } from "./binary.ts";
import type { Sandbox } from "./sandbox.ts";

export interface SdkHostOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type ToolResult = Awaited<ReturnType<Client["callTool"]>>;

/** A host as most are: the official SDK's client, which validates all that it is answered. */
export class SdkHost implements AsyncDisposable {
  readonly client = new Client({ name: "sdk-host", version: "1.0.0" });
  /** What mcpzip has said on stderr so far. */
  stderr = "";
  readonly #transport: StdioClientTransport;

  private constructor(sandbox: Sandbox, options: SdkHostOptions) {
    this.#transport = new StdioClientTransport({
      command: BINARY,
      args: ["serve", ...(options.args ?? [])],
      env: sandbox.env(options.env),
      cwd: sandbox.home,
      stderr: "pipe",
    });
    this.#transport.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    sandbox.own(this);
  }

  static async connect(sandbox: Sandbox, options: SdkHostOptions = {}): Promise<SdkHost> {
    const host = new SdkHost(sandbox, options);
    await host.client.connect(host.#transport);
    return host;
  }

  get pid(): number {
    return this.#transport.pid ?? 0;
  }

  /** The text that search_tools answers. */
  async search(query: string, limit?: number): Promise<string> {
    return textOf(await this.#call("search_tools", { query, limit }));
  }

  /** What describe_tool answers, a text for each tool. */
  async describe(name: string | readonly string[]): Promise<string[]> {
    return textsOf(await this.#call("describe_tool", { name }));
  }

  execute(name: string, args: Record<string, unknown> = {}): Promise<ToolResult> {
    return this.#call("execute_tool", { name, arguments: args });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }

  #call(name: string, args: Record<string, unknown>): Promise<ToolResult> {
    return this.client.callTool({ name, arguments: args });
  }
}

export function textsOf(result: unknown): string[] {
  const { content } = result as { content: { text?: string }[] }; // as: a test looks at what it gets
  return content.map(({ text }) => text ?? "");
}

export function textOf(result: unknown): string {
  return textsOf(result).join("\n");
}
