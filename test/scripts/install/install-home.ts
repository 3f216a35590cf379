import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { archiveOf } from "../../../scripts/release/archive.ts";
import { renderInstaller } from "../../../scripts/release/installers.ts";
import { startReleaseServer, type ReleaseServer } from "../../../scripts/release/release-server.ts";
import { TARGETS, type Target } from "../../../scripts/release/targets.ts";
import { until, within } from "../../fixtures/poll.ts";

const DEADLINE_MS = 30_000;

export interface Installed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: string;
  /** In place of the whole script. */
  readonly script?: string;
  /** Not root, and not the owner of anything here. */
  readonly asNobody?: boolean;
}

/** A user's home and a server of releases, to which the installer is sent. */
export class InstallHome implements AsyncDisposable {
  /** As `pwd` says it: the temporary folder of macOS is behind a link. */
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "mcpzip-install-test-")));
  readonly file = join(this.path, ".local/bin/mcpzip");
  readonly server: ReleaseServer = startReleaseServer();
  readonly #tools = join(this.path, "tools");

  constructor() {
    chmodSync(this.path, 0o755);
  }

  /** A release whose executables are scripts that print what their platform and version are. */
  async publish(version: string, targets: readonly Target[] = TARGETS): Promise<void> {
    const files: Record<string, Uint8Array | string> = {};
    for (const target of targets.filter(({ format }) => format !== "pe")) {
      const name = `mcpzip-${version}-${target.name}`;
      const content = Buffer.from(programText(version, target.name));
      const entry = { path: `${name}/mcpzip`, content, isExecutable: true };
      files[`${name}.tar.xz`] = await archiveOf(target, [entry], { modifiedAt: 0, level: 0 });
    }
    files.SHA256SUMS = Object.entries(files).map(lineOf).join("");
    this.server.publish(version, files);
  }

  /** Ctrl-C in a terminal while the installer waits for a file: a signal to all of its processes. */
  async interruptAt(file: string): Promise<number> {
    this.server.faults.set(file, { kind: "stalled" });
    const script = this.write("install.sh", await renderInstaller("install.sh"));
    const child = Bun.spawn(["sh", script], {
      env: this.env(),
      stdio: ["ignore", "ignore", "ignore"],
      detached: true,
    });
    await until(() => this.server.asked.some((path) => path.endsWith(file)));
    process.kill(-child.pid, "SIGINT");
    return within(child.exited, DEADLINE_MS);
  }

  /** Runs the installer as a release has it. */
  async install(args: readonly string[] = [], options: Options = {}): Promise<Installed> {
    const script = join(this.path, "install.sh");
    writeFileSync(script, options.script ?? (await renderInstaller("install.sh")));
    const isNobody = options.asNobody === true && process.getuid?.() === 0;
    const prefix = isNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
    const child = Bun.spawn([...prefix, options.shell ?? "sh", script, ...args], {
      cwd: this.path,
      env: this.env(options.env),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, code] = await within(
      Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]),
      DEADLINE_MS,
    );
    return { code, stdout, stderr };
  }

  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: `${this.#tools}:${process.env.PATH ?? ""}`,
      HOME: this.path,
      MCPZIP_RELEASES_URL: this.server.address,
      ...extra,
    };
  }

  /** What the installed program says. */
  runs(file = this.file): string {
    return Bun.spawnSync([file]).stdout.toString().trim();
  }

  /** A program of that name comes first on the PATH. */
  fake(name: string, text: string): void {
    this.write(join("tools", name), `#!/bin/sh\n${text}\n`, 0o755);
  }

  /** A PATH with these programs of the machine alone. */
  pathOf(names: readonly string[]): string {
    const folder = mkdtempSync(join(this.path, "path-"));
    for (const name of new Set(names)) {
      const found = Bun.which(name);
      if (found !== null) symlinkSync(found, join(folder, name));
    }
    return folder;
  }

  /** A PATH with BusyBox alone, which is what Alpine has. */
  busyboxPath(names: readonly string[]): string {
    const folder = mkdtempSync(join(this.path, "busybox-"));
    for (const name of names) symlinkSync(Bun.which("busybox") ?? "", join(folder, name));
    return folder;
  }

  write(name: string, text: string, mode = 0o644): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  read(file = this.file): string | undefined {
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** All that is in the folder of the program. */
  beside(folder = dirname(this.file)): string[] {
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.server[Symbol.dispose]();
    rmSync(this.path, { recursive: true, force: true });
    return Promise.resolve();
  }
}

/** Says its version when it is asked for that, and else for what platform it is. */
export function programText(version: string, target: string): string {
  return `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || echo ${target} ${version}\n`;
}

function lineOf([name, content]: readonly [string, Uint8Array | string]): string {
  return `${createHash("sha256").update(content).digest("hex")}  ${name}\n`;
}

/** What every run must have taken away again. */
export function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("mcpzip-install."));
}
