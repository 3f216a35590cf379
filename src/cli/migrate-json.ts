import type { Applied } from "../config/migrate/apply-migration.ts";
import type { FileProblem } from "../config/clients/client-file.ts";
import type { Plan } from "./migrate-setup.ts";

/** The plan for programs: names, places and reasons, and no server's settings. */
export function planJson(plan: Plan): string {
  return JSON.stringify({ applied: false, ...planFields(plan) }, undefined, 2);
}

export function resultJson(plan: Plan, { written, problems }: Applied): string {
  const fields = planFields(plan);
  return JSON.stringify(
    {
      applied: true,
      ...fields,
      files: written.map(({ path, backup }) => ({ path, backup })),
      problems: [...fields.problems, ...problems.map(problemFields)],
    },
    undefined,
    2,
  );
}

function planFields({ paths, servers, left, projects, files, problems }: Plan) {
  return {
    config: paths.configFile,
    servers: servers.map(({ name, entry, isPresent, sources, variables }) => ({
      name,
      outcome: isPresent ? "present" : "added",
      disabled: entry.disabled === true,
      variables,
      sources: sources.map((source) => ({
        client: source.client.id,
        path: source.path,
        name: source.name,
        disabled: source.isDisabled,
        note: source.note,
      })),
    })),
    left: left.map(({ client, path, name, why }) => ({ client: client.id, path, name, why })),
    projects: projects.map(({ client, folder, names }) => ({
      client: client.id,
      folder,
      servers: names,
    })),
    files: files.map(({ client, path }) => ({ client: client.id, path })),
    problems: problems.map(problemFields),
  };
}

function problemFields({ client, path, why }: FileProblem) {
  return { client: client.id, path, why };
}
