import { readlinkSync, realpathSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { errorMessage } from "../core/error.ts";
import { fileStamp, folderIdentity } from "./file-stamp.ts";
import type { Log } from "./log.ts";

export interface FileWatchOptions {
  /** What is known of the file: a change since then is told of, too. */
  readonly stamp: string;
  readonly onChange: () => void;
  readonly log: Log;
}

/** A change comes as several events: an editor renames the old file, writes a new one, sets its mode. */
const QUIET_MS = 100;
/** A file that is written all the time is looked at all the same. */
const MAX_DELAY_MS = 1000;
/** Between two looks at the file without an event. */
const GLANCE_MS = 1000;
/** As many as Linux follows. */
const MAX_LINKS = 40;

interface Place {
  readonly folder: string;
  /** What matters of all that may happen in the folder: the file, or a link to it. */
  readonly names: ReadonlySet<string>;
}

/**
 * Tells when a path leads to other content, however that came about: written in place, replaced by a rename,
 * a link turned to another file. It watches the folders, since a watch on a file ends with its first
 * replacement, and sleeps between events. Where the system tells of none (some network file systems, too many
 * watches), `glance` finds the change. Does not keep the process alive.
 */
export class FileWatch {
  readonly #path: string;
  readonly #options: FileWatchOptions;
  #stamp: string;
  #watchers: FSWatcher[] = [];
  #watched = "";
  #timer: Timer | undefined;
  #stirredAt: number | undefined;
  #glancedAt = -Infinity;
  #isStopped = false;

  constructor(path: string, options: FileWatchOptions) {
    this.#path = path;
    this.#options = options;
    this.#stamp = options.stamp;
  }

  start(): void {
    this.#arm();
    if (fileStamp(this.#path) !== this.#stamp) this.#stir();
  }

  /** Looks at the file without an event, at most once a second. */
  glance(): void {
    const now = performance.now();
    if (this.#isStopped || now - this.#glancedAt < GLANCE_MS) return;
    this.#glancedAt = now;
    if (fileStamp(this.#path) !== this.#stamp) this.#stir();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#disarm();
  }

  /** Something may have happened: looks when it has been quiet for a moment. */
  #stir(): void {
    if (this.#isStopped) return;
    const now = performance.now();
    this.#stirredAt ??= now;
    const leftMs = this.#stirredAt + MAX_DELAY_MS - now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), Math.min(QUIET_MS, Math.max(0, leftMs)));
    this.#timer.unref();
  }

  #look(): void {
    this.#stirredAt = undefined;
    // The way to the file may be another now, or its folder made anew.
    this.#arm();
    const stamp = fileStamp(this.#path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#options.onChange();
  }

  #arm(): void {
    const places = placesOf(this.#path);
    const watched = places.map(({ folder, names }) => placeKey(folder, names)).join("\n");
    if (watched === this.#watched) return;
    this.#disarm();
    this.#watched = watched;
    for (const place of places) this.#watch(place);
  }

  #watch({ folder, names }: Place): void {
    const fail = (error: unknown) =>
      this.#options.log.debug(`config: ${folder} cannot be watched (${errorMessage(error)})`);
    try {
      const itself = comparable(basename(folder));
      const watcher = watch(folder, { persistent: false }, (_event, path) => {
        const name = comparable(path ?? "");
        // The folder is gone, and the watch on it dead.
        if (name === itself) this.#watched = "";
        if (path === null || name === itself || names.has(name)) this.#stir();
      });
      watcher.on("error", fail);
      this.#watchers.push(watcher);
    } catch (error) {
      fail(error);
    }
  }

  #disarm(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }
}

/** The folders in which the path can come to lead elsewhere: its own, and that of each link's target. */
function placesOf(path: string): Place[] {
  const names = new Map<string, Set<string>>();
  let step: string | undefined = path;
  for (let links = 0; step !== undefined && links < MAX_LINKS; links++) {
    const folder = dirname(step);
    const known = names.get(folder) ?? new Set();
    names.set(folder, known.add(comparable(basename(step))));
    step = targetOf(step);
  }
  return [...names].map(([folder, each]) => ({ folder, names: each }));
}

/** Where a link leads; undefined for what is none. */
function targetOf(path: string): string | undefined {
  try {
    return resolve(realpathSync(dirname(path)), readlinkSync(path));
  } catch {
    // A plain file, or nothing at all: the way ends here.
    return undefined;
  }
}

/** Another for a folder that has been made anew under its old name. */
function placeKey(folder: string, names: ReadonlySet<string>): string {
  return [folder, folderIdentity(folder), ...names].join("\0");
}

/** File systems differ in what they take for the same name. */
function comparable(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
