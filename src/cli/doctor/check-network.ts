import { readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import type { DoctorContext } from "./context.ts";
import { counted } from "./counted.ts";
import type { Finding } from "./finding.ts";

/** As our fetch reads them: of two spellings the lower case counts. */
const PROXY_VARIABLES = ["http_proxy", "https_proxy", "all_proxy"] as const;
const CA_FILES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"] as const;
const PROXY_TIMEOUT_MS = 3000;

/** Proxy variables, and those that name certificates. */
export async function checkNetwork({ env }: Pick<DoctorContext, "env">): Promise<Finding[]> {
  const proxies = await Promise.all(PROXY_VARIABLES.map((name) => proxyFindings(name, env)));
  const files = await Promise.all(CA_FILES.map((name) => caFindings(name, env[name])));
  const findings = [
    ...proxies.flat(),
    ...files.flat(),
    ...(await folderFindings(env.SSL_CERT_DIR)),
    ...tlsFindings(env),
  ];
  if (findings.length > 0) return findings;
  return [network("ok", "no proxy, and the system's certificates")];
}

async function proxyFindings(lower: string, env: DoctorContext["env"]): Promise<Finding[]> {
  const upper = lower.toUpperCase();
  const name = (env[lower] ?? "") === "" ? upper : lower;
  const value = env[name] ?? "";
  if (value === "") return [];
  const fix = `set ${name} to http://HOST:PORT, or unset it`;
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (url === null) return [network("fail", `${name} is not an address`, fix)];
  if (!/^https?:$/.test(url.protocol)) {
    const message = `${name} names a ${url.protocol.slice(0, -1)} proxy, which mcpzip cannot use`;
    return [network("fail", message, fix)];
  }
  // Never the whole of it: a proxy's password stands in its address.
  const where = `${url.hostname}:${url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port}`;
  const fault = await connectFault(url);
  if (fault !== undefined)
    return [network("fail", `${name} names ${where}, which does not answer (${fault})`, fix)];
  const clash = env[lower] !== undefined && env[upper] !== undefined && env[lower] !== env[upper];
  const clashFix = `make ${lower} and ${upper} equal`;
  if (clash)
    return [network("warn", `${lower} and ${upper} differ; ${lower} counts here`, clashFix)];
  return [network("ok", `${name}: remote servers are asked through ${where}${exceptions(env)}`)];
}

function exceptions(env: DoctorContext["env"]): string {
  const list = env.no_proxy || env.NO_PROXY;
  return list ? `, except ${list}` : "";
}

async function connectFault({ hostname, port, protocol }: URL): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
    timeout: PROXY_TIMEOUT_MS,
  });
  socket.once("connect", () => resolve(undefined));
  socket.once("timeout", () => resolve(`nothing within ${PROXY_TIMEOUT_MS / 1000} s`));
  socket.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  const fault = await promise;
  socket.destroy();
  return fault;
}

async function caFindings(name: string, path: string | undefined): Promise<Finding[]> {
  if (path === undefined || path === "") return [];
  const fix = `set ${name} to a file of certificates in PEM form, or unset it`;
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined)
    return [network("fail", `${name} names ${path}, which cannot be read`, fix)];
  const count = text.split("-----BEGIN CERTIFICATE-----").length - 1;
  if (count === 0) return [network("fail", `${name}: ${path} holds no certificate`, fix)];
  return [network("ok", `${name}: ${counted(count, "certificate")} in ${path}`)];
}

async function folderFindings(path: string | undefined): Promise<Finding[]> {
  if (path === undefined || path === "") return [];
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return [network("ok", `SSL_CERT_DIR: ${path}`)];
  return [network("fail", `SSL_CERT_DIR names ${path}, which is no folder`, "unset SSL_CERT_DIR")];
}

function tlsFindings({ NODE_TLS_REJECT_UNAUTHORIZED: value }: DoctorContext["env"]): Finding[] {
  if (value !== "0") return [];
  const message = "NODE_TLS_REJECT_UNAUTHORIZED is 0: anybody on the way can pose as any server";
  return [network("warn", message, "unset NODE_TLS_REJECT_UNAUTHORIZED")];
}

function network(level: Finding["level"], message: string, fix?: string): Finding {
  return { check: "network", level, message, fix };
}
