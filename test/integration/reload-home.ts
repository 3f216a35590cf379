import { renameSync, writeFileSync } from "node:fs";
import { until } from "../fixtures/poll.ts";
import { ProxyHome, stdioEntry } from "../fixtures/proxy-home.ts";
import type { ProxyHost } from "../fixtures/proxy-host.ts";

type Json = Record<string, unknown>;

interface Status {
  readonly config?: Json;
  readonly servers: readonly {
    readonly name: string;
    readonly status: string;
    readonly tools: number;
  }[];
}

/** A home whose config changes while one mcpzip serves it. */
export class ReloadHome extends ProxyHome {
  host!: ProxyHost;

  /** Serves these, and waits until all are listed. */
  async serve(servers: Json): Promise<void> {
    this.configure(servers);
    this.host = await this.start();
    await this.untilServers(...Object.keys(servers));
  }

  /** A server with one tool, `tool`, which answers with its pid; its starts are in a file of its name. */
  counting(name: string, tool: string): Json {
    return stdioEntry(`${import.meta.dir}/servers/counting.ts`, {
      STARTS_FILE: this.path(name),
      TOOL_NAME: tool,
    });
  }

  /** A server whose one tool `pass` answers when the file "gate" is there. */
  gated(): Json {
    return stdioEntry(`${import.meta.dir}/servers/gated.ts`, {
      STARTS_FILE: this.path("gated"),
      GATE_FILE: this.path("gate"),
    });
  }

  write(text: string): void {
    writeFileSync(this.path("config.json"), text);
  }

  /** As editors do it: the new file takes the place of the old one. */
  replace(servers: Json): void {
    writeFileSync(this.path("new.json"), JSON.stringify({ mcpServers: servers }));
    renameSync(this.path("new.json"), this.path("config.json"));
  }

  async status(): Promise<Status> {
    const { text } = await this.host.execute("proxy_status");
    return JSON.parse(text) as Status; // as: our own
  }

  /** Waits until proxy_status shows these servers and no others, all of them listed. */
  async untilServers(...names: string[]): Promise<void> {
    await until(async () => {
      const { servers } = await this.status();
      const isListed = servers.every(({ tools }) => tools > 0);
      return (
        isListed && Bun.deepEquals(servers.map(({ name }) => name).toSorted(), names.toSorted())
      );
    });
  }

  /** Waits for as many lines of the log, without a call: so nothing but an event can bring them. */
  async untilLogged(text: string, times = 1): Promise<void> {
    await until(() => this.countLogged(text) >= times);
  }

  countLogged(text: string): number {
    return this.host.stderr.split(text).length - 1;
  }
}
