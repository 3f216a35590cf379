import type { ConfigEdit } from "../config/edit-jsonc.ts";
import { COMMON_ARGS, listOf, type ArgsDef } from "./args.ts";
import type { Command } from "./command.ts";
import { editServers } from "./edit-servers.ts";

const ARGS: ArgsDef = {
  server: { type: "positional", isVariadic: true, description: "Names in the configuration" },
  ...COMMON_ARGS,
};

/** Takes `"disabled": true` away. */
export const enable = createSwitch("enable", {
  description: "Use servers again that were disabled",
  editFor: (name, isDisabled) =>
    isDisabled ? { path: ["mcpServers", name, "disabled"], value: undefined } : undefined,
});

/** Keeps the entries, and never starts the servers. */
export const disable = createSwitch("disable", {
  description: "Keep servers in the config file, and do not use them",
  editFor: (name, isDisabled) =>
    isDisabled ? undefined : { path: ["mcpServers", name, "disabled"], value: true },
});

function createSwitch(
  name: "enable" | "disable",
  {
    description,
    editFor,
  }: {
    description: string;
    editFor: (server: string, isDisabled: boolean) => ConfigEdit | undefined;
  },
): Command {
  return {
    name,
    description,
    args: ARGS,
    run: async (flags, context) => {
      const servers = [...new Set(listOf(flags, "server"))];
      const { changed } = await editServers(
        servers,
        (server, { disabled }) => editFor(server, disabled === true),
        { flags, context },
      );
      for (const server of servers)
        context.output.print(
          `"${server}" is ${changed.includes(server) ? "" : "already "}${name}d`,
        );
      return 0;
    },
  };
}
