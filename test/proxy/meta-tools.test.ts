import { describe, expect, test } from "bun:test";
import { encode as encodeCl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as encodeO200k } from "gpt-tokenizer/encoding/o200k_base";
import { isRecord } from "../../src/core/tool.ts";
import { META_TOOL_NAMES, TOOLS_LIST } from "../../src/proxy/meta-tools.ts";

/** What the model pays for the tools, in every conversation. */
const MAX_TOKENS = 450;

/** Change it knowingly: other bytes cost every host its prompt cache once. */
const SHA256 = "29ccfc71252d7d51a5efd10ad36c120fcc031957fe6c3517576c6e8a3935d8ae";

const listed = TOOLS_LIST.parse();
const tools = isRecord(listed) && Array.isArray(listed.tools) ? listed.tools : [];

describe("the answer to tools/list", () => {
  test("is the same to the byte", () => {
    expect(new Bun.CryptoHasher("sha256").update(TOOLS_LIST.bytes).digest("hex")).toBe(SHA256);
  });

  test(`takes at most ${MAX_TOKENS} tokens`, () => {
    expect(encodeO200k(TOOLS_LIST.text()).length).toBeLessThanOrEqual(MAX_TOKENS);
    expect(encodeCl100k(TOOLS_LIST.text()).length).toBeLessThanOrEqual(MAX_TOKENS);
  });

  test("has the three tools", () => {
    expect(META_TOOL_NAMES).toEqual(["search_tools", "describe_tool", "execute_tool"]);
    expect(tools).toMatchObject(META_TOOL_NAMES.map((name) => ({ name })));
  });

  test("describes every tool by a schema of an object, whose required members it has", () => {
    for (const { description, inputSchema } of tools) {
      expect(description).toBeString();
      expect(inputSchema.type).toBe("object");
      expect(Object.keys(inputSchema.properties)).toEqual(
        expect.arrayContaining(inputSchema.required),
      );
    }
  });

  test("calls only execute_tool one that may change things", () => {
    const hints = tools.map(({ annotations }) => annotations.readOnlyHint);
    expect(hints).toEqual([true, true, false]);
  });
});
