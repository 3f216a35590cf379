import { COMMON_ARGS, listOf } from "./args.ts";
import type { Command } from "./command.ts";
import { editServers } from "./edit-servers.ts";
import type { ExitCode } from "./report-error.ts";

/** Takes servers out of the config file. */
export const remove: Command = {
  name: "remove",
  description: "Remove servers from the config file",
  args: {
    server: { type: "positional", isVariadic: true, description: "Names in the configuration" },
    logout: { type: "boolean", description: "Sign out of them first, as mcpzip logout does" },
    ...COMMON_ARGS,
  },
  run: async (flags, context): Promise<ExitCode> => {
    const servers = [...new Set(listOf(flags, "server"))];
    if (flags.logout === true) {
      const { logout } = await import("./logout.ts");
      for (const server of servers) await logout.run({ ...flags, server }, context);
    }
    const { configFile, left } = await editServers(
      servers,
      (name) => ({ path: ["mcpServers", name], value: undefined }),
      { flags, context },
    );
    for (const server of servers) context.output.print(`removed "${server}" from ${configFile}`);
    if (left === 0) context.output.printError("No server is left; mcpzip add NAME … adds one.");
    return 0;
  },
};
