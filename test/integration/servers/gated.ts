import { appendFileSync, existsSync } from "node:fs";
import { until } from "../../fixtures/poll.ts";
import { serve, textResult } from "../../fixtures/servers/stdio-server.ts";

/** Appends its pid to STARTS_FILE when it starts; its one tool answers when GATE_FILE is there. */
const { STARTS_FILE = "", GATE_FILE = "" } = process.env;
appendFileSync(STARTS_FILE, `${process.pid}\n`);

await serve({
  name: "gated",
  tools: {
    pass: {
      call: async () => {
        appendFileSync(`${STARTS_FILE}.calls`, "called\n");
        await until(() => existsSync(GATE_FILE), 60_000);
        return textResult("passed");
      },
    },
  },
});
