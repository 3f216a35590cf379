import { endpointUrl, postJson } from "./endpoint.ts";

/** A model behind the Gemini API, with the key for it if it needs one. */
export interface GeminiModel {
  readonly baseUrl: URL;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/** Calls a method of a model. The key goes in a header: addresses end up in logs. Throws as postJson. */
export function postGemini(
  { baseUrl, model, apiKey }: GeminiModel,
  {
    method,
    ...request
  }: {
    readonly method: "batchEmbedContents" | "generateContent";
    readonly body: unknown;
    readonly signal: AbortSignal;
    readonly maxBytes: number;
  },
): Promise<unknown> {
  return postJson({
    ...request,
    url: endpointUrl(baseUrl, `models/${encodeURIComponent(modelName(model))}:${method}`),
    headers: apiKey === undefined ? {} : { "x-goog-api-key": apiKey },
  });
}

/** People write it both ways. */
export function modelName(model: string): string {
  return model.replace(/^models\//, "");
}
