import { appendFileSync } from "node:fs";
import { generateTools } from "./generate-tools.ts";

/** A stdio server with many tools: `many-tools.ts SERVICE:COUNT STARTS_FILE`, which notes every start. */
const [wanted = "", startsFile = ""] = Bun.argv.slice(2);
const [service = "", count = "0"] = wanted.split(":");
appendFileSync(startsFile, `${service}\n`);

const results: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo: { name: service, version: "1.0.0" },
    instructions: `Everything that ${service} can do.`,
  },
  "tools/list": { tools: generateTools(service, Number(count)) },
};

const out = Bun.stdout.writer();
const decoder = new TextDecoder();
let unfinished = "";

for await (const chunk of Bun.stdin.stream()) {
  const lines = (unfinished + decoder.decode(chunk, { stream: true })).split("\n");
  unfinished = lines.pop() ?? "";
  for (const line of lines) {
    // as: the bench trusts itself.
    const { id, method } = JSON.parse(line) as { id?: number; method: string };
    if (id === undefined) continue;
    out.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} })}\n`);
    await out.flush();
  }
}
