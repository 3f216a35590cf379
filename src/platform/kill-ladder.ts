import type { ProcessGroup } from "./process-group.ts";

/** Members of a group tell nobody that they end, so we look: soon at first, then less often. */
const FIRST_LOOK_MS = 5;
const MAX_LOOK_MS = 100;
/** What orphans get between SIGTERM and SIGKILL when their leader ended by itself. */
const ORPHAN_GRACE_MS = 1_000;
/** The end after SIGKILL takes milliseconds, unless a process hangs in the kernel. */
const AFTER_KILL_MS = 1_000;

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
