/** A program to start, as its configuration names it. */
export interface ProgramCall {
  readonly command: string;
  readonly args: readonly string[];
  /** The child's whole environment, and where its command is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
}

/** npx and most launchers are batch files on Windows: they need cmd.exe and its quoting. */
export function windowsCommandLine({ command, args, env, cwd }: ProgramCall) {
  const path = env.PATH ?? env.Path;
  const where = { ...(path !== undefined && { PATH: path }), ...(cwd !== undefined && { cwd }) };
  const file = Bun.which(command, where) ?? command;
  if (!/\.(?:cmd|bat)$/i.test(file)) return { cmd: [file, ...args], windowsHide: true };
  // npm's shims in node_modules/.bin hand %* to a second round of parsing (as in cross-spawn).
  const rounds = /node_modules[\\/]\.bin[\\/][^\\/]+\.cmd$/i.test(file) ? 2 : 1;
  const words = [escapeForCmd(file, 1), ...args.map((arg) => escapeForCmd(quote(arg), rounds))];
  const cmd = [env.ComSpec ?? "cmd.exe", "/d", "/s", "/c", `"${words.join(" ")}"`];
  return { cmd, windowsHide: true, windowsVerbatimArguments: true };
}

/** Quotes as the C runtime reads it: backslashes count double before a quote. */
function quote(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}

function escapeForCmd(word: string, rounds: number): string {
  const escaped = word.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&");
  return rounds > 1 ? escapeForCmd(escaped, rounds - 1) : escaped;
}
