import { describe, expect, test } from "bun:test";
import type { IncomingRequest } from "../../src/rpc/peer.ts";
import { RequestCancelledError } from "../../src/rpc/pending-requests.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { connect, createSide, settled } from "./peer-pair.ts";

const OPTIONS = { timeoutMs: 60_000 };

/** Holds every request, so that a test can look at its signal and answer it. */
function createHolder() {
  const held: IncomingRequest[] = [];
  const answers: PromiseWithResolvers<RawJson>[] = [];
  const onRequest = (request: IncomingRequest) => {
    const answer = Promise.withResolvers<RawJson>();
    held.push(request);
    answers.push(answer);
    return answer.promise;
  };
  const answerAll = () => answers.forEach(({ resolve }) => resolve(RawJson.of({})));
  return { held, onRequest, answerAll };
}

function receive(side: { readonly peer: { receive(line: Buffer): void } }, text: string): void {
  side.peer.receive(Buffer.from(text));
}

describe("a request that we cancel", () => {
  test("rejects, aborts the work of the other side, and gets no answer", async () => {
    const holder = createHolder();
    const { host, server } = connect(holder);
    const controller = new AbortController();
    const asked = host.peer.request("ask", undefined, { ...OPTIONS, signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow(RequestCancelledError);
    expect(holder.held.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(JSON.parse(host.sent.at(-1) ?? "")).toMatchObject({
      method: "notifications/cancelled",
      params: { requestId: 1 },
    });
    holder.answerAll();
    await settled();
    expect(server.sent).toEqual([]);
    expect(server.notes).toEqual([]);
  });

  test("leaves the others alone", async () => {
    const holder = createHolder();
    const { host } = connect(holder);
    const controller = new AbortController();
    const cancelled = host.peer.request("one", undefined, {
      ...OPTIONS,
      signal: controller.signal,
    });
    const kept = host.peer.request("two", undefined, OPTIONS);
    controller.abort();
    holder.answerAll();
    await expect(cancelled).rejects.toThrow(RequestCancelledError);
    expect((await kept).parse()).toEqual({});
  });

  test("before it is sent is never sent", async () => {
    const { host } = connect();
    const signal = AbortSignal.abort();
    const asked = host.peer.request("ask", undefined, { ...OPTIONS, signal });
    await expect(asked).rejects.toThrow(RequestCancelledError);
    expect(host.sent).toEqual([]);
  });

  test("after its answer is not cancelled any more", async () => {
    const { host } = connect();
    const controller = new AbortController();
    await host.peer.request("ask", undefined, { ...OPTIONS, signal: controller.signal });
    controller.abort();
    expect(host.sent).toHaveLength(1);
  });
});

describe("a request that the other side cancels", () => {
  test.each([
    ["1", "1", true],
    ['"1"', '"1"', true],
    ["1", '"1"', false],
    ["1", "2", false],
  ])("with the id %s by the id %s: aborted %p", async (id, requestId, isAborted) => {
    const holder = createHolder();
    const server = createSide(holder);
    receive(server, `{"id":${id},"method":"ask"}`);
    receive(server, `{"method":"notifications/cancelled","params":{"requestId":${requestId}}}`);
    expect(holder.held.map(({ signal }) => signal.aborted)).toEqual([isAborted]);
    holder.answerAll();
    await server.peer.drained();
    expect(server.sent).toHaveLength(isAborted ? 0 : 1);
  });

  test.each(["", ',"params":{}', ',"params":[1]', ',"params":{"requestId":{}}'])(
    "without a usable id does nothing: %s",
    (params) => {
      const holder = createHolder();
      const server = createSide(holder);
      receive(server, '{"id":1,"method":"ask"}');
      receive(server, `{"method":"notifications/cancelled"${params}}`);
      expect(holder.held.map(({ signal }) => signal.aborted)).toEqual([false]);
    },
  );
});

describe("close", () => {
  test("rejects every request with its reason and tells the other side nothing", async () => {
    const { host } = connect(createHolder());
    const asked = ["one", "two"].map((method) => host.peer.request(method, undefined, OPTIONS));
    host.peer.close(new Error("the pipe broke"));
    const outcomes = await Promise.allSettled(asked);
    const reason = expect.objectContaining({ message: "the pipe broke" });
    expect(outcomes).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    expect(host.sent).toHaveLength(2);
  });

  test("aborts what is being served, whose answers go nowhere", async () => {
    const holder = createHolder();
    const server = createSide(holder);
    receive(server, '{"id":1,"method":"ask"}');
    server.peer.close(new Error("closed"));
    expect(holder.held.map(({ signal }) => signal.aborted)).toEqual([true]);
    holder.answerAll();
    await server.peer.drained();
    expect(server.sent).toEqual([]);
  });

  test("is for good: nothing is sent afterwards, and the first reason stays", async () => {
    const { host } = connect();
    host.peer.close(new Error("first"));
    host.peer.close(new Error("second"));
    host.peer.notify("note");
    await expect(host.peer.request("ask", undefined, OPTIONS)).rejects.toThrow("first");
    expect(host.sent).toEqual([]);
  });

  test("lets nothing in: a request that arrives afterwards is neither served nor answered", async () => {
    const holder = createHolder();
    const server = createSide(holder);
    server.peer.close(new Error("closed"));
    receive(server, '{"id":1,"method":"ask"}');
    holder.answerAll();
    await settled();
    expect(server.sent).toEqual([]);
    expect(holder.held).toEqual([]);
  });
});

describe("drained", () => {
  test("resolves at once when nothing is being served", async () => {
    await createSide().peer.drained();
  });

  test("resolves, for everyone who waits, when the last answer has been sent", async () => {
    const holder = createHolder();
    const server = createSide(holder);
    const resolved: string[] = [];
    receive(server, '{"id":1,"method":"one"}');
    receive(server, '{"id":2,"method":"two"}');
    void server.peer.drained().then(() => resolved.push(`first after ${server.sent.length}`));
    void server.peer.drained().then(() => resolved.push(`second after ${server.sent.length}`));
    await settled();
    expect(resolved).toEqual([]);
    holder.answerAll();
    await settled();
    expect(resolved).toEqual(["first after 2", "second after 2"]);
  });
});
