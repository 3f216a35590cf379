import * as z from "zod/mini";
import { MAX_DIMENSIONS } from "./limits.ts";
import { describe, filledString, optional, wholeNumber } from "./schema-parts.ts";

const PROVIDERS = ["openai", "gemini"] as const;

/** Where the vectors of the tools come from; without it they are the built-in ones. */
export const embeddingsSchema = z.object(
  {
    provider: optional(
      z.enum(PROVIDERS, 'must be "openai" or "gemini"'),
      'Which API to speak; "openai" with a base_url, "gemini" without one.',
    ),
    base_url: optional(filledString, "The API's address up to /embeddings or /models."),
    model: describe(filledString, "The embedding model."),
    api_key: optional(filledString, "Sent as a header; best written as a variable."),
    dimensions: optional(
      wholeNumber(1, MAX_DIMENSIONS),
      "How many numbers a vector has; the model's own count otherwise.",
    ),
  },
  "must be an object",
);
