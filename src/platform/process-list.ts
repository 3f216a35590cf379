import { basename } from "node:path";

/** One process of this machine, as `ps` tells of it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Program and arguments, separated by spaces. */
  readonly commandLine: string;
}

const TIMEOUT_MS = 5000;
/** What adopts a process whose parent has ended. */
const ADOPTERS = new Set(["systemd", "init", "launchd", "tini", "dumb-init"]);

/** All processes that may be seen, or undefined where there is no `ps` (Windows, small containers). */
export async function listProcesses(env: Readonly<Record<string, string | undefined>>) {
  if (process.platform === "win32") return undefined;
  try {
    const ps = Bun.spawn(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], {
      env: { ...env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: TIMEOUT_MS,
    });
    const [text, code] = await Promise.all([ps.stdout.text(), ps.exited]);
    return code === 0 ? parse(text) : undefined;
  } catch {
    // Not installed.
    return undefined;
  }
}

/** Whether whoever started it has ended: it belongs to the system's first process, or to one like it. */
export function isOrphan(
  { parentPid }: ListedProcess,
  processes: readonly ListedProcess[],
): boolean {
  if (parentPid === 1) return true;
  const parent = processes.find(({ pid }) => pid === parentPid);
  return ADOPTERS.has(basename(parent?.commandLine.split(" ")[0] ?? ""));
}

function parse(text: string): ListedProcess[] {
  return text.split("\n").flatMap((line) => {
    const [, pid, parentPid, commandLine = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid), commandLine }];
  });
}
