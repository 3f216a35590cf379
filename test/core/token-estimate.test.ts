import { expect, test } from "bun:test";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { estimateTokens, estimateToolTokens } from "../../src/core/token-estimate.ts";
import { TOOLS_LIST } from "../../src/proxy/meta-tools.ts";

const OWN_TOOLS = (TOOLS_LIST.members().get("tools")?.items() ?? []).map((each) => each.parse());

test("is within a fifth of the real count for tool definitions", () => {
  for (const tool of OWN_TOOLS) {
    const { name, description, inputSchema } = tool as Record<string, unknown>; // as: they are ours
    const text = JSON.stringify({ name, description, input_schema: inputSchema });
    const real = encode(text).length;
    expect(estimateToolTokens(tool)).toBeWithin(real * 0.8, real * 1.2);
  }
  expect(OWN_TOOLS).toHaveLength(3);
});

test("does not count what stays with the host", () => {
  const tool = { name: "a", description: "b", inputSchema: { type: "object" } };
  const more = { ...tool, outputSchema: { type: "object" }, annotations: { title: "c" } };
  expect(estimateToolTokens(more)).toBe(estimateToolTokens(tool));
});

test.each([
  "在指定的仓库中创建一个新的问题，并返回其编号。",
  "リポジトリに新しい課題を作成し、その番号を返します。",
])("counts %s as the many tokens that it is", (text) => {
  const real = encode(text).length;
  expect(estimateTokens(text)).toBeWithin(real * 0.8, real * 1.25);
});

test.each([undefined, null, 5, "text", {}])("takes %p for a tool that says nothing", (tool) => {
  expect(estimateToolTokens(tool)).toBeLessThan(5);
});
