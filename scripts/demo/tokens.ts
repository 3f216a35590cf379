import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { encode } from "gpt-tokenizer/encoding/o200k_base";

/** The encoding that tokens are counted with: OpenAI's o200k_base, by the package gpt-tokenizer. */
export const TOKENIZER = "o200k_base (gpt-tokenizer)";

export interface ToolCost {
  readonly tools: number;
  readonly tokens: number;
}

/**
 * What a server's tool list costs a model in every request: of each tool its name, description and input schema, which
 * is what hosts pass on.
 */
export async function costOf(client: Client): Promise<ToolCost> {
  const { tools } = await client.listTools();
  const shown = tools.map(({ name, description, inputSchema }) => {
    return { name, description, input_schema: inputSchema };
  });
  return { tools: tools.length, tokens: encode(JSON.stringify(shown)).length };
}
