import { run } from "./cli/run.ts";

// The one place that reads the process's own arguments and environment, and that ends it.
const exitCode = await run(Bun.argv.slice(2), process.env);
process.exit(exitCode);
