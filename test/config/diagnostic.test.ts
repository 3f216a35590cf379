import { expect, test } from "bun:test";
import { renderDiagnostic } from "../../src/config/diagnostic.ts";
import { load, withoutPath } from "./temp-config.ts";

test("a diagnostic is a place that can be clicked, a message, a frame and a fix", async () => {
  const { warnings } = await load({ mcpServers: { it: { comand: "y", command: "x" } } });
  expect(withoutPath(warnings.map(renderDiagnostic).join("\n"))).toBe(
    [
      'config.json:4:7: server "it": "comand" is not a known key and is ignored; did you mean "command"?',
      '  3 |     "it": {',
      '> 4 |       "comand": "…",',
      "    |       ^",
      '  5 |       "command": "x"',
      'fix: rename it to "command", or remove it',
    ].join("\n"),
  );
});
