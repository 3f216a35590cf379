import { describe, expect, test } from "bun:test";
import {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  type Message,
  parseMessage,
  RPC_ERROR,
  RpcError,
} from "../../src/rpc/message.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";

function parse(text: string): Message {
  return parseMessage(Buffer.from(text));
}

function codeOf(text: string): number | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    return error instanceof RpcError ? error.code : NaN;
  }
}

function parsed(frame: readonly Buffer[]): unknown {
  return JSON.parse(Buffer.concat(frame).toString());
}

describe("a line", () => {
  test("with method and id is a request", () => {
    const message = parse('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"a": 1e400}}');
    expect(message).toMatchObject({ kind: "request", id: "1", method: "tools/call" });
    expect(message.kind === "request" && message.params?.text()).toBe('{"a": 1e400}');
  });

  test("with method and no id is a notification", () => {
    const message = parse('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    expect(message).toEqual({
      kind: "notification",
      method: "notifications/initialized",
      params: undefined,
    });
  });

  test("with id and result is an answer, its result untouched", () => {
    const result = '{ "n": 12345678901234567890, "text": "},\\"id\\":9}" }';
    const message = parse(`{"jsonrpc":"2.0","result":${result},"id":"a"}`);
    expect(message).toMatchObject({ kind: "result", id: '"a"' });
    expect(message.kind === "result" && message.result.text()).toBe(result);
  });

  test("with id and error is a refusal", () => {
    const message = parse('{"id":1,"error":{"code":-32602,"message":"no","data":{"a":1}}}');
    expect(message).toMatchObject({
      kind: "error",
      id: "1",
      error: { code: -32602, message: "no", data: { a: 1 } },
    });
  });

  test("with an error of another shape still is a refusal", () => {
    const error = { code: RPC_ERROR.internal, message: "unspecified error" };
    expect(parse('{"id":1,"error":"no"}')).toMatchObject({ kind: "error", error });
    expect(parse('{"id":1,"error":{"code":"x"}}')).toMatchObject({ kind: "error", error });
  });

  test('keeps the ids 1 and "1" apart', () => {
    const ids = ["1", '"1"', "1.0", '""', "-7"].map((id) => {
      const message = parse(`{"id":${id},"method":"ping"}`);
      return message.kind === "request" ? message.id : undefined;
    });
    expect(ids).toEqual(["1", '"1"', "1.0", '""', "-7"]);
  });

  test("with a key twice means what JSON.parse would make of it", () => {
    const line = '{"id":1,"result":{"fake":true},"\\u0069d":2,"result":{"real":true}}';
    const message = parse(line);
    expect(message).toMatchObject({ kind: "result", id: "2" });
    expect(message.kind === "result" && message.result.parse()).toEqual({ real: true });
  });

  test("cannot smuggle an id in through a result", () => {
    const line = '{"id":1,"result":{"content":[],"id":2,"nested":{"id":3}}}';
    expect(parse(line)).toMatchObject({ kind: "result", id: "1" });
  });
});

describe("garbage", () => {
  test.each([
    "hello",
    "",
    "1",
    "null",
    '"text"',
    "[]",
    '[{"jsonrpc":"2.0","id":1,"method":"ping"}]',
    '{"id":1,"method":"ping"',
    '{"id":1,"method":"ping"} trailing',
    '\ufeff{"id":1,"method":"ping"}',
    '{"method":tru}',
  ])("%j is no JSON object", (text) => {
    expect(codeOf(text)).toBe(RPC_ERROR.parse);
  });

  test.each([
    "{}",
    '{"id":1}',
    '{"jsonrpc":"2.0","result":{}}',
    '{"method":7,"id":1}',
    '{"method":null,"id":1}',
    '{"error":{"code":1,"message":"x"}}',
  ])("%j is neither a request nor a response", (text) => {
    expect(codeOf(text)).toBe(RPC_ERROR.invalidRequest);
  });

  // MCP: an id is a string or a number; it is echoed, so anything else could break our own frame.
  test.each(["abc", "{}", "[1]", "true", "null", "1x"])(
    "refuses a request with the id %s",
    (id) => {
      expect(codeOf(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toBeNumber();
    },
  );
});

describe("frames", () => {
  const params = new RawJson(Buffer.from('{"n":1e400}'));

  test("are JSON-RPC 2.0, payloads as they came", () => {
    const frame = Buffer.concat(encodeRequest(7, 'a"b', params)).toString();
    expect(frame).toBe('{"jsonrpc":"2.0","id":7,"method":"a\\"b","params":{"n":1e400}}');
    const notification = Buffer.concat(encodeNotification("note", params)).toString();
    expect(notification).toBe('{"jsonrpc":"2.0","method":"note","params":{"n":1e400}}');
    expect(Buffer.concat(encodeResult('"x"', params)).toString()).toBe(
      '{"jsonrpc":"2.0","id":"x","result":{"n":1e400}}',
    );
  });

  test("leave params out when there are none", () => {
    expect(parsed(encodeRequest(1, "ping", undefined))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      method: "ping",
    });
    expect(parsed(encodeNotification("note", undefined))).toEqual({
      jsonrpc: "2.0",
      method: "note",
    });
  });

  test("of an error carry its data only when it has some", () => {
    const bare = { code: -32601, message: "no" };
    const frame = encodeError("1", new RpcError(-32601, "no"));
    expect(parsed(frame)).toEqual({ jsonrpc: "2.0", id: 1, error: bare });
    expect(parsed(encodeError("1", new RpcError(-32601, "no", null)))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      error: { ...bare, data: null },
    });
  });
});
