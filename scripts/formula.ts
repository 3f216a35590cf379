import packageJson from "../package.json";
import { CHECKSUMS_FILE, parseChecksums, type Checksums } from "./release/checksums.ts";
import { REPOSITORY_URL } from "./release/repository.ts";
import { archiveName, targetNamed } from "./release/targets.ts";

/**
 * The Homebrew formula of a release, from its checksums. Its order and spelling are what `brew style` asks for
 * (docs.brew.sh/Formula-Cookbook). Throws when an archive that it needs has no checksum.
 */
export function renderFormula(checksums: Checksums, version: string): string {
  const archive = (name: string, indent: string) => {
    const file = archiveName(targetNamed(name), version);
    const hash = checksums.get(file);
    if (hash === undefined) throw new Error(`${CHECKSUMS_FILE} has no ${file}`);
    const url = `${REPOSITORY_URL}/releases/download/v${version}/${file}`;
    return `${indent}url "${url}"\n${indent}sha256 "${hash}"`;
  };
  const systems = [
    ["macos", "darwin"],
    ["linux", "linux"],
  ] as const;
  const blocks = systems.map(
    ([block, system]) => `  on_${block} do
    on_arm do
${archive(`${system}-arm64`, "      ")}
    end
    on_intel do
${archive(`${system}-x64`, "      ")}
    end
  end
`,
  );
  return HEAD(version) + blocks.join("\n") + TAIL;
}

const HEAD = (version: string) => `class Mcpzip < Formula
  desc "${packageJson.description.split(":", 1)[0]}"
  homepage "${REPOSITORY_URL}"
  version "${version}"
  license "${packageJson.license}"

`;

const TAIL = `
  def install
    bin.install "mcpzip"
    man1.install "man/mcpzip.1"
    bash_completion.install "completions/mcpzip.bash" => "mcpzip"
    zsh_completion.install "completions/_mcpzip"
    fish_completion.install "completions/mcpzip.fish"
    doc.install "THIRD_PARTY_NOTICES"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/mcpzip --version")

    (testpath/"config.json").write '{"mcpServers": {}}'
    messages = <<~JSON
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"brew","version":"1.0.0"}}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"search_tools","arguments":{"query":"anything"}}}
    JSON
    answers = pipe_output("#{bin}/mcpzip serve --config #{testpath}/config.json", messages, 0)
    assert_match '"name":"mcpzip"', answers
    assert_match "execute_tool", answers
    assert_match '"id":3', answers
  end
end
`;

if (import.meta.main) {
  const [file = `dist/release/${CHECKSUMS_FILE}`, version = packageJson.version] =
    Bun.argv.slice(2);
  const checksums = parseChecksums(await Bun.file(file).text());
  console.log(renderFormula(checksums, version).trimEnd());
}
