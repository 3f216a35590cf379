import { CallLogStore } from "../../src/proxy/call-log-store.ts";
import { createLog } from "../../src/platform/log.ts";

/** Adds one call a hundred times, as a process of its own. */
const [path = ""] = process.argv.slice(2);
const store = new CallLogStore(
  path,
  createLog("warn", (line) => console.error(line)),
);
const call = { server: "s", tool: "t", outcome: "OK", bucket: 3, count: 1 } as const;
for (let left = 100; left > 0;) {
  try {
    store.add([call], Date.now());
    left -= 1;
  } catch {
    // Another is writing: as the call log does, it comes again.
  }
}
store[Symbol.dispose]();
