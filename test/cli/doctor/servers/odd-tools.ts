import { objectSchema, serve, textResult } from "../../../fixtures/servers/stdio-server.ts";

/** Tools that work, each with something that a client may stumble over. */

const call = () => textResult("ok");
const listed = (inputSchema: Record<string, unknown>) => ({ inputSchema });

await serve({
  name: "odd",
  tools: {
    ["long_".padEnd(70, "x")]: { call },
    "with space": { call },
    union: { call, listed: listed({ type: "object", anyOf: [objectSchema({}), { not: {} }] }) },
    rootless: { call, listed: listed({ properties: {} }) },
    silent: { call, listed: { description: "" } },
    getThing: { call },
    getthing: { call },
  },
});
