import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { RequestTimeoutError, type RequestOptions } from "../../src/rpc/pending-requests.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";
import { createSide, type Side } from "./peer-pair.ts";

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A request to a side that never answers by itself, and how it ended. */
function ask(side: Side, options: RequestOptions, params?: Readonly<Record<string, unknown>>) {
  const ended: unknown[] = [];
  const asked = side.peer.request("ask", params, options).then(
    (result) => ended.push(result.parse()),
    (error: unknown) => ended.push(error),
  );
  return { asked, ended };
}

function sentLine(side: Side, at: number): unknown {
  return JSON.parse(side.sent.at(at) ?? "null");
}

function progress(side: Side, token: number | string): void {
  const params = { progressToken: token, progress: 1 };
  side.peer.receive(Buffer.from(JSON.stringify({ method: "notifications/progress", params })));
}

describe("a request that is not answered in time", () => {
  test("rejects and is cancelled on the other side", async () => {
    const host = createSide();
    const { asked, ended } = ask(host, { timeoutMs: 1500 });
    jest.advanceTimersByTime(1499);
    expect(host.sent).toHaveLength(1);
    jest.advanceTimersByTime(1);
    await asked;
    expect(ended).toEqual([expect.any(RequestTimeoutError)]);
    expect(String(ended[0])).toContain("1.5 s");
    expect(sentLine(host, 1)).toEqual({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 1, reason: "no answer within 1.5 s" },
    });
  });

  test("may be answered late, once, without that being a fault", async () => {
    const host = createSide();
    const { asked } = ask(host, { timeoutMs: 10 });
    jest.advanceTimersByTime(10);
    await asked;
    host.peer.receive(Buffer.from('{"id":1,"result":{}}'));
    expect(host.faults).toEqual([]);
    host.peer.receive(Buffer.from('{"id":1,"result":{}}'));
    expect(host.faults).toHaveLength(1);
  });

  test("leaves no timer behind once it is answered or closed", async () => {
    const host = createSide();
    const answered = ask(host, { timeoutMs: 10 });
    const closed = ask(host, { timeoutMs: 10 });
    host.peer.receive(Buffer.from('{"id":1,"result":{}}'));
    host.peer.close(new Error("closed"));
    await Promise.all([answered.asked, closed.asked]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("progress", () => {
  test("is asked for only when somebody listens", () => {
    const host = createSide();
    ask(host, { timeoutMs: 10 }, { a: 1 });
    expect(sentLine(host, 0)).toEqual({ jsonrpc: "2.0", id: 1, method: "ask", params: { a: 1 } });
  });

  test("is asked for with a token of ours, the rest of _meta kept", () => {
    const host = createSide();
    const meta = new RawJson(Buffer.from('{"progressToken":"theirs","trace":1e400}'));
    ask(host, { timeoutMs: 10, onProgress: () => {} }, { a: 1, _meta: meta });
    expect(host.sent[0]).toContain('"params":{"a":1,"_meta":{"progressToken":1,"trace":1e400}}');
  });

  test.each(["null", "7", '"x"', "[1]"])("is asked for although _meta is %s", (meta) => {
    const host = createSide();
    const params = { _meta: new RawJson(Buffer.from(meta)) };
    ask(host, { timeoutMs: 10, onProgress: () => {} }, params);
    expect(sentLine(host, 0)).toMatchObject({ params: { _meta: { progressToken: 1 } } });
  });

  test("pushes the timeout back, but not beyond the cap", async () => {
    const host = createSide();
    const heard: unknown[] = [];
    const { asked, ended } = ask(host, {
      timeoutMs: 100,
      maxTotalMs: 250,
      onProgress: (params) => heard.push(params.parse()),
    });
    for (let sign = 0; sign < 4; sign++) {
      jest.advanceTimersByTime(60);
      progress(host, 1);
    }
    jest.advanceTimersByTime(9);
    expect(host.sent).toHaveLength(1);
    jest.advanceTimersByTime(1);
    await asked;
    expect(ended).toEqual([expect.any(RequestTimeoutError)]);
    expect(heard).toEqual(Array.from({ length: 4 }, () => ({ progressToken: 1, progress: 1 })));
  });

  test("without a cap of its own pushes nothing back", async () => {
    const host = createSide();
    const { asked, ended } = ask(host, { timeoutMs: 100, onProgress: () => {} });
    jest.advanceTimersByTime(60);
    progress(host, 1);
    jest.advanceTimersByTime(40);
    await asked;
    expect(ended).toEqual([expect.any(RequestTimeoutError)]);
  });

  test("of a token that is not ours is dropped", () => {
    const host = createSide();
    const heard: unknown[] = [];
    ask(host, { timeoutMs: 100, onProgress: (params) => heard.push(params) });
    progress(host, 2);
    progress(host, "theirs");
    expect(heard).toEqual([]);
    expect(host.notes).toEqual([]);
  });
});
