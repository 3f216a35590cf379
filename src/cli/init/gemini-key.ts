import { editConfigFile } from "../../config/edit.ts";
import type { PresentConfig, WizardContext } from "./wizard.ts";

/** Asks for the key that improves searching; it is optional, and kept if there is one. */
export async function askGeminiKey(
  { env, paths, prompts, say }: WizardContext,
  { hasGeminiKey }: PresentConfig,
): Promise<void> {
  if (hasGeminiKey) return;
  if (env.GEMINI_API_KEY) {
    say.info("GEMINI_API_KEY is set: Gemini helps with the search.");
    return;
  }
  const key = await prompts.secret(
    "A Gemini API key, for better search results? (optional; Enter for none)",
  );
  if (key === "") return;
  await editConfigFile(paths.configFile, [{ path: ["gemini_api_key"], value: key }], {
    lockFile: paths.editLockFile,
  });
  say.success(`The key is in ${paths.configFile}, which only you can read.`);
}
