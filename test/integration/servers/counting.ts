import { appendFileSync } from "node:fs";
import { objectSchema, serve, textResult } from "../../fixtures/servers/stdio-server.ts";

/** Appends its pid to STARTS_FILE when it starts; its one tool is called TOOL_NAME. */
if (process.env.STARTS_FILE !== undefined) {
  appendFileSync(process.env.STARTS_FILE, `${process.pid}\n`);
}

const name = process.env.TOOL_NAME ?? "count_sheep";

await serve({
  name: "counting",
  tools: {
    [name]: {
      listed: { description: "Counts sheep until you sleep.", inputSchema: objectSchema({}) },
      call: () => textResult(String(process.pid)),
    },
  },
});
