import { errorMessage, McpzipError, toMcpzipError } from "../core/error.ts";
import type { CatalogTool } from "../core/tool.ts";
import { RawJson } from "../rpc/raw-json.ts";
import { findTool } from "./find-tool.ts";
import { MAX_DESCRIBED } from "./meta-tools.ts";
import type { Services } from "./services.ts";
import { stringsArgument, type ToolArguments } from "./tool-arguments.ts";
import { errorResult, textResult } from "./tool-result.ts";

/** The fields of a tool that tell how to call it, in the order in which they read best. */
const SHOWN_FIELDS = ["title", "description", "annotations", "inputSchema", "outputSchema"];

/** How long a description waits for a server whose tools are just being read. */
const PATIENCE_MS = 10_000;

/** Each tool as one JSON object, its schemas as the upstream wrote them. */
export async function describeTool(args: ToolArguments, services: Services): Promise<RawJson> {
  const names = stringsArgument(args, "name");
  if (names.length > MAX_DESCRIBED) {
    throw new McpzipError(
      "ARGUMENTS_INVALID",
      `at most ${MAX_DESCRIBED} names at once, not ${names.length}`,
    );
  }
  const found = await Promise.allSettled(
    names.map((name) => findTool(name, { services, timeoutMs: PATIENCE_MS })),
  );
  const failed = found.find((each) => each.status === "rejected");
  if (found.length === 1 && failed !== undefined)
    return errorResult(toMcpzipError(failed.reason, "INTERNAL"));
  return textResult(
    ...found.map((each) =>
      each.status === "fulfilled" ? toolJson(each.value) : errorMessage(each.reason),
    ),
  );
}

/** What tells how to call a tool, as JSON text. */
export function toolJson(tool: CatalogTool): string {
  const members = new RawJson(Buffer.from(tool.json)).members();
  const shown = SHOWN_FIELDS.map((field) => [field, members.get(field)] as const);
  return RawJson.object({ name: tool.qualifiedName, ...Object.fromEntries(shown) }).text();
}
