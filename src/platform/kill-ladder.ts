import type { Subprocess } from "bun";

/** Members of a group tell nobody that they end, so we look: soon at first, then less often. */
const FIRST_LOOK_MS = 5;
const MAX_LOOK_MS = 100;
/** What orphans get between SIGTERM and SIGKILL when their leader ended by itself. */
const ORPHAN_GRACE_MS = 1_000;
/** The end after SIGKILL takes milliseconds, unless a process hangs in the kernel. */
const AFTER_KILL_MS = 1_000;

/** A child (the leader) and all that it started. */
export interface ProcessGroup {
  readonly leaderExited: Promise<unknown>;
  endInput(): unknown;
  /** Asked only after the leader's end. */
  hasMembers(): boolean;
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/**
 * Ends a process group: end of input, SIGTERM, SIGKILL, each only when the one before was ignored.
 * A leader that ends by itself takes what it started with it.
 */
export class KillLadder {
  readonly #group: ProcessGroup;
  #hasLeader = true;
  #graceMs = Infinity;
  #climbing: Promise<void> | undefined;
  #wake = (): void => {};

  constructor(group: ProcessGroup) {
    this.#group = group;
    void group.leaderExited.then(() => this.#endOrphans());
  }

  /**
   * Waits `graceMs` on each rung. Resolves when the group is gone, or soon after SIGKILL; further
   * calls join the climb, and a shorter grace counts from the start of the rung that is stood on.
   */
  stop(graceMs: number): Promise<void> {
    this.#graceMs = Math.min(this.#graceMs, graceMs);
    this.#wake();
    this.#climbing ??= this.#climb();
    return this.#climbing;
  }

  #endOrphans(): void {
    this.#hasLeader = false;
    this.#wake();
    if (this.#climbing !== undefined) return;
    this.#graceMs = ORPHAN_GRACE_MS;
    this.#group.endInput();
    this.#climbing = this.#terminate();
  }

  async #climb(): Promise<void> {
    this.#group.endInput();
    if (!(await this.#isGoneWithin(() => this.#graceMs))) await this.#terminate();
  }

  async #terminate(): Promise<void> {
    this.#group.signal("SIGTERM");
    if (await this.#isGoneWithin(() => this.#graceMs)) return;
    this.#group.signal("SIGKILL");
    await this.#isGoneWithin(() => AFTER_KILL_MS);
  }

  async #isGoneWithin(limitMs: () => number): Promise<boolean> {
    const startedAt = performance.now();
    let lookMs = FIRST_LOOK_MS;
    while (this.#hasLeader || this.#group.hasMembers()) {
      const leftMs = startedAt + limitMs() - performance.now();
      if (leftMs <= 0) return false;
      await this.#pause(this.#hasLeader ? leftMs : Math.min(leftMs, lookMs));
      if (!this.#hasLeader) lookMs = Math.min(lookMs * 2, MAX_LOOK_MS);
    }
    return true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
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
