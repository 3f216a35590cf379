import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { authorizationHash } from "../../../src/auth/token-store.ts";
import { startHttpFixture } from "../../fixtures/http/http-server.ts";
import { startStatelessHttp } from "../../fixtures/http/stateless.ts";
import { TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";
import { CliHome } from "../cli-home.ts";
import { OAuthLab } from "../oauth-lab.ts";
import { examine } from "./examine.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

/** A web server that answers all requests alike. */
function answering(answer: () => Response) {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  return { url: `http://127.0.0.1:${server.port}/mcp`, [Symbol.dispose]: () => server.stop(true) };
}

test("asks a server that is well, and leaves no session behind", async () => {
  await using http = startHttpFixture();
  await using home = new CliHome();
  const servers = {
    both: { url: http.url("/mcp").href },
    old: { type: "sse", url: http.url("/sse").href },
  };
  const { code, of } = await examine(home, servers);
  for (const name of Object.keys(servers)) {
    expect(of("http", name)).toMatchObject([{ level: "ok" }]);
    expect(of("tools", name)).toMatchObject([{ level: "ok", facts: { tools: 13 } }]);
  }
  expect(of("clock")).toMatchObject([{ level: "ok" }]);
  expect(code).toBe(0);
  expect(http.sessionCount()).toBe(0);
});

test("speaks the stateless protocol where a server does", async () => {
  await using http = startStatelessHttp({ tools: [{ name: "one" }], call: () => ({}) });
  await using home = new CliHome();
  const { of } = await examine(home, { next: { url: http.url } });
  expect(of("session", "next")[0]?.message).toContain("MCP 2026-07-28 (stateless)");
  expect(of("tools", "next")[0]?.facts?.tools).toBe(1);
});

test("tells a web page from MCP, and exits with 4", async () => {
  using page = answering(
    () => new Response("<!doctype html><title>Sign in to Acme</title>", { status: 200 }),
  );
  await using home = new CliHome();
  const { code, of } = await examine(home, { acme: { url: page.url } });
  expect(of("http", "acme")).toMatchObject([
    {
      level: "fail",
      message: expect.stringContaining("a web page"),
      why: 'the page is titled "Sign in to Acme"',
    },
  ]);
  expect(of("session")).toEqual([]);
  expect(code).toBe(4);
});

test.each([
  ["/api", "http", "/mcp", undefined],
  ["/sse", "http", undefined, "sse"],
  ["/mcp", "sse", undefined, "http"],
] as const)("at %s as %s, finds where MCP is", async (path, type, rightPath, rightType) => {
  await using http = startHttpFixture();
  await using home = new CliHome();
  const { code, todo } = await examine(home, { it: { type, url: http.url(path).href } });
  const advice = todo.join("\n");
  if (rightPath !== undefined) expect(advice).toContain(`"url": "${http.url(rightPath).href}"`);
  if (rightType !== undefined) expect(advice).toContain(`"type": "${rightType}"`);
  expect(code).toBe(4);
  expect(http.sessionCount()).toBe(0);
});

test("says that a server which answers 401 publishes no way to sign in, and exits with 5", async () => {
  using closed = answering(() => new Response("no", { status: 401 }));
  await using home = new CliHome();
  const { code, of } = await examine(home, { closed: { url: closed.url } });
  expect(of("sign-in", "closed")).toMatchObject([
    {
      level: "fail",
      message: expect.stringContaining("publishes no way to sign in"),
      fix: expect.stringContaining('"headers"'),
    },
  ]);
  expect(code).toBe(5);
});

test("says where to sign in, and begins no sign-in", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  const { code, of } = await examine(home, { lab: { url: lab.mcpUrl } });
  expect(of("sign-in", "lab")).toMatchObject([
    { level: "fail", message: expect.stringContaining(lab.origin), fix: "mcpzip login lab" },
  ]);
  expect(code).toBe(5);
  expect(lab.count("POST /register") + lab.count("POST /token")).toBe(0);
});

