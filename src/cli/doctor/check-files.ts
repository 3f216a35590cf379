import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { homeOf, type Paths } from "../../platform/paths.ts";
import type { DoctorContext } from "./context.ts";
import type { Finding } from "./finding.ts";

/** What `setAside` and the catalog leave for a person to look at. */
const SET_ASIDE = /\.(?:corrupt|aside)-\d{4}-/;

/** Modes, owners, whether we can write, and what has been set aside. */
export async function checkFiles({ env, paths }: DoctorContext): Promise<Finding[]> {
  if (!homeOf(env).startsWith("/") || homeOf(env) === "/dev/null") return homeless(env);
  const findings = [
    ...(await modeFindings(paths)),
    ...(await folderFindings(paths)),
    ...(await asideFindings(paths)),
  ];
  if (findings.length > 0) return findings;
  return [{ check: "files", level: "ok", message: "modes and owners of mcpzip's files are right" }];
}

function homeless(env: DoctorContext["env"]): Finding[] {
  if (homeOf(env) !== "/dev/null") return [];
  const message = "neither HOME nor USERPROFILE is set, so nothing can be kept";
  return [{ check: "files", level: "fail", message, fix: "set HOME where mcpzip is started" }];
}

async function modeFindings({ configFile, authFolder }: Paths): Promise<Finding[]> {
  const names = await namesIn(authFolder);
  const secrets = names.filter((name) => name.endsWith(".json")).map((n) => `${authFolder}/${n}`);
  const looked = await Promise.all([
    wideMode(configFile, {
      forbidden: 0o022,
      danger: "others may change which programs it starts",
    }),
    wideMode(authFolder, { forbidden: 0o077, danger: "others may look into it" }),
    ...secrets.map((path) =>
      wideMode(path, { forbidden: 0o077, danger: "others may read a token" }),
    ),
  ]);
  return looked.flat();
}

async function wideMode(
  path: string,
  { forbidden, danger }: { readonly forbidden: number; readonly danger: string },
): Promise<Finding[]> {
  const found = process.platform === "win32" ? undefined : await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && found.uid !== own) {
    const message = `${path} belongs to another user (uid ${found.uid})`;
    return [{ check: "files", level: "fail", message, fix: `sudo chown $(id -un) ${path}` }];
  }
  const extra = found.mode & forbidden;
  if (extra === 0) return [];
  const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
  const fix = `chmod ${forbidden === 0o022 ? "go-w" : "go-rwx"} ${path}`;
  return [{ check: "files", level: "warn", message: `${path} has mode ${mode}: ${danger}`, fix }];
}

/** A folder that is not there yet will be made; the first that is there must let us. */
async function folderFindings({ catalogFile, authFolder }: Paths): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const folder of [dirname(catalogFile), authFolder]) {
    const existing = await firstExisting(folder);
    const mayWrite = await access(existing, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (mayWrite) continue;
    const what = folder === authFolder ? "no sign-in" : "no tool list";
    const message = `${existing} cannot be written, so ${what} can be kept`;
    found.push({ check: "files", level: "fail", message, fix: `chmod u+rwx ${existing}` });
  }
  return found;
}

async function firstExisting(folder: string): Promise<string> {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  return there || folder === dirname(folder) ? folder : firstExisting(dirname(folder));
}

async function asideFindings({ authFolder, catalogFile }: Paths): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const folder of [authFolder, dirname(catalogFile)]) {
    const count = (await namesIn(folder)).filter((name) => SET_ASIDE.test(name)).length;
    if (count === 0) continue;
    const message = `${count} damaged ${count === 1 ? "file was" : "files were"} set aside in ${folder}`;
    found.push({
      check: "files",
      level: "note",
      message,
      fix: `delete what you do not need there`,
    });
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
