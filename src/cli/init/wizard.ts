import { readFile } from "node:fs/promises";
import { decodeText } from "../../config/text-encoding.ts";
import { editJsonc } from "../../config/edit-jsonc.ts";
import { parseJsonc } from "../../config/parse-jsonc.ts";
import { isRecord } from "../../core/tool.ts";
import { homeOf, type Paths, resolvePaths } from "../../platform/paths.ts";
import { textOf, type Flags } from "../args.ts";
import type { CommandContext } from "../command.ts";
import type { ExitCode } from "../report-error.ts";
import { addServers } from "./add-servers.ts";
import { askGeminiKey } from "./gemini-key.ts";
import { type Clack, Cancelled, Prompts } from "./prompts.ts";
import { registerClients } from "./register-clients.ts";

/** What every step of the wizard has at hand. */
export interface WizardContext extends CommandContext {
  readonly flags: Flags;
  readonly paths: Paths;
  readonly prompts: Prompts;
  /** Says things between the questions. */
  readonly say: Clack["log"];
}

/** What the config file holds of what the wizard asks about; none of it need be right. */
export interface PresentConfig {
  readonly names: ReadonlySet<string>;
  readonly hasGeminiKey: boolean;
  readonly tokenStorage: "file" | "keychain";
}

/** Every step is on the disk when it is done, so that giving up at the next one loses nothing. */
export async function runWizard(flags: Flags, context: CommandContext): Promise<ExitCode> {
  const paths = resolvePaths(homeOf(context.env), textOf(flags, "config"));
  const present = await loadPresent(paths.configFile);
  const clack = await import("@clack/prompts");
  const wizard = { ...context, flags, paths, prompts: new Prompts(clack), say: clack.log };
  clack.intro("mcpzip: one MCP server in front of all your MCP servers");
  try {
    const names = await addServers(wizard, present);
    await askGeminiKey(wizard, present);
    await registerClients(wizard);
    clack.outro(names.size === 0 ? "mcpzip add NAME … adds a server later." : "Done.");
    return 0;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    clack.cancel(`Given up. What was answered so far is kept; mcpzip init goes on from there.`);
    return 130;
  }
}

/** Throws CONFIG_INVALID for a file that the wizard could not write to. */
async function loadPresent(file: string): Promise<PresentConfig> {
  const bytes = await readFile(file).catch(() => undefined);
  const { text } = decodeText(bytes ?? new Uint8Array(), file);
  const value = parseJsonc({ file, text: editJsonc(text, [], file) });
  const config = isRecord(value) ? value : {};
  return {
    names: new Set(isRecord(config.mcpServers) ? Object.keys(config.mcpServers) : []),
    hasGeminiKey: typeof config.gemini_api_key === "string",
    tokenStorage: config.token_storage === "keychain" ? "keychain" : "file",
  };
}
