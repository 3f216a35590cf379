import { join } from "node:path";
import { runSession } from "./picture/session.ts";
import { renderSvg } from "./picture/svg.ts";

/*
 * bun scripts/picture.ts [EXECUTABLE]   draws docs/session.svg anew, from a run of dist/mcpzip
 */
const ROOT = join(import.meta.dir, "..");
export const PICTURE = "docs/session.svg";

/** The picture of the README: what the executable prints and answers just now. */
export async function drawPicture(executable: string): Promise<string> {
  return renderSvg(await runSession(executable), TITLE);
}

const TITLE = "mcpzip stats, and a model that finds and calls a tool through mcpzip";

if (import.meta.main) {
  const [executable = join(ROOT, "dist/mcpzip")] = Bun.argv.slice(2);
  await Bun.write(join(ROOT, PICTURE), await drawPicture(executable));
  console.log(PICTURE);
}
