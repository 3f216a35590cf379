import { isRecord } from "../../core/tool.ts";
import { EndpointError } from "./endpoint.ts";
import { type GeminiModel, modelName, postGemini } from "./gemini-api.ts";
import { MAX_RANKED, type RerankPrompt } from "./rerank-prompt.ts";

const MAX_ANSWER_BYTES = 1024 * 1024;
/** The numbers take 40; a model that cannot be kept from thinking takes the rest. */
const MAX_OUTPUT_TOKENS = 1024;

const SCHEMA = { type: "ARRAY", items: { type: "INTEGER" }, maxItems: MAX_RANKED };

/** How little each family can be made to think (ai.google.dev/gemini-api/docs/thinking). */
const THINKING: readonly (readonly [model: RegExp, config: Readonly<Record<string, unknown>>])[] = [
  [/^gemini-2\.5-flash/, { thinkingBudget: 0 }],
  [/^gemini-(?:[3-9].*)?flash/, { thinkingLevel: "minimal" }],
  [/^gemini-[3-9]/, { thinkingLevel: "low" }],
];

/** Asks a Gemini model by `generateContent` for a JSON array of numbers. */
export class GeminiRanker {
  readonly host: string;
  readonly #model: GeminiModel;
  #thinking: Readonly<Record<string, unknown>> | undefined;

  constructor(model: GeminiModel) {
    this.host = model.baseUrl.host;
    this.#model = model;
    this.#thinking = THINKING.find(([pattern]) => pattern.test(modelName(model.model)))?.[1];
  }

  /** What the model answered, as JSON. Throws EndpointError, or the signal's reason. */
  async ask(prompt: RerankPrompt, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#generate(prompt, signal);
    } catch (error) {
      const isRefused = error instanceof EndpointError && error.status === 400;
      if (!isRefused || this.#thinking === undefined) throw error;
      // A newer model may not take the setting any more.
      const thinking = this.#thinking;
      this.#thinking = undefined;
      return await this.#generate(prompt, signal).catch((second: unknown) => {
        this.#thinking = thinking;
        throw second;
      });
    }
  }

  async #generate({ instruction, message }: RerankPrompt, signal: AbortSignal): Promise<unknown> {
    const answer = await postGemini(this.#model, {
      method: "generateContent",
      body: {
        systemInstruction: { parts: [{ text: instruction }] },
        contents: [{ role: "user", parts: [{ text: message }] }],
        generationConfig: {
          responseMimeType: "application/json",
          responseSchema: SCHEMA,
          maxOutputTokens: MAX_OUTPUT_TOKENS,
          ...(this.#thinking !== undefined && { thinkingConfig: this.#thinking }),
        },
      },
      signal,
      maxBytes: MAX_ANSWER_BYTES,
    });
    try {
      const json: unknown = JSON.parse(textOf(answer));
      return json;
    } catch {
      throw new EndpointError(`${this.host} did not answer with a ranking`, { isTemporary: true });
    }
  }
}

/** The first candidate's words, without its thoughts. */
function textOf(answer: unknown): string {
  const candidates: unknown = isRecord(answer) ? answer.candidates : undefined;
  const first: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
  const content = isRecord(first) && isRecord(first.content) ? first.content : {};
  const parts: readonly unknown[] = Array.isArray(content.parts) ? content.parts : [];
  const texts = parts.map((part) => (isRecord(part) && part.thought !== true ? part.text : ""));
  return texts.filter((text) => typeof text === "string").join("");
}
