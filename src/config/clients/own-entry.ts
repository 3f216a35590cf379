import type { ForeignServer, ServeCommand } from "./client.ts";

/** Whether an entry starts mcpzip: this one, one that is installed elsewhere, or one from npm. */
export function isMcpzip({ command, args }: ForeignServer, serve: ServeCommand): boolean {
  const words = [command, ...(Array.isArray(args) ? args : [])].filter(
    (word) => typeof word === "string",
  );
  const own = [serve.command, ...serve.args.slice(0, serve.args.indexOf("serve") + 1)];
  if (own.every((word, at) => words[at] === word)) return true;
  const program = words.find((word) => !isLauncher(word));
  return program !== undefined && isProgramName(program);
}

function isLauncher(word: string): boolean {
  return /^(?:-.*|\/c|dlx|x|exec)$|(?:^|[\\/])(?:cmd|npx|bunx|bun|pnpx|pnpm|yarn|npm)(?:\.cmd|\.exe)?$/i.test(
    word,
  );
}

/** The older name is that of the program which mcpzip continues. */
function isProgramName(word: string): boolean {
  return /(?:^|[\\/])(?:mcpzip|compressed-mcp-proxy)(?:\.cmd|\.exe)?(?:@[^\\/]+)?$/i.test(word);
}
