import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ClientHome } from "../config/clients/client-home.ts";
import { CliProcess, type Ended } from "./cli-home.ts";

export const CONFIG = ".config/compressed-mcp-proxy/config.json";

/** A home in which `mcpzip migrate` is run as a process of its own, without a terminal. */
export class MigrateHome extends ClientHome {
  start(...words: readonly string[]): CliProcess {
    return new CliProcess(["migrate", ...words], {
      PATH: process.env.PATH ?? "",
      HOME: this.path,
      // Bun's cache of our sources would land in this home.
      BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    });
  }

  run(...words: readonly string[]): Promise<Ended> {
    return this.start(...words).ended;
  }

  /** Every file by its path, with its bytes and mode, but for mcpzip's own journal and locks. */
  snapshot(): Record<string, string> {
    const names = readdirSync(this.path, { recursive: true, encoding: "utf8" });
    const files = names
      .map((name) => join(this.path, name))
      .filter((path) => statSync(path).isFile())
      .filter((path) => !/compressed-mcp-proxy\/(?:cache|migrations\.json)/.test(path));
    return Object.fromEntries(
      files.map((path) => [
        relative(this.path, path),
        `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path).toString("base64")}`,
      ]),
    );
  }

  /** Names of the files that migrations have left beside others. */
  leftovers(): string[] {
    return Object.keys(this.snapshot()).filter((name) => /\.mcpzip-|\.tmp$/.test(name));
  }
}
