import { posix, win32 } from "node:path";
import type { Machine } from "./client.ts";

/** Joins as the machine's platform does, which need not be the one that we run on. */
export function joinOn(platform: NodeJS.Platform, ...parts: readonly string[]): string {
  return (platform === "win32" ? win32 : posix).join(...parts);
}

export function inHome({ platform, home }: Machine, ...parts: readonly string[]): string {
  return joinOn(platform, home, ...parts);
}

/** Where apps keep their things: Application Support, `%APPDATA%`, `~/.config`. */
export function inAppFolder(machine: Machine, ...parts: readonly string[]): string {
  const { platform, env } = machine;
  if (platform === "darwin") return inHome(machine, "Library/Application Support", ...parts);
  if (platform !== "win32") return inConfigFolder(machine, ...parts);
  const folder = env.APPDATA || inHome(machine, "AppData", "Roaming");
  return joinOn(platform, folder, ...parts);
}

/** `$XDG_CONFIG_HOME`, or `~/.config`; some programs keep to it on all platforms. */
export function inConfigFolder(machine: Machine, ...parts: readonly string[]): string {
  const folder = machine.env.XDG_CONFIG_HOME || inHome(machine, ".config");
  return joinOn(machine.platform, folder, ...parts);
}