test("uses a saved token, and neither renews one that has expired nor shows either", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  await home.configure({ lab: { url: lab.mcpUrl } });
  await home.run(["login", "lab"], { hasBrowser: true });
  // The lab signs in and initializes, and knows no more of MCP.
  const good = await examine(home, { lab: { url: lab.mcpUrl } }, { words: ["--timeout", "1"] });
  expect(good.of("http", "lab")).toMatchObject([{ level: "ok" }]);
  expect(good.of("sign-in", "lab")).toMatchObject([
    { level: "ok", message: expect.stringContaining("renewed by itself") },
  ]);

  const file = join(home.authFolder, home.tokenFiles()[0] ?? "");
  await Bun.write(
    file,
    JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), expires_at: 9 }),
  );
  const before = readFileSync(file, "utf8");
  const renewals = lab.count("POST /token");
  const over = await examine(home, { lab: { url: lab.mcpUrl } });
  expect(over.of("sign-in", "lab")).toMatchObject([
    { level: "ok", message: expect.stringContaining("will be renewed") },
  ]);
  expect(over.code).toBe(0);
  expect(lab.count("POST /token")).toBe(renewals);
  expect(readFileSync(file, "utf8")).toBe(before);
  for (const secret of lab.issued) expect(good.text + over.text).not.toContain(secret);
});

test("leaves a damaged file of tokens where it is, and says so without its content", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  mkdirSync(home.authFolder, { recursive: true });
  const file = join(home.authFolder, `${authorizationHash(lab.mcpUrl)}.json`);
  await Bun.write(file, '{"access_token": "hush-hush');
  const { code, of, text } = await examine(home, { lab: { url: lab.mcpUrl } });
  expect(of("sign-in", "lab")).toMatchObject([
    { level: "fail", message: expect.stringContaining("is damaged") },
  ]);
  expect(code).toBe(5);
  expect(text).not.toContain("hush");
  expect(readFileSync(file, "utf8")).toContain("hush");
});

test("says that headers are refused, and does not show them", async () => {
  await using lab = new OAuthLab();
  await using home = new CliHome();
  const headers = { Authorization: "Bearer hush-hush" };
  const { code, of, text } = await examine(home, { lab: { url: lab.mcpUrl, headers } });
  expect(of("sign-in", "lab")[0]?.message).toContain("refuses the configured headers");
  expect(code).toBe(5);
  expect(text).not.toContain("hush");
});

test("names a port where nothing listens", async () => {
  const { port } = await startAndStop();
  await using home = new CliHome();
  const url = `http://127.0.0.1:${port}/mcp`;
  const { code, of } = await examine(home, { it: { url } });
  expect(of("http", "it")[0]?.message).toBe(`nothing listens at 127.0.0.1:${port}`);
  expect(code).toBe(4);
});

test("says where a server sends its clients on to, and does not follow", async () => {
  using other = answering(() => Response.json({ jsonrpc: "2.0", id: 1, result: {} }));
  using moved = answering(() => Response.redirect(other.url, 308));
  await using home = new CliHome();
  const { of } = await examine(home, { it: { url: moved.url } });
  expect(of("http", "it")).toMatchObject([
    { level: "fail", message: expect.stringContaining(other.url) },
  ]);
});

test("finds that the clock is wrong, and exits with 6", async () => {
  const date = new Date(Date.now() + 10 * 60_000).toUTCString();
  using ahead = answering(() => new Response("later", { status: 503, headers: { date } }));
  await using home = new CliHome();
  const { code, of } = await examine(home, { it: { url: ahead.url } });
  expect(of("clock")).toMatchObject([
    { level: "fail", message: expect.stringContaining("10 min behind") },
  ]);
  expect(code).toBe(6);
});

test("names a certificate that is not trusted as a matter of this machine", async () => {
  await using home = new CliHome();
  const [key, cert] = [join(home.path, "key.pem"), join(home.path, "cert.pem")];
  const made = Bun.spawnSync(
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`.split(
      " ",
    ),
  );
  expect(made.exitCode).toBe(0);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key: Bun.file(key), cert: Bun.file(cert) },
    fetch: () => new Response("unseen"),
  });
  try {
    const it = { url: `https://localhost:${server.port}/mcp` };
    const { code, of } = await examine(home, { it });
    expect(of("network", "it")).toMatchObject([
      { level: "fail", fix: expect.stringContaining("NODE_EXTRA_CA_CERTS") },
    ]);
    expect(code).toBe(6);
    const trusting = await examine(home, { it }, { env: { NODE_EXTRA_CA_CERTS: cert } });
    expect(trusting.of("network")).toMatchObject([{ level: "ok" }]);
    expect(trusting.code).toBe(4);
  } finally {
    await server.stop(true);
  }
});

/** A port that was free a moment ago. */
async function startAndStop(): Promise<{ port: number }> {
  const fixture = startHttpFixture();
  await fixture.stop();
  return { port: fixture.port };
}
