import { readdirSync, readFileSync } from "node:fs";

export const HAS_PROC = process.platform === "linux";

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * The living processes whose environment holds this variable: every descendant has it, however it
 * was started and whoever its parent has become. Zombies have no environment and do not count.
 */
export function processesWith(variable: string): RunningProcess[] {
  if (!HAS_PROC) return [];
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => {
    if (!readProc(pid, "environ").split("\0").includes(variable)) return [];
    const command = readProc(pid, "cmdline").replaceAll("\0", " ").trim();
    return [{ pid: Number(pid), command }];
  });
}

export function isAlive(pid: number): boolean {
  const stat = readProc(String(pid), "stat");
  const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  return state !== "" && state !== "Z" && state !== "X";
}

export function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was quicker than we.
  }
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // It ended while we looked.
    return "";
  }
}
