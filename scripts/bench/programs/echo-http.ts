import { answer, type Call } from "./echo-tools.ts";

/** Streamable HTTP without sessions; says its port on stdout and ends with its stdin. */
const JSON_TYPE = { headers: { "content-type": "application/json" } };

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    if (new URL(request.url).pathname !== "/mcp") return new Response(null, { status: 404 });
    if (request.method !== "POST") return new Response(null, { status: 405 });
    // as: the bench trusts itself.
    const answered = answer((await request.json()) as Call);
    return answered === undefined
      ? new Response(null, { status: 202 })
      : new Response(answered, JSON_TYPE);
  },
});

await Bun.write(Bun.stdout, `${server.port}\n`);
await Bun.stdin.text();
await server.stop(true);
