import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { authStatus } from "../../src/cli/auth-status.ts";
import { add } from "../../src/cli/add.ts";
import { isFlag, namesOf } from "../../src/cli/args.ts";
import { call } from "../../src/cli/call.ts";
import { completion } from "../../src/cli/completion.ts";
import { describe } from "../../src/cli/describe.ts";
import { doctor } from "../../src/cli/doctor.ts";
import { disable, enable } from "../../src/cli/enable.ts";
import { placeOf } from "../../src/cli/help.ts";
import { init } from "../../src/cli/init.ts";
import { list } from "../../src/cli/list.ts";
import { login } from "../../src/cli/login.ts";
import { logout } from "../../src/cli/logout.ts";
import { migrate } from "../../src/cli/migrate.ts";
import { prompts } from "../../src/cli/prompts.ts";
import { refresh } from "../../src/cli/refresh.ts";
import { remove } from "../../src/cli/remove.ts";
import { resources } from "../../src/cli/resources.ts";
import { search } from "../../src/cli/search.ts";
import { stats } from "../../src/cli/stats.ts";
import { oauthSchema } from "../../src/config/oauth-schema.ts";

function read(name: string): string {
  return readFileSync(join(import.meta.dir, "../../docs", name), "utf8");
}

test.each([
  init,
  add,
  remove,
  enable,
  disable,
  list,
  migrate,
  login,
  logout,
  authStatus,
  search,
  describe,
  call,
  resources,
  prompts,
  refresh,
  doctor,
  stats,
  completion,
])("docs/cli.md has the command $name with its flags", (command) => {
  const text = read("cli.md");
  const words = namesOf(command.args, "positional").map((name) =>
    placeOf(name, command.args[name]),
  );
  const hasUsage = command.usage !== undefined;
  const heading = ["mcpzip", command.name, ...(hasUsage ? [] : words)].join(" ");
  expect(text).toContain(`## ${heading}\n`);
  for (const line of command.usage ?? []) expect(text).toContain(`mcpzip ${line}\n`);
  const flags = Object.keys(command.args).filter((name) => isFlag(command.args[name]));
  for (const name of flags) expect(text).toContain(`\`--${name}`);
});

test("docs/oauth.md explains every key of oauth", () => {
  const text = read("oauth.md");
  for (const key of Object.keys(oauthSchema.shape))
    expect(text).toMatch(new RegExp(`^\\| \`${key}\` `, "m"));
});

test("every link in docs/oauth.md and docs/errors.md to a heading leads to one", () => {
  const anchors = [...read("oauth.md").matchAll(/^#+ (.+)$/gm)].map(
    ([, title = ""]) =>
      `#${title
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replace(/\s/g, "-")}`,
  );
  const links = [
    ...(read("oauth.md") + read("errors.md")).matchAll(/\]\((?:oauth\.md)?(#[^)]+)\)/g),
  ];
  expect(links.length).toBeGreaterThan(8);
  for (const [, link = ""] of links) expect(anchors).toContain(link);
});
