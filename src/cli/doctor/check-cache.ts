import { counted } from "./counted.ts";
import type { DoctorContext } from "./context.ts";
import type { Finding } from "./finding.ts";

const DAY_MS = 86_400_000;

/** The catalog on the disk: readable, and how old. */
export function checkCache({ catalog, paths, config }: DoctorContext): Finding[] {
  const file = catalog();
  const rebuild = "nothing: the next start sets it aside and builds a new one";
  switch (file.kind) {
    case "none":
      return [
        { check: "cache", level: "note", message: "no catalog yet: the first start makes it" },
      ];
    case "damaged": {
      const message = `the catalog ${paths.catalogFile} is damaged`;
      const fix = `rm ${paths.catalogFile}`;
      return [{ check: "cache", level: "fail", message, why: file.why, fix }];
    }
    case "other-version": {
      const message = `the catalog is of another version of mcpzip (${file.version})`;
      return [{ check: "cache", level: "note", message, fix: rebuild }];
    }
    case "good": {
      const inUse = file.servers.filter(({ name }) => config?.servers.has(name) ?? true);
      const tools = inUse.reduce((sum, { tool_count: count }) => sum + count, 0);
      const oldest = Math.min(...inUse.map(({ refreshed_at: at }) => at));
      const age = inUse.length === 0 ? "" : `, the oldest list ${ageOf(Date.now() - oldest)}`;
      const kilobytes = Math.ceil(file.bytes / 1024);
      const message = `${counted(tools, "tool")} of ${counted(inUse.length, "server")}${age}; ${kilobytes} kB`;
      return [{ check: "cache", level: "ok", message, facts: { tools, bytes: file.bytes } }];
    }
    default:
      return file satisfies never;
  }
}

function ageOf(ms: number): string {
  if (ms < DAY_MS) return "from the last 24 hours";
  const days = Math.floor(ms / DAY_MS);
  return `${counted(days, "day")} old`;
}
