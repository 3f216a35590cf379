import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileProgram, copyProgram } from "./compile.ts";
import { startEchoHttp } from "./echo-http.ts";
import { createHome, mcpzipIn, type Home } from "./home.ts";
import type { Options } from "./options.ts";
import { findPeer, type Peer } from "./peer.ts";
import { killRunning, type Target } from "./raw-client.ts";
import { warmHome, type WarmHome } from "./warm-home.ts";

/** Everything the parts measure with; all of it is gone when it is disposed. */
export interface Workbench extends AsyncDisposable {
  readonly options: Options;
  readonly binary: string;
  /** An empty Bun program, and a bare stdio server in Bun. */
  readonly empty: Target;
  readonly echo: Target;
  /** mcpzip in front of the echo server, as `echo`, and of the HTTP one, as `remote`. */
  readonly proxy: Target;
  readonly echoUrl: string;
  readonly peer: Peer;
  /** A home with a complete catalog of so many tools; made once. */
  warmHome(toolCount: number): Promise<WarmHome>;
}

export async function prepareWorkbench(options: Options): Promise<Workbench> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "mcpzip-bench-")));
  const leave = new AsyncDisposableStack();
  leave.defer(() => rm(folder, { recursive: true, force: true }));
  leave.defer(killRunning);
  try {
    const binary = await copyProgram(await builtBinary(options.binary), join(folder, "mcpzip"));
    const [empty, echo] = await Promise.all(
      ["empty", "echo-stdio"].map((name) => compileProgram(name, folder)),
    );
    const http = leave.use(await startEchoHttp());
    const home = await echoHome(folder, { echo, url: http.url });
    return {
      options,
      binary,
      empty: { command: [empty ?? ""], env: {} },
      echo: { command: [echo ?? ""], env: {} },
      proxy: mcpzipIn(home, binary),
      echoUrl: http.url,
      peer: await findPeer(join(folder, "peer"), http.url),
      warmHome: rememberHomes(folder, binary),
      [Symbol.asyncDispose]: () => leave.disposeAsync(),
    };
  } catch (error) {
    await leave.disposeAsync();
    throw error;
  }
}

async function builtBinary(path: string): Promise<string> {
  if (await Bun.file(path).exists()) return path;
  const script = join(import.meta.dir, "..", "build.ts");
  const child = Bun.spawn([process.execPath, script], { stdio: ["ignore", "ignore", "inherit"] });
  if ((await child.exited) !== 0) throw new Error("scripts/build.ts failed");
  return path;
}

function echoHome(
  folder: string,
  { echo, url }: { readonly echo: string | undefined; readonly url: string },
): Promise<Home> {
  return createHome(join(folder, "echo-home"), {
    echo: { command: echo },
    remote: { type: "http", url },
  });
}

function rememberHomes(folder: string, binary: string): Workbench["warmHome"] {
  const homes = new Map<number, Promise<WarmHome>>();
  return (toolCount) => {
    const known = homes.get(toolCount);
    if (known !== undefined) return known;
    const home = warmHome(join(folder, `home-${toolCount}`), { binary, toolCount });
    homes.set(toolCount, home);
    return home;
  };
}
