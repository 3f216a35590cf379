/** The families of executables; each has a header of its own. */
export type Format = "elf" | "mach-o" | "pe";
export type Architecture = "x64" | "arm64";

/** One platform that a release is made for. */
export interface Target {
  /** In the names of archives, and what the installers look for. */
  readonly name: string;
  readonly format: Format;
  readonly architecture: Architecture;
  /** For Linux: what loads the executable, which tells glibc from musl. */
  readonly interpreter?: string;
}

/** Every platform of a release. Bun calls its targets `bun-NAME`. */
export const TARGETS: readonly Target[] = [
  elf("linux-x64", "x64", "/lib64/ld-linux-x86-64.so.2"),
  elf("linux-arm64", "arm64", "/lib/ld-linux-aarch64.so.1"),
  elf("linux-x64-musl", "x64", "/lib/ld-musl-x86_64.so.1"),
  elf("linux-arm64-musl", "arm64", "/lib/ld-musl-aarch64.so.1"),
  { name: "darwin-arm64", format: "mach-o", architecture: "arm64" },
  { name: "darwin-x64", format: "mach-o", architecture: "x64" },
  { name: "windows-x64", format: "pe", architecture: "x64" },
  { name: "windows-arm64", format: "pe", architecture: "arm64" },
];

function elf(name: string, architecture: Architecture, interpreter: string): Target {
  return { name, format: "elf", architecture, interpreter };
}

/** Throws for a name that is not in the table. */
export function targetNamed(name: string): Target {
  const found = TARGETS.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = TARGETS.map((each) => each.name).join(", ");
  throw new Error(`there is no target "${name}"; there are ${known}`);
}

/** The target that runs on this machine. */
export function hostTarget(): Target {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const suffix = process.platform === "linux" && isMusl() ? "-musl" : "";
  return targetNamed(`${system}-${process.arch}${suffix}`);
}

export function executableName({ format }: Pick<Target, "format">): string {
  return format === "pe" ? "mcpzip.exe" : "mcpzip";
}

/** The folder in an archive, and the archive's name without its ending. */
export function packageName({ name }: Target, version: string): string {
  return `mcpzip-${version}-${name}`;
}

export function archiveName(target: Target, version: string): string {
  return `${packageName(target, version)}${target.format === "pe" ? ".zip" : ".tar.xz"}`;
}

/** What the running Bun was linked with: its report names glibc's version only where there is one. */
function isMusl(): boolean {
  const report: unknown = process.report.getReport();
  return !JSON.stringify(report).includes('"glibcVersionRuntime"');
}
