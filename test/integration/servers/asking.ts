import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { createAskingServer } from "../../fixtures/asking-server.ts";

const transport = new StdioServerTransport();
await createAskingServer().connect(transport);
// The SDK's transport does not notice that the host has gone.
process.stdin.on("end", () => process.exit(0));
