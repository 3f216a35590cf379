// A process of its own: writes one server into each catalog that a line of its stdin names.
import { CatalogStore } from "../../src/catalog/store.ts";
import { createLog } from "../../src/platform/log.ts";
import { LineReader } from "../../src/rpc/line-reader.ts";
import { listing } from "./examples.ts";

const server = Bun.argv[2] ?? "";
const log = createLog("debug", (line) => process.stderr.write(line));
const reader = new LineReader(
  (line) => {
    const store = new CatalogStore(line.toString(), log);
    const tools = listing(`${server}_one`, `${server}_two`);
    store.replaceServer(server, { fingerprint: server, at: 1, listing: tools });
    store.close();
    process.stdout.write("done\n");
  },
  () => {},
);

process.stdout.write("ready\n");
for await (const chunk of Bun.stdin.stream()) reader.push(chunk);
