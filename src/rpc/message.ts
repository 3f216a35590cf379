import { isRecord } from "../core/tool.ts";
import { RawJson } from "./raw-json.ts";

const CLOSE = Buffer.from("}");

/** JSON-RPC 2.0 error codes (section 5.1) that we send. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** MCP 2026-07-28: the headers do not say what the body says. */
  headerMismatch: -32020,
  /** MCP 2025-11-25: a person must have been to a page first; `data` says which. */
  urlElicitationRequired: -32042,
} as const;

/** An error that travels, or has travelled, as a JSON-RPC error response. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** One JSON-RPC message; an id is kept as its JSON text, so that `1` and `"1"` stay different. */
export type Message =
  | {
      readonly kind: "request";
      readonly id: string;
      readonly method: string;
      readonly params: RawJson | undefined;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: RawJson | undefined }
  | { readonly kind: "result"; readonly id: string; readonly result: RawJson }
  | { readonly kind: "error"; readonly id: string; readonly error: RpcError };

/**
 * Takes one line apart. Throws RpcError (parse or invalid request) when it is not a JSON-RPC message.
 * The span of a result is found by structure, so nothing that an upstream appends to its own result
 * can reach the frame that we build around it.
 */
export function parseMessage(line: Buffer): Message {
  const members = envelopeMembers(line);
  const id = readId(members.get("id"));
  const method = members.get("method");
  if (method !== undefined) {
    const name = parsePart(method.text());
    if (typeof name !== "string")
      throw new RpcError(RPC_ERROR.invalidRequest, "method must be a string");
    const params = members.get("params");
    if (id === undefined) return { kind: "notification", method: name, params };
    return { kind: "request", id, method: name, params };
  }
  const result = members.get("result");
  if (id !== undefined && result !== undefined) return { kind: "result", id, result };
  const error = members.get("error");
  if (id !== undefined && error !== undefined)
    return { kind: "error", id, error: parseError(error) };
  throw new RpcError(RPC_ERROR.invalidRequest, "neither a request nor a response");
}

/** A string or a number (MCP); the text is echoed, so anything else could break our own frame. */
function readId(raw: RawJson | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const text = raw.text();
  const type = typeof parsePart(text);
  if (type === "string" || type === "number") return text;
  throw new RpcError(RPC_ERROR.invalidRequest, "id must be a string or a number");
}

function envelopeMembers(line: Buffer): Map<string, RawJson> {
  try {
    return new RawJson(line).members();
  } catch (error) {
    throw new RpcError(RPC_ERROR.parse, "not a JSON object", String(error));
  }
}

function parseError(raw: RawJson): RpcError {
  const error = parsePart(raw.text());
  const fields = isRecord(error) ? error : {};
  const code = typeof fields.code === "number" ? fields.code : RPC_ERROR.internal;
  const message = typeof fields.message === "string" ? fields.message : "unspecified error";
  return new RpcError(code, message, fields.data);
}

function parsePart(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RpcError(RPC_ERROR.parse, "not valid JSON", String(error));
  }
}

export function encodeRequest(id: number, method: string, params: RawJson | undefined): Buffer[] {
  return withParams(`{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)}`, params);
}

export function encodeNotification(method: string, params: RawJson | undefined): Buffer[] {
  return withParams(`{"jsonrpc":"2.0","method":${JSON.stringify(method)}`, params);
}

function withParams(head: string, params: RawJson | undefined): Buffer[] {
  if (params === undefined) return [Buffer.from(`${head}}`)];
  return [Buffer.from(`${head},"params":`), params.bytes, CLOSE];
}

export function encodeResult(id: string, result: RawJson): Buffer[] {
  return [Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":`), result.bytes, CLOSE];
}

export function encodeError(id: string, { code, message, data }: RpcError): Buffer[] {
  const error = JSON.stringify({ code, message, ...(data !== undefined && { data }) });
  return [Buffer.from(`{"jsonrpc":"2.0","id":${id},"error":${error}}`)];
}
