import { beforeEach, expect, test } from "bun:test";
import { EndpointError } from "../../../src/search/models/endpoint.ts";
import { EndpointHealth } from "../../../src/search/models/endpoint-health.ts";
import { recordLog } from "../../catalog/examples.ts";

const { log, lines } = recordLog();
const BUSY = new EndpointError("busy", { isTemporary: true });
const REFUSED = new EndpointError("refused", { status: 401 });

let now: number;
let health: EndpointHealth;

beforeEach(() => {
  now = 0;
  lines.length = 0;
  const options = { log, subject: "it", otherwise: "so be it", restMs: 100, now: () => now };
  health = new EndpointHealth(options);
});

/** How long it rests from now on. */
function restOf(): number {
  const from = now;
  while (health.isResting()) now += 10;
  return now - from;
}

function failThrice(error: EndpointError): void {
  for (let count = 0; count < 3; count++) health.failed(error);
}

test("two failures in a row are forgiven, and so are many with a success between", () => {
  for (let count = 0; count < 10; count++) {
    health.failed(BUSY);
    health.failed(BUSY);
    expect(health.isResting()).toBe(false);
    health.succeeded();
  }
  expect(lines).toEqual([]);
});

test("each rest is twice as long as the one before, up to a quarter of an hour of minutes", () => {
  const rests = Array.from({ length: 6 }, () => {
    failThrice(BUSY);
    return restOf();
  });
  expect(rests).toEqual([100, 200, 400, 800, 1500, 1500]);
  health.succeeded();
  failThrice(BUSY);
  expect(restOf()).toBe(100);
});

test("what no repetition mends is left alone for long at once", () => {
  health.failed(REFUSED);
  expect(restOf()).toBe(1000);
});

test("the endpoint is given the time that it asks for, within reason", () => {
  health.rest(new EndpointError("busy", { isTemporary: true, retryAfterMs: 700 }));
  expect(restOf()).toBe(700);
  health.rest(new EndpointError("busy", { isTemporary: true, retryAfterMs: 1e9 }));
  expect(restOf()).toBe(1500);
});

test("is told of once, and again after it has worked in between", () => {
  health.failed(REFUSED);
  health.failed(REFUSED);
  health.succeeded();
  health.failed(REFUSED);
  const message = "search: it: refused; so be it";
  expect(lines).toEqual([`warn ${message}`, `debug ${message}`, `warn ${message}`]);
});
