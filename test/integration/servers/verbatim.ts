import { serve } from "../../fixtures/servers/stdio-server.ts";
import { VERBATIM } from "./verbatim-text.ts";

await serve({
  name: "verbatim",
  tools: {
    verbatim: {
      call: async (_args, { id, write }) => {
        await write(`{"id":${JSON.stringify(id)}, "result":${VERBATIM} ,"jsonrpc":"2.0"}\n`);
        return undefined;
      },
    },
    request_line: {
      listed: { description: "Answers with the line that it was asked with." },
      call: (_args, { line }) => ({ content: [{ type: "text", text: line }] }),
    },
  },
});
