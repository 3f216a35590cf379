import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { versionOfTag } from "../publish/release-notes.ts";
import { buildAll, executablePath } from "./build-all.ts";
import { CHECKSUMS_FILE } from "./checksums.ts";
import { converse } from "./converse.ts";
import { startReleaseServer } from "./release-server.ts";
import { releaseTime } from "./release-time.ts";
import { archiveName, hostTarget } from "./targets.ts";

export interface RehearsalOptions {
  /** Like `v1.2.3`. */
  readonly tag: string;
  /** An executable that is built already; else one is built. */
  readonly executable?: string | undefined;
  readonly say: (line: string) => void;
}

/**
 * A release from its tag to its use, in a folder and on loopback: archive, checksums, the installer that
 * downloads them in a home of its own, `--version` and a conversation with what was installed. Throws at the first
 * thing that is wrong.
 */
export async function rehearse({ tag, executable, say }: RehearsalOptions): Promise<void> {
  versionOfTag(tag, version);
  const folder = await mkdtemp(join(tmpdir(), "mcpzip-release-"));
  try {
    const output = join(folder, "release");
    await build(output, { executable, say });
    using server = startReleaseServer();
    server.publish(version, await filesOf(output));
    const home = join(folder, "home");
    const installed = await install(join(output, "install.sh"), {
      home,
      releases: server.address,
      say,
    });
    const { version: said, hit } = await converse(installed);
    if (said !== version) throw new Error(`${installed} says that it is ${said}`);
    say(`installed and tried: mcpzip ${said}; ${hit}`);
    await checkUpdate(installed, { home, releases: server.address });
    say("mcpzip update knows that it is the newest");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(
  output: string,
  { executable, say }: Pick<RehearsalOptions, "executable" | "say">,
): Promise<void> {
  const target = hostTarget();
  if (executable !== undefined) {
    const place = executablePath(output, target);
    await mkdir(join(place, ".."), { recursive: true });
    await cp(executable, place);
  }
  await buildAll({
    output,
    targets: [target],
    // The smallest archive is not what is rehearsed.
    level: 0,
    madeAt: releaseTime(process.env.SOURCE_DATE_EPOCH),
    packsOnly: executable !== undefined,
    say,
  });
  const names = await readdir(output);
  for (const name of [archiveName(target, version), CHECKSUMS_FILE, "install.sh"])
    if (!names.includes(name)) throw new Error(`the release has no ${name}`);
}

async function filesOf(folder: string): Promise<Record<string, Uint8Array>> {
  const found = await readdir(folder, { withFileTypes: true });
  const files = found.filter((each) => each.isFile());
  const entries = files.map(
    async ({ name }) => [name, await Bun.file(join(folder, name)).bytes()] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

interface Sandbox {
  readonly home: string;
  readonly releases: string;
}

async function install(
  script: string,
  { say, ...sandbox }: Sandbox & Pick<RehearsalOptions, "say">,
): Promise<string> {
  await mkdir(sandbox.home, { recursive: true });
  const child = Bun.spawn(["sh", script], { env: envOf(sandbox), stdout: "pipe", stderr: "pipe" });
  const [text, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`install.sh failed:\n${errors}`);
  say(text.trimEnd());
  return join(sandbox.home, ".local/bin/mcpzip");
}

async function checkUpdate(installed: string, sandbox: Sandbox): Promise<void> {
  const child = Bun.spawn([installed, "update", "--json"], { env: envOf(sandbox), stderr: "pipe" });
  const state: unknown = await new Response(child.stdout).json();
  const wanted = { version, latest: version, is_outdated: false, by: "file" };
  const { installed: { by } = { by: "" }, ...rest } = state as {
    installed?: { by: string };
  }; // as: compared below
  const found = JSON.stringify({ ...rest, by });
  for (const [key, value] of Object.entries(wanted))
    if (!found.includes(`${JSON.stringify(key)}:${JSON.stringify(value)}`))
      throw new Error(`mcpzip update should say ${key} ${value}: ${found}`);
}

function envOf({ home, releases }: Sandbox): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: home, MCPZIP_RELEASES_URL: releases };
}

if (import.meta.main) {
  const [tag = `v${version}`, executable] = Bun.argv.slice(2);
  await rehearse({
    tag,
    executable,
    say: (line) => console.log(line),
  });
}
