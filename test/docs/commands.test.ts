import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { authStatus } from "../../src/cli/auth-status.ts";
import { login } from "../../src/cli/login.ts";
import { logout } from "../../src/cli/logout.ts";
import { oauthSchema } from "../../src/config/oauth-schema.ts";

function read(name: string): string {
  return readFileSync(join(import.meta.dir, "../../docs", name), "utf8");
}

test.each([login, logout, authStatus])(
  "docs/cli.md has the command $name with its flags",
  (command) => {
    const text = read("cli.md");
    const names = Object.keys(command.args);
    const places = names.filter((name) => command.args[name]?.type === "positional");
    const heading = ["mcpzip", command.name, ...places.map((name) => name.toUpperCase())].join(" ");
    expect(text).toContain(`## ${heading}\n`);
    for (const name of names) if (!places.includes(name)) expect(text).toContain(`\`--${name}`);
  },
);

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
