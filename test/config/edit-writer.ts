import { editConfigFile } from "../../src/config/edit.ts";

/** Adds five servers, one at a time, as five runs of `mcpzip add` would. */
const [path = "", writer = ""] = process.argv.slice(2);
const options = { lockFile: process.env.LOCK ?? "", timeoutMs: 30_000 };
for (let at = 0; at < 5; at++) {
  const edit = { path: ["mcpServers", `writer-${writer}-${at}`], value: { command: "x" } };
  await editConfigFile(path, [edit], options);
}
