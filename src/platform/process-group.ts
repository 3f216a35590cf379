import type { Subprocess } from "bun";

/** A child (the leader) and all that it started. */
export interface ProcessGroup {
  readonly leaderExited: Promise<unknown>;
  endInput(): unknown;
  /** Asked only after the leader's end. */
  hasMembers(): boolean;
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** The group that a child leads when it was spawned detached; on Windows the child's tree. */
export function processGroup(child: Subprocess, endInput: () => unknown): ProcessGroup {
  const leaderExited = child.exited;
  if (process.platform === "win32") {
    // No groups there: what outlives the child is left to the job object of `--no-orphans`.
    return { leaderExited, endInput, hasMembers: () => false, signal: () => killTree(child) };
  }
  const hasMembers = () => signalGroup(child.pid, 0) && hasLivingMember(child.pid);
  const signal = (name: NodeJS.Signals) => void signalGroup(child.pid, name);
  return { leaderExited, endInput, hasMembers, signal };
}

/** False when nobody is left: ESRCH, or macOS's EPERM when only zombies are. */
function signalGroup(leaderPid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leaderPid, signal);
  } catch {
    return false;
  }
}

/** A PID 1 that does not reap (most containers') leaves Linux zombies that still count as members. */
function hasLivingMember(leaderPid: number): boolean {
  if (process.platform !== "linux") return true;
  // Not an import: node:fs costs a millisecond of start-up, and most groups are gone by now.
  const { readdirSync } = process.getBuiltinModule("node:fs");
  try {
    const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
    return pids.some((pid) => isLivingMember(pid, leaderPid));
  } catch {
    // No /proc to look into: believe what kill(2) said.
    return true;
  }
}

function isLivingMember(pid: string, leaderPid: number): boolean {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  try {
    // "pid (any text) state parent group …", see proc_pid_stat(5).
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group === String(leaderPid) && state !== "Z" && state !== "X";
  } catch {
    // It ended while we looked.
    return false;
  }
}

/** Windows has no gentle way for a program without windows: by force, with its descendants. */
function killTree(child: Subprocess): void {
  try {
    const cmd = ["taskkill", "/T", "/F", "/PID", String(child.pid)];
    Bun.spawn({ cmd, stdio: ["ignore", "ignore", "ignore"], windowsHide: true });
  } catch {
    // No taskkill on this system: the child at least.
    child.kill();
  }
}
