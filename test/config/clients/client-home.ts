import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A home folder with files in it, by their path below it. Gone when disposed of. */
export class ClientHome implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "mcpzip-home-")));

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  /** Returns the whole path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.file(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), "utf8");
  }

  /** Untyped: a test says what it expects. */
  json(name: string) {
    return JSON.parse(this.read(name));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** One file of each client at its place on Linux, as their documentation has them. */
export const LINUX_FILES: Readonly<Record<string, string>> = {
  ".claude.json": `{
  "numStartups": 42,
  "mcpServers": {
    "github": {
      "type": "stdio",
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-github"],
      "env": { "GITHUB_PERSONAL_ACCESS_TOKEN": "\${GITHUB_TOKEN}" }
    },
    "sentry": { "type": "http", "url": "https://mcp.sentry.dev/mcp" },
    "signed": {
      "type": "http",
      "url": "https://mcp.example.com/mcp",
      "headersHelper": "/opt/bin/get-headers.sh"
    }
  },
  "projects": {
    "/work/app": {
      "allowedTools": [],
      "mcpServers": { "db": { "command": "pg-mcp", "args": ["--dsn", "postgres://app@db/app"] } },
      "history": [{ "display": "hello" }]
    }
  },
  "userID": "abc"
}
`,
  ".config/Claude/claude_desktop_config.json": `{
  "globalShortcut": "Ctrl+Space",
  "mcpServers": {
    "linear": { "command": "npx", "args": ["-y", "mcp-remote", "https://mcp.linear.app/sse"] },
    "files": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/ann/notes"]
    }
  }
}
`,
  ".cursor/mcp.json": `{
  "mcpServers": {
    "files": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "\${userHome}/code"]
    },
    "context7": {
      "url": "https://mcp.context7.com/mcp",
      "headers": { "CONTEXT7_API_KEY": "\${env:CONTEXT7_API_KEY}" }
    },
    "here": { "command": "uvx", "args": ["mcp-server-git", "--repository", "\${workspaceFolder}"] }
  }
}
`,
  ".config/Code/User/mcp.json": `{
	// My servers
	"inputs": [
		{ "type": "promptString", "id": "perplexity-key", "description": "Perplexity API Key", "password": true }
	],
	"servers": {
		"playwright": { "type": "stdio", "command": "npx", "args": ["@playwright/mcp@latest"] },
		// asks for its key
		"perplexity": {
			"type": "stdio",
			"command": "npx",
			"args": ["-y", "server-perplexity-ask"],
			"env": { "PERPLEXITY_API_KEY": "\${input:perplexity-key}" }
		}, // keep me
	}
}
`,
  ".codeium/windsurf/mcp_config.json": `{
  "mcpServers": {
    "figma": { "serverUrl": "http://127.0.0.1:3845/mcp", "disabled": true },
    "notion": {
      "serverUrl": "https://mcp.notion.com/mcp",
      "headers": { "Authorization": "Bearer \${env:NOTION_TOKEN}" }
    }
  }
}
`,
  ".codex/config.toml": `model = "gpt-5-codex" # my favourite

[mcp_servers.docs]
command = "npx"
args = ["-y", "docs-mcp"]
env_vars = ["DOCS_TOKEN"]

[mcp_servers.docs.env]
LEVEL = "info"

# figma over http
[mcp_servers.figma]
url = "https://mcp.figma.com/mcp"
bearer_token_env_var = "FIGMA_TOKEN"
http_headers = { "X-Region" = "eu" }
tool_timeout_sec = 90.0

[profiles.fast]
model = "gpt-5-mini"
`,
  ".gemini/settings.json": `{
  "theme": "Dracula",
  "mcp": { "excluded": ["old"] },
  "mcpServers": {
    "old": { "command": "python", "args": ["-m", "old_server"], "cwd": "./mcp" },
    "search": { "httpUrl": "http://localhost:3000/mcp", "timeout": 5000, "trust": true },
    "some": { "command": "uvx", "args": ["some-mcp"], "includeTools": ["safe"] },
    "key": { "command": "key-mcp", "env": { "API_KEY": "$KEY_MCP" } }
  }
}
`,
  ".config/opencode/opencode.jsonc": `{
  "$schema": "https://opencode.ai/config.json",
  "mcp": {
    "everything": {
      "type": "local",
      "command": ["npx", "-y", "@modelcontextprotocol/server-everything"],
      "environment": { "LOG": "{env:LOG_LEVEL}" },
      "enabled": false,
    },
    "sentry": { "type": "remote", "url": "https://mcp.sentry.dev/mcp", "oauth": {} },
  },
}
`,
  ".config/zed/settings.json": `// Zed settings
{
  "theme": "One Dark",
  "context_servers": {
    "postgres": {
      "source": "custom",
      "command": "postgres-mcp",
      "args": ["--url", "$\{PG}"],
      "env": {}
    },
    "mcp-server-context7": { "settings": { "key": 1 } }
  }
}
`,
};
