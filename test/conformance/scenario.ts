import { isRecord } from "../../src/core/tool.ts";

type Json = Record<string, unknown>;

/** What the suite tells the client under test. */
export interface Scenario {
  readonly name: string;
  readonly url: string;
  /** Credentials, and the calls that are to be made. */
  readonly context: Json;
}

/** The name that the suite's server has in our config. */
export const SERVER = "up";
/** The suite serves this one, and accepts no other. */
const CLIENT_METADATA_URL = "https://conformance-test.local/client-metadata.json";

/** The scenario that this process is the client of, by the suite's environment and last argument. */
export function currentScenario(): Scenario {
  const { MCP_CONFORMANCE_SCENARIO: name = "", MCP_CONFORMANCE_CONTEXT: text = "{}" } = process.env;
  const context: unknown = JSON.parse(text);
  return { name, url: Bun.argv.at(-1) ?? "", context: isRecord(context) ? context : {} };
}

/** The config entry of the suite's server. */
export function serverEntry({ name, url, context }: Scenario): Json {
  const oauth = oauthEntry(name, context);
  return { type: "http", url, ...(oauth !== undefined && { oauth }) };
}

function oauthEntry(name: string, context: Json): Json | undefined {
  const { client_id: clientId, client_secret: clientSecret } = context;
  const { private_key_pem: privateKey, signing_algorithm: signingAlgorithm } = context;
  const grantType = "client_credentials";
  switch (name) {
    case "auth/pre-registration":
      return { clientId, clientSecret };
    case "auth/client-credentials-basic":
      return { grantType, clientId, clientSecret };
    case "auth/client-credentials-jwt":
      return { grantType, clientId, privateKey, signingAlgorithm };
    default:
      return name.startsWith("auth/") ? { clientMetadataUrl: CLIENT_METADATA_URL } : undefined;
  }
}

export interface Call {
  readonly name: string;
  readonly arguments: Json;
}

/** The calls to make with the tools that were found; for some scenarios it is enough to have listed them. */
export function callsOf({ name, context }: Scenario, tools: readonly string[]): Call[] {
  if (Array.isArray(context.toolCalls)) return context.toolCalls.map(qualified);
  switch (name) {
    case "json-schema-ref-no-deref":
    case "json-schema-2020-12-preservation":
    case "request-metadata":
      return [];
    case "http-invalid-tool-headers":
      return tools.map((tool) => ({ name: tool, arguments: { region: "us-west1" } }));
    case "sep-2322-client-request-state":
      return tools.map((tool) => ({ name: tool, arguments: {} }));
    default:
      return tools.slice(0, 1).map((tool) => ({ name: tool, arguments: { a: 2, b: 3 } }));
  }
}

function qualified(call: Call): Call {
  return { name: `${SERVER}__${call.name}`, arguments: call.arguments };
}
