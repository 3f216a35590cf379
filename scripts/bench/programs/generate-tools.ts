const VERBS =
  "create list get update delete search archive restore assign comment merge close reopen export import " +
  "share move copy rename tag watch approve reject schedule";
const NOUNS =
  "issue branch message channel page database record file folder invoice customer order product ticket " +
  "event deployment dashboard alert query contact campaign document release note";

/** Name, type and description of parameters as real servers have them. */
const PARAMETERS: readonly (readonly [string, object])[] = [
  ["owner", { type: "string", description: "Account or organization that owns it, without the @" }],
  ["page", { type: "integer", minimum: 1, description: "Page of the results to return, from 1" }],
  ["perPage", { type: "integer", maximum: 100, description: "Results on a page, at most 100" }],
  [
    "state",
    { type: "string", enum: ["open", "closed", "all"], description: "Which states to include" },
  ],
  ["title", { type: "string", description: "Short title, shown in lists and in notifications" }],
  [
    "body",
    { type: "string", description: "Text in Markdown; mentions notify the people they name" },
  ],
  ["labels", { type: "array", items: { type: "string" }, description: "Names of labels to apply" }],
  ["assignee", { type: "string", description: "Login of the person who is to take care of it" }],
  [
    "since",
    { type: "string", format: "date-time", description: "Only what has changed since then" },
  ],
  [
    "sort",
    { type: "string", enum: ["created", "updated", "name"], description: "Order of the results" },
  ],
  ["dryRun", { type: "boolean", description: "Say what would be done without doing any of it" }],
  [
    "filter",
    { type: "object", additionalProperties: true, description: "Conditions by field name" },
  ],
  [
    "parentId",
    { type: "string", description: "Identifier of the parent under which it is placed" },
  ],
  [
    "fields",
    { type: "array", items: { type: "string" }, description: "Fields to return; all without it" },
  ],
];
const PARAMETERS_EACH = 10;

/** Tools of one service, each different and about 1.5 kB of JSON. The same for the same arguments. */
export function generateTools(service: string, count: number): object[] {
  const verbs = VERBS.split(" ");
  const nouns = NOUNS.split(" ");
  return Array.from({ length: count }, (_, at) => {
    const verb = verbs[at % verbs.length] ?? "";
    const noun = nouns[(Math.floor(at / verbs.length) + (at % verbs.length)) % nouns.length] ?? "";
    return generateTool(service, { verb, noun, at });
  });
}

function generateTool(
  service: string,
  { verb, noun, at }: { readonly verb: string; readonly noun: string; readonly at: number },
): object {
  const id = `${noun}Id`;
  const own = [
    id,
    { type: "string", description: `Identifier of the ${noun} in ${service}` },
  ] as const;
  const picked = PARAMETERS.map((_, i) => PARAMETERS[(i * 3 + at) % PARAMETERS.length] ?? own);
  return {
    name: `${verb}_${noun}`,
    title: `${verb} ${noun}`,
    description:
      `${verb} a ${noun} in ${service}. Use it when the user wants to ${verb} one ${noun} or several of them; ` +
      `the ${noun} must exist already unless this creates it. Returns the ${noun} as ${service} has it ` +
      `afterwards, with its identifier, its address and who changed it last. Needs the scope ${noun}:write.`,
    inputSchema: {
      type: "object",
      properties: Object.fromEntries([own, ...picked.slice(0, PARAMETERS_EACH)]),
      required: [id],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: verb === "list" || verb === "get" || verb === "search" },
  };
}
