import { basename } from "node:path";
import type { ServerConfig } from "../../config/config.ts";
import { isOrphan, listProcesses, type ListedProcess } from "../../platform/process-list.ts";
import { counted } from "./counted.ts";
import type { DoctorContext } from "./context.ts";
import type { Finding } from "./finding.ts";

/** Processes of servers, or of mcpzip itself, that whoever started them has left behind. Ends none. */
export async function checkProcesses({ env, config }: DoctorContext): Promise<Finding[]> {
  const processes = await listProcesses(env);
  if (processes === undefined) {
    const message = "there is no ps here, so leftover processes are not looked for";
    return process.platform === "win32" ? [] : [{ check: "processes", level: "note", message }];
  }
  const orphans = processes.filter((each) => each.pid > 1 && isOrphan(each, processes));
  const found = [
    ...[...(config?.servers.values() ?? [])].flatMap((server) => leftBehind(server, orphans)),
    ...deserted(orphans),
  ];
  if (found.length > 0) return found;
  return [{ check: "processes", level: "ok", message: "nothing is left over from earlier runs" }];
}

function leftBehind(server: ServerConfig, orphans: readonly ListedProcess[]): Finding[] {
  const pids = orphans.filter((each) => isOf(server, each)).map(({ pid }) => pid);
  if (pids.length === 0) return [];
  const message = `${counted(pids.length, "process", "processes")} of "${server.name}" without a client: ${pids.join(", ")}`;
  return [leftover(message, pids)];
}

/** By what tells servers apart: their arguments. A launcher's switches are gone from what it runs. */
function isOf(server: ServerConfig, { commandLine }: ListedProcess): boolean {
  if (server.type !== "stdio") return false;
  const words = commandLine.split(" ");
  const telling = server.args.filter((arg) => !arg.startsWith("-"));
  const [first] = telling;
  // A program without arguments is told by its own name, when that is no interpreter's.
  if (first === undefined) return server.args.length === 0 && runs(words, server.command);
  return telling.every((arg) => arg.split(" ").every((part) => words.includes(part)));
}

function runs(words: readonly string[], command: string): boolean {
  return words.slice(0, 2).some((word) => basename(word) === basename(command));
}

function deserted(orphans: readonly ListedProcess[]): Finding[] {
  const pids = orphans
    .filter(({ commandLine }) => /(?:^|\/)mcpzip(?: \S+)*? serve\b/.test(commandLine))
    .map(({ pid }) => pid);
  if (pids.length === 0) return [];
  return [
    leftover(
      `${counted(pids.length, "process", "processes")} of mcpzip serve without a host: ${pids.join(", ")}`,
      pids,
    ),
  ];
}

function leftover(message: string, pids: readonly number[]): Finding {
  const fix = `if nothing of yours uses them: kill ${pids.join(" ")}`;
  return { check: "processes", level: "warn", message, fix };
}
