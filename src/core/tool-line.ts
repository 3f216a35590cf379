import { firstSentence } from "./first-sentence.ts";
import { oneLine } from "./one-line.ts";
import { signatureOf } from "./signature.ts";
import { parseTool, type CatalogTool } from "./tool.ts";

/** `server__tool: first sentence [channel:string*, text:string*]` */
export function toolLine(entry: CatalogTool): string {
  const tool = parseTool(entry);
  const sentence = tidy(firstSentence(tool.description ?? tool.title));
  const signature = tidy(signatureOf(tool.inputSchema));
  const described = sentence === "" ? entry.qualifiedName : `${entry.qualifiedName}: ${sentence}`;
  return signature === "" ? described : `${described} [${signature}]`;
}

/** Upstream texts must not be able to look like a line of ours. */
function tidy(text: string): string {
  return oneLine(text).trim();
}
