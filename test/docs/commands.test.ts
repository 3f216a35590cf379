import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMON_ARGS, isFlag, namesOf } from "../../src/cli/args.ts";
import { placeOf } from "../../src/cli/help.ts";
import { COMMANDS } from "../../src/cli/run.ts";
import { oauthSchema } from "../../src/config/oauth-schema.ts";

function read(name: string): string {
  return readFileSync(join(import.meta.dir, "../../docs", name), "utf8");
}

const visible = Object.values(COMMANDS).filter(({ isHidden }) => isHidden !== true);
const commands = await Promise.all(visible.map((entry) => entry.load()));

test.each(commands)("docs/cli.md has the command $name with its flags", (command) => {
  const text = read("cli.md");
  const words = namesOf(command.args, "positional").map((name) =>
    placeOf(name, command.args[name]),
  );
  const hasUsage = command.usage !== undefined;
  const heading = ["mcpzip", command.name, ...(hasUsage ? [] : words)].join(" ");
  expect(text).toContain(`## ${heading}\n`);
  for (const line of command.usage ?? []) expect(text).toContain(`mcpzip ${line}\n`);
  const [, section = ""] = text.split(`## ${heading}\n`);
  const own = section.split(/^## /m, 1)[0];
  const flags = Object.keys(command.args).filter((name) => isFlag(command.args[name]));
  // Those of all commands stand at the top.
  for (const name of flags) expect(name in COMMON_ARGS ? text : own).toContain(`\`--${name}`);
});

test("docs/oauth.md explains every key of oauth", () => {
  const text = read("oauth.md");
  for (const key of Object.keys(oauthSchema.shape))
    expect(text).toMatch(new RegExp(`^\\| \`${key}\` `, "m"));
});
