import { join } from "node:path";

export interface EchoHttp extends AsyncDisposable {
  readonly url: string;
}

/** Starts the HTTP echo server, in a process of its own so that it does not run on the timer's clock. */
export async function startEchoHttp(): Promise<EchoHttp> {
  const program = join(import.meta.dir, "programs", "echo-http.ts");
  const child = Bun.spawn([process.execPath, program], { stdio: ["pipe", "pipe", "inherit"] });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  if (!Number.isInteger(port) || port === 0) throw new Error("the HTTP echo server did not start");
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
    },
  };
}
