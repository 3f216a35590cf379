import { editConfigFile, type EditsFor } from "../../config/edit.ts";
import { isRecord } from "../../core/tool.ts";
import type { PresentConfig, WizardContext } from "./wizard.ts";

/** The one that docs/search.md recommends: fast enough to be waited for at every search. */
const RANKING_MODEL = "gemini-2.5-flash-lite";

/** Asks whether Gemini is to rank what a search finds; says what it gets then, since nothing is sent without. */
export async function askGeminiKey(
  { env, paths, prompts, say }: WizardContext,
  { hasGeminiKey }: PresentConfig,
): Promise<void> {
  if (hasGeminiKey) return;
  if (env.GEMINI_API_KEY) {
    say.info(
      `GEMINI_API_KEY is set. It is used only where the config names a model: "search": { "model": "${RANKING_MODEL}" }`,
    );
    return;
  }
  const key = await prompts.secret(
    "A Gemini API key, to have Google rank what a search finds? (It gets the query and 50 tools in a line each; Enter for none)",
  );
  if (key === "") return;
  await editConfigFile(paths.configFile, keyAndModel(key), { lockFile: paths.editLockFile });
  say.success(`The key is in ${paths.configFile}.`);
}

/** A key alone does nothing; what is written of the search already is somebody's choice. */
function keyAndModel(key: string): EditsFor {
  return (current) => {
    const search = isRecord(current) ? current.search : undefined;
    const isFree = search === undefined || (isRecord(search) && search.model === undefined);
    return [
      { path: ["gemini_api_key"], value: key },
      ...(isFree ? [{ path: ["search", "model"], value: RANKING_MODEL }] : []),
    ];
  };
}
