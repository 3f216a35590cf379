import type { QualifiedName } from "./tool-name.ts";

/** The part of an MCP tool that mcpzip reads; everything else stays in the tool's JSON text. */
export interface Tool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema?: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** A JSON Schema of any dialect, read loosely: what an upstream sends is never trusted to be valid. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** A tool as it lies in the catalog: the upstream's own JSON text beside the name we gave it. */
export interface CatalogTool {
  readonly qualifiedName: QualifiedName;
  readonly server: string;
  readonly name: string;
  /** The `Tool` object exactly as the upstream sent it. */
  readonly json: string;
}

/** What one server answered to `tools/list` (all pages) and `initialize`. */
export interface ServerListing {
  readonly tools: readonly ListedTool[];
  readonly serverTitle?: string | undefined;
  readonly instructions?: string | undefined;
}

export interface ListedTool {
  readonly name: string;
  readonly json: string;
}

/** All tools at one moment; never changed. Equal versions mean equal tools. */
export interface CatalogSnapshot {
  readonly version: string;
  readonly tools: readonly CatalogTool[];
}

/** Reads a catalog tool's JSON; fields of a wrong type are dropped, since upstreams are not trusted. */
export function parseTool(tool: CatalogTool): Tool {
  const raw: unknown = JSON.parse(tool.json);
  const fields = isRecord(raw) ? raw : {};
  return {
    name: tool.name,
    ...(typeof fields.title === "string" && { title: fields.title }),
    ...(typeof fields.description === "string" && { description: fields.description }),
    ...(isSchema(fields.inputSchema) && { inputSchema: fields.inputSchema }),
    ...(isSchema(fields.outputSchema) && { outputSchema: fields.outputSchema }),
    ...(isRecord(fields.annotations) && { annotations: fields.annotations }),
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || isRecord(value);
}
