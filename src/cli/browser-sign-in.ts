import type { Challenge } from "../auth/challenge.ts";
import type { ProtectedServer } from "../auth/discovery.ts";
import { SignInDesk } from "../auth/sign-in-desk.ts";
import type { TokenKeeper } from "../auth/token-keeper.ts";
import { openBrowser } from "../platform/browser.ts";
import { createLog } from "../platform/log.ts";
import type { CommandContext } from "./command.ts";
import { takePastedCallback } from "./pasted-callback.ts";

export interface BrowserSignIn extends CommandContext {
  readonly keeper: TokenKeeper;
  readonly folder: string;
  readonly challenge: Challenge;
  /** False: the person opens the page, and may paste the address that it ends on. */
  readonly opensBrowser: boolean;
  readonly signal: AbortSignal;
}

/** Signs in on a page in a browser. Resolves when the tokens are stored; rejects when that failed. */
export async function signInByBrowser(
  server: ProtectedServer,
  options: BrowserSignIn,
): Promise<void> {
  const { keeper, challenge, signal } = options;
  signal.throwIfAborted();
  const desk = createDesk(options);
  const over = new AbortController();
  signal.addEventListener("abort", () => desk.close(), { once: true });
  const before = await keeper.stored();
  const reload = () => keeper.stored();
  const request = { challenge, isWanted: true, stored: before, reload };
  try {
    for (;;) {
      const { url, finished } = await desk.begin(server, request);
      if (url !== undefined) show(server, url, { ...options, over: over.signal });
      await finished;
      signal.throwIfAborted();
      const tokens = (await keeper.stored())?.tokens;
      // Else another process, most likely one that serves, had this sign-in, and has given it up.
      if (tokens !== undefined && tokens.access_token !== before?.tokens?.access_token) return;
    }
  } finally {
    over.abort();
    desk.close();
  }
}

/** Its log would say what the command itself says better, and its page is shown by us, without delay. */
function createDesk({ folder, keeper, output }: BrowserSignIn): SignInDesk {
  return new SignInDesk({
    folder,
    log: createLog("error", output.printError),
    openPage: () => Promise.resolve(true),
    onSignedIn: (_server, authorization) => keeper.save(authorization),
    onSignedInElsewhere: () => keeper.forget(),
  });
}

function show(
  server: ProtectedServer,
  url: URL,
  options: BrowserSignIn & { readonly over: AbortSignal },
): void {
  const { output, env, opensBrowser, over } = options;
  const redirectUri = URL.parse(url.searchParams.get("redirect_uri") ?? "");
  if (opensBrowser || redirectUri === null) {
    output.printError(browserText(server, url));
    void openBrowser(url, env).then((isOpen) => {
      if (!isOpen)
        output.printError("No browser could be opened: open the address above yourself.");
    });
    return;
  }
  output.printError(pasteText(server, url, redirectUri));
  void takePastedCallback(Bun.stdin.stream(), { redirectUri, output, over });
}

function browserText({ name }: ProtectedServer, url: URL): string {
  return [
    `Sign in to "${name}" on the page that opens in your browser. If none does, open it yourself:`,
    "",
    `  ${url.href}`,
    "",
    "Waiting for you there; Ctrl-C gives up.",
  ].join("\n");
}

function pasteText({ name }: ProtectedServer, url: URL, { port, origin }: URL): string {
  return [
    `To sign in to "${name}", open this page in a browser on any machine:`,
    "",
    `  ${url.href}`,
    "",
    `It ends on an address that begins with ${origin}. On this machine, that is all. On another one`,
    "the page cannot be loaded: copy its address from the browser, paste it here, and press Enter.",
    `Or forward the port before you open the page: ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`,
    "",
    "Waiting; Ctrl-C gives up.",
  ].join("\n");
}
