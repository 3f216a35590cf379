import { isSecure } from "./loopback.ts";

/** Environment variables that say where a browser may be opened, and whether. */
type Env = Readonly<Record<string, string | undefined>>;

/** An opener that has run this long without failing is taken to have opened the page. */
const SUCCESS_MS = 500;

/**
 * Opens a URL in the user's browser: `$BROWSER` (a list separated by colons, `%s` stands for the URL),
 * then the system's opener. Never through a shell, and only https or loopback URLs. Says whether one
 * seems to have worked.
 */
export async function openBrowser(url: URL, env: Env): Promise<boolean> {
  if (!isSecure(url)) return false;
  for (const command of openers(url.href, env)) if (await opens(command, env)) return true;
  return false;
}

/** No display, a remote shell or a CI machine: nobody would see a browser. `$BROWSER` overrules. */
export function isHeadless(env: Env): boolean {
  if (isSet(env.BROWSER)) return false;
  if (isSet(env.CI) || isSet(env.SSH_CONNECTION) || isSet(env.SSH_TTY)) return true;
  const hasDisplay = isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY) || isSet(env.WSL_DISTRO_NAME);
  return process.platform === "linux" && !hasDisplay;
}

function openers(url: string, env: Env): string[][] {
  const chosen = (env.BROWSER ?? "").split(":").filter((each) => each.trim() !== "");
  const own = chosen.map((each) => withUrl(each.trim().split(/\s+/), url));
  return [...own, ...systemOpeners(env).map((each) => [...each, url])];
}

function withUrl(words: readonly string[], url: string): string[] {
  const isTemplate = words.some((word) => word.includes("%s"));
  return isTemplate ? words.map((word) => word.replaceAll("%s", url)) : [...words, url];
}

function systemOpeners(env: Env): string[][] {
  if (process.platform === "darwin") return [["open"]];
  if (process.platform === "win32") return [["rundll32", "url.dll,FileProtocolHandler"]];
  const wsl = isSet(env.WSL_DISTRO_NAME) ? [["wslview"]] : [];
  return [...wsl, ["xdg-open"], ["gio", "open"], ["x-www-browser"], ["sensible-browser"]];
}

async function opens(command: readonly string[], env: Env): Promise<boolean> {
  try {
    const opener = Bun.spawn([...command], {
      env: { ...env },
      stdio: ["ignore", "ignore", "ignore"],
    });
    opener.unref();
    const { promise: running, resolve } = Promise.withResolvers<number>();
    const timer = setTimeout(() => resolve(0), SUCCESS_MS);
    const exitCode = await Promise.race([opener.exited, running]);
    clearTimeout(timer);
    return exitCode === 0;
  } catch {
    // Not installed: the next one.
    return false;
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
