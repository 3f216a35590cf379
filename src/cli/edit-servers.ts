import { editConfigFile } from "../config/edit.ts";
import type { ConfigEdit } from "../config/edit-jsonc.ts";
import { McpzipError } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import { homeOf, resolvePaths } from "../platform/paths.ts";
import { textOf, type Flags } from "./args.ts";
import type { CommandContext } from "./command.ts";
import { unknownServer } from "./remote-server.ts";

type Entry = Readonly<Record<string, unknown>>;

/** What became of the servers. */
export interface ServerEdits {
  readonly configFile: string;
  /** The servers for which there was something to change. */
  readonly changed: readonly string[];
  /** How many servers the file has now. */
  readonly left: number;
}

/**
 * Changes entries that are in the config file, all or none. Throws SERVER_UNKNOWN for a name that is not
 * there, CONFIG_NOT_FOUND, and what `editConfigFile` throws.
 */
export async function editServers(
  names: readonly string[],
  editFor: (name: string, entry: Entry) => ConfigEdit | undefined,
  { flags, context }: { flags: Flags; context: CommandContext },
): Promise<ServerEdits> {
  const home = homeOf(context.env);
  const { configFile, editLockFile } = resolvePaths(home, textOf(flags, "config"));
  if (!(await Bun.file(configFile).exists())) throw noFile(configFile);
  let result: ServerEdits = { configFile, changed: [], left: 0 };
  await editConfigFile(
    configFile,
    (current) => {
      const servers = isRecord(current) && isRecord(current.mcpServers) ? current.mcpServers : {};
      const unknown = names.find((name) => !Object.hasOwn(servers, name));
      if (unknown !== undefined) throw unknownServer(unknown, Object.keys(servers));
      const edits = new Map<string, ConfigEdit>();
      for (const name of names) {
        const entry = servers[name];
        const edit = editFor(name, isRecord(entry) ? entry : {});
        if (edit !== undefined) edits.set(name, edit);
      }
      const removed = [...edits.values()].filter(
        ({ path, value }) => path.length === 2 && value === undefined,
      );
      const left = Object.keys(servers).length - removed.length;
      result = { configFile, changed: [...edits.keys()], left };
      return [...edits.values()];
    },
    { lockFile: editLockFile },
  );
  return result;
}

function noFile(configFile: string): McpzipError {
  return new McpzipError("CONFIG_NOT_FOUND", `there is no config file ${configFile}`, {
    fix: "mcpzip add NAME … makes one, or name another with --config PATH",
  });
}
