import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** Who put this copy here, and so who can replace it. */
export type Installer = "homebrew" | "package" | "nix" | "system" | "source" | "file";

export interface Installation {
  readonly by: Installer;
  /** The executable, behind all links; for source that is run, the checkout. */
  readonly path: string;
}

/** `executable`: the running program. `isSource`: it is Bun, which runs src/main.ts. */
export function installationOf(executable: string, isSource: boolean): Installation {
  if (isSource) return { by: "source", path: join(import.meta.dir, "../../..") };
  const path = realPath(executable);
  const checkout = dirname(dirname(path));
  if (isCheckout(checkout)) return { by: "source", path: checkout };
  return { by: ownerOf(path.replaceAll("\\", "/")), path };
}

function ownerOf(path: string): Installer {
  if (path.includes("/Cellar/mcpzip/")) return "homebrew";
  if (path.includes("/node_modules/")) return "package";
  if (path.startsWith("/nix/store/")) return "nix";
  return /^\/(?:usr\/)?s?bin\//.test(path) ? "system" : "file";
}

export interface UpdateOptions {
  readonly releases: string;
  readonly platform: NodeJS.Platform;
  /** The user's home, whose `.local/bin` install.sh takes unless told otherwise. */
  readonly home: string;
}

/** The command that brings this copy to the newest release; undefined where only its owner knows. */
export function updateCommand({ by, path }: Installation, options: UpdateOptions) {
  switch (by) {
    case "homebrew":
      return "brew upgrade mcpzip";
    case "source":
      return `cd ${quoted(path)} && git pull && bun install --frozen-lockfile && bun run build`;
    case "file":
      return options.platform === "win32"
        ? `$env:MCPZIP_INSTALL_DIR = '${dirname(path).replaceAll("'", "''")}'; irm ${options.releases}/latest/download/install.ps1 | iex`
        : installScript(dirname(path), options);
    case "package":
    case "nix":
    case "system":
      return undefined;
    default:
      return by satisfies never;
  }
}

/** In words, after "installed". */
export function describeInstaller(by: Installer): string {
  switch (by) {
    case "homebrew":
      return "by Homebrew";
    case "package":
      return "as a package of JavaScript";
    case "nix":
      return "by Nix";
    case "system":
      return "by the system's package manager";
    case "source":
      return "from source";
    case "file":
      return "by install.sh, or by hand";
    default:
      return by satisfies never;
  }
}

function installScript(folder: string, { releases, home }: UpdateOptions): string {
  const flag = folder === join(home, ".local/bin") ? "" : ` -s -- --dir ${quoted(folder)}`;
  return `curl -fsSL ${releases}/latest/download/install.sh | sh${flag}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function isCheckout(folder: string): boolean {
  try {
    const { name, private: isPrivate } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    return name === "mcpzip" && isPrivate === true;
  } catch {
    // Nothing to read, or not JSON: it is some other folder.
    return false;
  }
}

/** On a system that has deleted the running file, the path that it had. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
