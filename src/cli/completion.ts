import { McpzipError } from "../core/error.ts";
import { COMMON_ARGS, textOf } from "./args.ts";
import type { Command } from "./command.ts";
import { completionScript, isShell, SHELLS } from "./completion/scripts.ts";

/** Prints what a shell needs to complete mcpzip's commands, flags, servers and tools. */
export const completion: Command = {
  name: "completion",
  description: "Print a script that completes commands in your shell",
  args: {
    shell: { type: "positional", description: SHELLS.join(", ") },
    ...COMMON_ARGS,
  },
  examples: [
    ['completion bash   # eval "$(mcpzip completion bash)" in ~/.bashrc', "bash"],
    ['completion zsh    # eval "$(mcpzip completion zsh)" in ~/.zshrc, after compinit', "zsh"],
    ["completion fish > ~/.config/fish/completions/mcpzip.fish", "fish"],
    ["completion powershell | Out-String | Invoke-Expression   # in $PROFILE", "PowerShell"],
  ],
  run: (flags, { output }) => {
    const shell = textOf(flags, "shell") ?? "";
    if (!isShell(shell))
      throw new McpzipError("USAGE", `there is no completion for "${shell}"`, {
        fix: `name one of: ${SHELLS.join(", ")}`,
      });
    output.print(completionScript(shell).trimEnd());
    return Promise.resolve(0);
  },
};
