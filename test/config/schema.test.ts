import { describe, expect, test } from "bun:test";
import * as z from "zod/mini";
import { SCHEMA_FILE, schemaText } from "../../scripts/schema.ts";
import { SCHEMA_ADDRESS } from "../../src/config/schema-address.ts";
import { serverNameFault } from "../../src/core/tool-name.ts";
import { createFileSchema } from "../../src/config/schema.ts";

const published = z.toJSONSchema(createFileSchema(), { io: "input" });

describe("the schema of the file", () => {
  test("becomes a JSON Schema in which only mcpServers is required", () => {
    expect(published.required).toEqual(["mcpServers"]);
    expect(Object.keys(published.properties ?? {})).toContain("catalog_ttl_minutes");
  });

  test("carries defaults and descriptions for editors", () => {
    expect(published.properties?.idle_timeout_minutes).toMatchObject({
      default: 5,
      description: "Stops a server that has not been called for this long.",
    });
  });

  test.each(
    [
      "a",
      "-",
      "a-b_c",
      "x".repeat(40),
      "x".repeat(41),
      "",
      "_",
      "a_",
      "a__b",
      "é",
      "a b",
      "a\n",
    ].map((name) => [name]),
  )("takes the server name %j as the loader does", (name) => {
    const servers = { mcpServers: { [name]: { command: "x" } } };
    const isTaken = serverNameFault(name) === undefined;
    expect(z.safeParse(createFileSchema(), servers).success).toBe(isTaken);
    expect(JSON.stringify(published.properties?.mcpServers)).toContain(
      '"propertyNames":{"type":"string","pattern"',
    );
  });

  test("is what the repository publishes; bun scripts/schema.ts writes it", async () => {
    const file = new URL(`../../${SCHEMA_FILE}`, import.meta.url);
    expect(await Bun.file(file).json()).toEqual(JSON.parse(schemaText()));
  });

  test("lies where its address leads", () => {
    expect(SCHEMA_ADDRESS).toEndWith(`/main/${SCHEMA_FILE}`);
  });

  test("has each of its keys explained in docs/config.md", async () => {
    const page = await Bun.file(new URL("../../docs/config.md", import.meta.url)).text();
    const keys = new Set(propertyNames(published));
    expect(keys).toContain("default_limit");
    for (const key of keys) expect(page).toContain(`\`${key}\``);
  });
});

function propertyNames(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(propertyNames)];
}
