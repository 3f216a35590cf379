import { McpzipError } from "../core/error.ts";
import { printableJson } from "../core/printable.ts";
import { isRecord } from "../core/tool.ts";
import type { UpstreamSession } from "../upstream/session.ts";
import { COMMON_ARGS, JSON_ARG, textOf } from "./args.ts";
import { askServer, collectAnswers, type Answer, type Asking } from "./ask-server.ts";
import { checkOutput } from "./call/output-place.ts";
import { partOfResource } from "./call/result-parts.ts";
import { writeParts } from "./call/write-parts.ts";
import { failureLines, listingJson, oneLineOf, wordOf } from "./listing.ts";
import { definitionList } from "./columns.ts";
import type { Command } from "./command.ts";
import { counted } from "./doctor/counted.ts";
import { listPages } from "./list-pages.ts";
import { withServices } from "./open-services.ts";
import { readSeconds } from "./read-number.ts";
import type { ExitCode } from "./report-error.ts";
import { bold, dim } from "./style.ts";

const TIMEOUT_SECONDS = 30;

interface Resources {
  readonly resources: readonly Record<string, unknown>[];
  readonly templates: readonly Record<string, unknown>[];
}

/** Lists the resources of all servers or of one, or reads one. */
export const resources: Command = {
  name: "resources",
  description: "List the resources of all servers or of one, or read one by its URI",
  usage: ["resources [SERVER] [flags]", "resources URI [--server SERVER] [flags]"],
  args: {
    what: {
      type: "positional",
      valueHint: "server|uri",
      required: false,
      description: "A server to list, or what to read: a URI has a colon",
    },
    server: { type: "string", valueHint: "name", description: "Read the URI from this server" },
    output: {
      type: "string",
      valueHint: "path",
      description: "Save what is no text in this file or folder; text where it is all",
    },
    timeout: { type: "string", valueHint: "seconds", description: "For each server; 30 otherwise" },
    ...JSON_ARG,
    ...COMMON_ARGS,
  },
  examples: [
    ["resources", "Of all servers"],
    ["resources file:///notes/today.md --server files", "Reads one"],
  ],
  run: async (flags, context): Promise<ExitCode> => {
    const place = await checkOutput(textOf(flags, "output"));
    const timeoutMs = (readSeconds(flags.timeout, "resources") ?? TIMEOUT_SECONDS) * 1000;
    const what = textOf(flags, "what");
    const { output } = context;
    const isJson = flags.json === true;
    return withServices({ flags, context }, async (opened) => {
      const asking = { ...opened, timeoutMs };
      const isUri = what?.includes(":") === true;
      const server = textOf(flags, "server");
      if (!isUri) {
        const answers = await list(what ?? server, asking, isJson ? undefined : output.print);
        if (isJson) output.print(listingJson(answers));
        return answers.some(({ error }) => error !== undefined) ? 1 : 0;
      }
      const owner = server ?? (await findOwner(what, asking));
      const result = await askServer(owner, (session) => read(session, what, asking), asking);
      if (isJson) output.printForeign(printableJson(result.text()));
      const parsed: unknown = result.parse();
      const contents = isRecord(parsed) && Array.isArray(parsed.contents) ? parsed.contents : [];
      const parts = contents.map(partOfResource);
      await writeParts(parts, { output, place, name: owner, isQuiet: isJson });
      return 0;
    });
  },
};

function list(
  server: string | undefined,
  asking: Asking,
  print?: (text: string) => void,
): Promise<Answer<Resources>[]> {
  return collectAnswers(server, (session) => listAll(session, asking), {
    asking,
    ...(print !== undefined && { show: (answer) => print(describe(answer)) }),
  });
}

async function listAll(session: UpstreamSession, asking: Asking): Promise<Resources> {
  const pages = (method: string, key: string) => listPages(session, { method, key, ...asking });
  return {
    resources: await pages("resources/list", "resources"),
    templates: await pages("resources/templates/list", "resourceTemplates"),
  };
}

function read(session: UpstreamSession, uri: string, { timeoutMs, signal }: Asking) {
  return session.request("resources/read", { uri }, { timeoutMs, signal });
}

/** The server that lists the resource, or has a template that it may come from. Throws ARGUMENTS_INVALID. */
async function findOwner(uri: string, asking: Asking): Promise<string> {
  const answers = await list(undefined, asking);
  const owners = (has: (found: Resources) => boolean) =>
    answers.flatMap((answer) =>
      answer.error === undefined && has(answer.value) ? [answer.server] : [],
    );
  const listed = owners((found) => found.resources.some((each) => each.uri === uri));
  const fitting = owners(({ templates }) =>
    templates.some((each) => begins(uri, each.uriTemplate)),
  );
  const found = listed.length > 0 ? listed : fitting;
  const [owner, ...others] = found;
  if (owner !== undefined && others.length === 0) return owner;
  const message =
    owner === undefined
      ? "no server lists this resource"
      : `${found.join(" and ")} have this resource`;
  throw new McpzipError("ARGUMENTS_INVALID", message, {
    why: uri,
    fix: "name its server: --server NAME",
  });
}

/** The fixed beginning of a URI template (RFC 6570) is all that is looked at. */
function begins(uri: string, template: unknown): boolean {
  if (typeof template !== "string") return false;
  const [fixed = ""] = template.split("{", 1);
  return fixed.includes(":") && uri.startsWith(fixed);
}

function describe(answer: Answer<Resources>): string {
  const { server } = answer;
  if (answer.error !== undefined) return failureLines(server, answer.error).join("\n");
  const { resources: found, templates } = answer.value;
  const count = found.length + templates.length;
  if (count === 0) return dim(`${server}  no resources`);
  const rows = [
    ...found.map((each) => row(each, each.uri)),
    ...templates.map((each) => row(each, each.uriTemplate)),
  ];
  return [`${bold(server)}  ${counted(count, "resource")}`, ...definitionList(rows)].join("\n");
}

function row(
  { name, title, mimeType, description }: Record<string, unknown>,
  uri: unknown,
): [string, string] {
  const facts = [title ?? name, mimeType, description].map(oneLineOf);
  return [wordOf(uri), facts.filter((fact) => fact !== "").join(", ")];
}
