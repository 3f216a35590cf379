import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { StdioServer } from "../../config/config.ts";
import type { DoctorContext } from "./context.ts";
import { MAC_APP_PATH } from "./check-path.ts";
import type { Finding } from "./finding.ts";

/** Whether the program is there: on the PATH that it will be looked up on, and on the login shell's. */
export async function checkCommand(
  server: StdioServer,
  { env, loginPath }: DoctorContext,
): Promise<Finding[]> {
  const { name, command, cwd } = server;
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const fix = `correct "cwd" of "${name}"`;
    return [{ ...failed(name), message: `there is no folder ${cwd}`, fix }];
  }
  const path = server.env.PATH ?? env.PATH ?? "";
  const found = which(command, { path, cwd });
  const isPath = command.includes("/") || process.platform === "win32";
  if (found === undefined && isPath) return [absent(server)];
  const login = isPath || server.env.PATH !== undefined ? undefined : await loginPath();
  const there = login === undefined ? undefined : which(command, { path: login, cwd });
  if (found === undefined) return [there === undefined ? absent(server) : onlyThere(server, there)];
  const message = found === command ? command : `${command} is ${found}`;
  const ok: Finding = { check: "command", level: "ok", server: name, message };
  if (login !== undefined && there === undefined) return [onlyHere(server, found)];
  return isPath ? [ok] : [ok, ...appFindings(server, found)];
}

function which(
  command: string,
  { path, cwd }: { readonly path: string; readonly cwd: string | undefined },
): string | undefined {
  return Bun.which(command, { PATH: path, ...(cwd !== undefined && { cwd }) }) ?? undefined;
}

function failed(server: string) {
  return { check: "command", level: "fail", server } as const;
}

function absent({ name, command, cwd }: StdioServer): Finding {
  const isPath = command.includes("/");
  const there = isPath ? statSync(command, { throwIfNoEntry: false }) : undefined;
  if (there?.isFile() === true) {
    return { ...failed(name), message: `${command} is not executable`, fix: `chmod +x ${command}` };
  }
  if (there?.isDirectory() === true) {
    const fix = `name the program in it as "command" of "${name}"`;
    return { ...failed(name), message: `${command} is a folder, not a program`, fix };
  }
  const where = isPath ? (cwd === undefined ? "there" : `in ${cwd}`) : "on the PATH";
  return {
    ...failed(name),
    message: `${command} is not ${where}`,
    fix: `install ${command}, or correct "command" of "${name}"`,
  };
}

/** The usual case of a host that was started from a menu: the shell's files never ran for it. */
function onlyThere({ name, command }: StdioServer, there: string): Finding {
  return {
    ...failed(name),
    message: `${command} is not on this PATH, only on your login shell's: ${there}`,
    fix: `set "command": "${there}" and "env": { "PATH": "${withFolder(there)}" } for "${name}"`,
  };
}

function onlyHere({ name, command }: StdioServer, found: string): Finding {
  return {
    check: "command",
    level: "warn",
    server: name,
    message: `${command} is ${found}, on this terminal's PATH only: a host that you start elsewhere will not find it`,
    fix: `set "command": "${found}" for "${name}"`,
  };
}

/** On macOS an app is given the system's folders only. */
function appFindings({ name, command }: StdioServer, found: string): Finding[] {
  if (process.platform !== "darwin") return [];
  if (which(command, { path: MAC_APP_PATH, cwd: undefined }) !== undefined) return [];
  const message = `apps that are started from the Dock do not find ${command}: it is in ${dirname(found)}`;
  const fix = `for such a host, set "command": "${found}" and "env": { "PATH": "${withFolder(found)}" }`;
  return [{ check: "command", level: "note", server: name, message, fix }];
}

/** A launcher such as npx looks for its interpreter (node) on the PATH in turn. */
function withFolder(program: string): string {
  return `${dirname(program)}:${MAC_APP_PATH}`;
}
