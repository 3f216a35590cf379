import { describe, expect, test } from "bun:test";
import { RPC_ERROR, RpcError } from "../../src/rpc/message.ts";
import type { IncomingRequest } from "../../src/rpc/peer.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { connect, createSide, settled } from "./peer-pair.ts";

const OPTIONS = { timeoutMs: 60_000 };

function line(text: string): Buffer {
  return Buffer.from(text);
}

/** Answers each request when its method's turn is called. */
function createHeld() {
  const turns = new Map<string, PromiseWithResolvers<RawJson>>();
  const onRequest = ({ method }: IncomingRequest) => {
    const turn = Promise.withResolvers<RawJson>();
    turns.set(method, turn);
    return turn.promise;
  };
  return { onRequest, answer: (method: string) => turns.get(method)?.resolve(RawJson.of(method)) };
}

describe("a request", () => {
  test("gets the other side's answer, byte for byte", async () => {
    const answer = '{ "n": 12345678901234567890, "huge": 1e400 }';
    const { host } = connect({ onRequest: () => Promise.resolve(new RawJson(line(answer))) });
    expect((await host.peer.request("ask", undefined, OPTIONS)).text()).toBe(answer);
  });

  test("carries its method and its params", async () => {
    const asked: unknown[] = [];
    const { host } = connect({
      onRequest: ({ method, params }) => {
        asked.push([method, params?.text()]);
        return Promise.resolve(RawJson.of({}));
      },
    });
    await host.peer.request("bare", undefined, OPTIONS);
    await host.peer.request("full", { a: new RawJson(line("1e400")), b: undefined }, OPTIONS);
    expect(asked).toEqual([
      ["bare", undefined],
      ["full", '{"a":1e400}'],
    ]);
  });

  test("gets its own answer when answers come out of order, in both directions", async () => {
    const [left, right] = [createHeld(), createHeld()];
    const { host, server } = connect(left, right);
    const methods = ["one", "two", "three"];
    const asked = [host, server].flatMap(({ peer }) =>
      methods.map((method) => peer.request(method, undefined, OPTIONS)),
    );
    for (const method of methods.toReversed()) {
      left.answer(method);
      right.answer(method);
    }
    const answers = await Promise.all(asked);
    expect(answers.map((answer) => answer.parse())).toEqual([...methods, ...methods]);
  });

  test("rejects with the error that the other side answers", async () => {
    const error = new RpcError(-32602, "bad params", { at: 1 });
    const { host } = connect({ onRequest: () => Promise.reject(error) });
    const asked = host.peer.request("ask", undefined, OPTIONS);
    expect(await asked.catch((thrown: unknown) => thrown)).toMatchObject({
      name: "RpcError",
      code: -32602,
      message: "bad params",
      data: { at: 1 },
    });
  });

  test("accepts an answer whose id came back as a string", async () => {
    const host = createSide();
    const asked = host.peer.request("ask", undefined, OPTIONS);
    host.peer.receive(line('{"id":"1","result":{"a":1}}'));
    expect((await asked).parse()).toEqual({ a: 1 });
  });
});

describe("an answer to no request of ours", () => {
  test.each([
    '{"id":99,"result":{}}',
    '{"id":"x","result":{}}',
    '{"id":"","result":{}}',
    '{"id":null,"error":{"code":-32700,"message":"secret"}}',
    '{"id":{},"result":{}}',
  ])("%s is garbage", async (answer) => {
    const host = createSide();
    const asked = host.peer.request("ask", undefined, OPTIONS);
    host.peer.receive(line(answer));
    expect(host.faults).toHaveLength(1);
    expect(host.faults.join()).not.toContain("secret");
    host.peer.receive(line('{"id":1,"result":{}}'));
    expect((await asked).parse()).toEqual({});
  });

  test("a second answer is garbage", async () => {
    const host = createSide();
    const asked = host.peer.request("ask", undefined, OPTIONS);
    host.peer.receive(line('{"id":1,"result":"first"}'));
    host.peer.receive(line('{"id":1,"result":"second"}'));
    expect((await asked).parse()).toBe("first");
    expect(host.faults).toHaveLength(1);
  });
});

describe("the other side's request", () => {
  test.each(["1", '"1"', '"a\\u0062"', "-7", "12345678901234567890", '""'])(
    "with the id %s is answered under that id",
    async (id) => {
      const server = createSide();
      server.peer.receive(line(`{"jsonrpc":"2.0","id":${id},"method":"ask"}`));
      await server.peer.drained();
      expect(server.sent).toEqual([`{"jsonrpc":"2.0","id":${id},"result":{}}`]);
    },
  );

  test.each([
    ["an RpcError", () => Promise.reject(new RpcError(-32001, "gone")), -32001, "gone"],
    ["an Error", () => Promise.reject(new Error("oops")), RPC_ERROR.internal, "oops"],
    [
      "something thrown before it waits",
      () => {
        throw new Error("at once");
      },
      RPC_ERROR.internal,
      "at once",
    ],
  ])("that ends with %s is answered with an error", async (_, onRequest, code, message) => {
    const server = createSide({ onRequest });
    server.peer.receive(line('{"id":1,"method":"ask"}'));
    await server.peer.drained();
    expect(server.sent.map((sent): unknown => JSON.parse(sent))).toEqual([
      { jsonrpc: "2.0", id: 1, error: { code, message } },
    ]);
  });
});

describe("notifications and garbage", () => {
  test("a notification arrives once, with its params", () => {
    const { host, server } = connect();
    host.peer.notify("note", RawJson.of({ a: 1 }));
    host.peer.notify("bare");
    expect(server.notes).toEqual([
      { method: "note", params: { a: 1 } },
      { method: "bare", params: undefined },
    ]);
  });

  test("a line that is no message is told, never repeated, and nothing is answered", async () => {
    const server = createSide();
    server.peer.receive(line("password=secret"));
    server.peer.receive(line('{"secret":1}'));
    await settled();
    expect(server.faults).toHaveLength(2);
    expect(server.faults.join()).not.toContain("secret");
    expect(server.sent).toEqual([]);
  });
});

describe("a batch", () => {
  test("is answered with a batch, requests only, garbage told", async () => {
    const server = createSide({ onRequest: ({ method }) => Promise.resolve(RawJson.of(method)) });
    const items = [
      '{"id":1,"method":"one"}',
      '{"method":"note"}',
      "7",
      '{"id":"b","method":"two"}',
    ];
    server.peer.receive(line(`[${items.join(",")}]`));
    await server.peer.drained();
    await settled();
    expect(server.sent.map((sent): unknown => JSON.parse(sent))).toEqual([
      [
        { jsonrpc: "2.0", id: 1, result: "one" },
        { jsonrpc: "2.0", id: "b", result: "two" },
      ],
    ]);
    expect(server.notes).toEqual([{ method: "note", params: undefined }]);
    expect(server.faults).toHaveLength(1);
  });

  test("of notifications is answered with nothing", async () => {
    const server = createSide();
    server.peer.receive(line('[{"method":"note"},{"method":"note"}]'));
    await settled();
    expect(server.sent).toEqual([]);
    expect(server.notes).toHaveLength(2);
  });

  test("cut off is garbage", () => {
    const server = createSide();
    server.peer.receive(line('[{"method":"note"}'));
    expect(server.faults).toHaveLength(1);
    expect(server.notes).toEqual([]);
  });
});
