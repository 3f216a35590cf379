import { existsSync } from "node:fs";
import { join } from "node:path";
import { scripts } from "../../package.json";

const ROOT = join(import.meta.dir, "../..");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: unknown;
  readonly "timeout-minutes"?: number;
  readonly env?: unknown;
  readonly container?: string | { readonly image?: string };
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly env?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
}

/** What a workflow does that could hurt: each fault is a sentence that names the place. */
export function workflowFaults(text: string): string[] {
  const workflow = Bun.YAML.parse(text) as Workflow; // as: what is looked at is checked below
  const jobs = Object.entries(workflow.jobs ?? {});
  return [
    ...(isEmptyObject(workflow.permissions) ? [] : ['the workflow has no "permissions: {}"']),
    ...secretFaults("the workflow", workflow.env),
    ...jobs.flatMap(([name, job]) => jobFaults(name, { job, names: jobs.map(([each]) => each) })),
    ...unnamedPins(text),
  ];
}

/** The scripts that a workflow starts, by path, and those of package.json by name. */
export function calledScripts(text: string): {
  readonly paths: string[];
  readonly names: string[];
} {
  const { jobs = {} } = Bun.YAML.parse(text) as Workflow; // as: see above
  const commands = Object.values(jobs)
    .flatMap(({ steps = [] }) => steps.map(({ run = "" }) => run))
    .join("\n");
  return {
    paths: [...commands.matchAll(/(?<![\w./-])(?:scripts|\.ci)\/[\w./-]+/g)].map(([path]) => path),
    names: [...commands.matchAll(/\bbun(?:@[\d.]+)? run ([\w:-]+)/g)].map(([, name = ""]) => name),
  };
}

function jobFaults(name: string, { job, names }: { job: Job; names: readonly string[] }): string[] {
  const needs = [job.needs ?? []].flat();
  return [
    ...(isObject(job.permissions) ? [] : [`job ${name} does not say its permissions`]),
    ...(job["timeout-minutes"] === undefined ? [`job ${name} has no timeout-minutes`] : []),
    ...needs.filter((each) => !names.includes(each)).map((each) => `job ${name} needs ${each}`),
    ...secretFaults(`job ${name}`, job.env),
    ...imageFaults(name, job.container),
    ...(job.steps ?? []).flatMap((step) => stepFaults(name, step)),
  ];
}

function imageFaults(job: string, container: Job["container"]): string[] {
  if (container === undefined) return [];
  const image = typeof container === "string" ? container : (container.image ?? "");
  return /@sha256:[0-9a-f]{64}$/.test(image) ? [] : [`job ${job} runs in ${image}, not by digest`];
}

function stepFaults(job: string, { uses, run, with: inputs = {} }: Step): string[] {
  return [...usesFaults(job, { uses, inputs }), ...runFaults(job, run ?? "")];
}

function usesFaults(
  job: string,
  { uses, inputs }: { uses: string | undefined; inputs: Readonly<Record<string, unknown>> },
): string[] {
  if (uses === undefined) return [];
  const isPinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses);
  const isCheckout = uses.startsWith("actions/checkout@");
  const isUpload = uses.startsWith("actions/upload-artifact@");
  return [
    ...(isPinned ? [] : [`job ${job} uses ${uses}, which is not pinned by commit`]),
    ...(isCheckout && inputs["persist-credentials"] !== false
      ? [`job ${job} leaves its token in the checkout`]
      : []),
    // Two artifacts of one name are refused, and a second try of a job belongs to the same run.
    ...(isUpload && inputs.overwrite !== true
      ? [`job ${job} uploads what a second try cannot replace`]
      : []),
  ];
}

/** GitHub pastes `${{ }}` into the script before a shell sees it, so a name can become a command. */
function runFaults(job: string, run: string): string[] {
  const called = calledScripts(Bun.YAML.stringify({ jobs: { job: { steps: [{ run }] } } }));
  return [
    ...(run.includes("${{") ? [`job ${job} pastes an expression into: ${run.trim()}`] : []),
    ...called.paths
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `job ${job} starts ${path}, which is not there`),
    ...called.names
      .filter((name) => !Object.hasOwn(scripts, name))
      .map((name) => `job ${job} runs "${name}", which package.json does not have`),
  ];
}

/** In a job's or workflow's `env`, every step and every action would see it. */
function secretFaults(where: string, env: unknown): string[] {
  const found = /\$\{\{[^}]*\b(?:secrets|github\.token)\b/.test(JSON.stringify(env ?? {}));
  return found ? [`${where} gives a secret to all of its steps`] : [];
}

/** A hash says nothing to a reader, so its version stands behind it. */
function unnamedPins(text: string): string[] {
  const lines = text.split("\n").filter((line) => /\buses:/.test(line));
  return lines
    .filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `no version behind the pin: ${line.trim()}`);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value ?? {}).length === 0;
}
