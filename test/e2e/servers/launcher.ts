import { spawn } from "bun";

/** Starts a server as npx does: through a shell, both waiting for it. */
const [file = ""] = process.argv.slice(2);

const shell = spawn({
  cmd: ["sh", "-c", '"$0" "$1"; exit $?', process.execPath, file],
  stdio: ["inherit", "inherit", "inherit"],
});

process.exit(await shell.exited);
