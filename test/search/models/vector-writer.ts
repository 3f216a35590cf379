// A process of its own: writes a hundred vectors of its own and one of all into the file that is named.
import { createLog } from "../../../src/platform/log.ts";
import { vectorKey, VectorStore } from "../../../src/search/models/vector-store.ts";

const [, , path = "", name = ""] = Bun.argv;
const log = createLog("debug", (line) => process.stderr.write(`${line}\n`));

process.stdout.write("ready\n");
await Bun.stdin.text();
const store = new VectorStore(path, { log });
for (let at = 0; at < 100; at++) {
  const keys = [vectorKey(name, `${at}`), vectorKey("all", `${at}`)];
  store.load(keys);
  store.save(new Map(keys.map((key) => [key, Int8Array.of(1, -2, at)])));
}
store.prune();
store.close();
