/** Saves ten segments under names of its own: `segment-writer.ts FILE NAME`. Writes what is logged to stdout. */
import { createLog } from "../../src/platform/log.ts";
import { loadLexicon } from "../../src/search/lexicon.ts";
import { buildSegment } from "../../src/search/segment-builder.ts";
import { SegmentStore } from "../../src/search/segment-store.ts";
import { catalogTool } from "../catalog/examples.ts";

const [path = "", name = ""] = process.argv.slice(2);
const log = createLog("warn", (line) => void Bun.write(Bun.stdout, line));
const segment = await buildSegment([catalogTool(name, "tool")], { lexicon: await loadLexicon() });
const store = new SegmentStore(path, log);
for (let at = 0; at < 10; at++) store.save(`${name}${at}`, "key", segment);
store.close();
