import { basename } from "node:path";
import { spawnChild } from "./child-process.ts";
import { settleWithin } from "./settle-within.ts";

type Env = Readonly<Record<string, string | undefined>>;

const MARK = "__mcpzip_path__";
const KILL_GRACE_MS = 200;

/**
 * The PATH that the user's own shell sets up when they log in and open a terminal (`$SHELL -lic`), or
 * undefined where there is no such shell or it gives no answer in time. Their start files run for this.
 */
export async function loadLoginPath(
  env: Env,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<string | undefined> {
  const shell = env.SHELL;
  if (process.platform === "win32" || shell === undefined || shell === "") return undefined;
  try {
    // In a process group and session of its own: an interactive shell would else take our terminal.
    const child = spawnChild({
      command: shell,
      args: ["-lic", printPath(shell)],
      env: { ...env, TERM: "dumb" },
      onStderrLine: () => {},
    });
    void child.stdin.end();
    let path: string | undefined;
    const read = new Response(child.stdout).text().then((text) => (path = readPath(text)));
    await settleWithin(read, timeoutMs);
    // Before it is stopped: a shell whose start files were cut short would tell half of its PATH.
    const found = path;
    await child.stop({ graceMs: KILL_GRACE_MS });
    return found;
  } catch {
    // No such shell, or not to be started: then there is nothing to compare with.
    return undefined;
  }
}

/** Start files print what they like, so the answer stands between marks. fish keeps PATH as a list. */
function printPath(shell: string): string {
  const value = basename(shell) === "fish" ? "(string join : $PATH)" : '"$PATH"';
  return `printf '%s%s%s' ${MARK} ${value} ${MARK}`;
}

function readPath(text: string): string | undefined {
  const [, path] = text.split(MARK);
  return path === undefined || path === "" ? undefined : path;
}
