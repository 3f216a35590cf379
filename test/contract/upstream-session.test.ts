import { startHttpFixture } from "../fixtures/http/http-server.ts";
import { httpServer, sseServer, stdioServer } from "../fixtures/server-config.ts";
import { describeUpstreamSession, type Implementation } from "./upstream-session.ts";

describeUpstreamSession("stdio", () => ({
  server: (fixture) => stdioServer(`${fixture}.ts`),
  title: (fixture) => fixture,
  [Symbol.asyncDispose]: () => Promise.resolve(),
}));

describeUpstreamSession("Streamable HTTP", () => overHttp("http"));

describeUpstreamSession("HTTP with SSE", () => overHttp("sse"));

function overHttp(type: "http" | "sse"): Implementation {
  const fixture = startHttpFixture();
  return {
    server: () =>
      type === "http" ? httpServer(fixture.url("/mcp")) : sseServer(fixture.url("/sse")),
    title: () => "HTTP fixture",
    [Symbol.asyncDispose]: () => fixture.stop(),
  };
}
