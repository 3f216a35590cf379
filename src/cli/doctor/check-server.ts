import { SavedSignIns } from "../../auth/saved-sign-ins.ts";
import { mcpRemoteFolder } from "../../auth/create-token-store.ts";
import type { Config, ServerConfig } from "../../config/config.ts";
import type { AuthSetup } from "../auth-setup.ts";
import { isRemote, type RemoteServer } from "../remote-server.ts";
import { checkCommand } from "./check-command.ts";
import { checkHttp } from "./check-http.ts";
import { checkSession } from "./check-session.ts";
import { checkSignIn, loadSignIn } from "./check-sign-in.ts";
import type { DoctorContext } from "./context.ts";
import type { Finding } from "./finding.ts";

/** Everything that can be wrong with one server, each check only where the one before leaves sense in it. */
export async function checkServer(
  server: ServerConfig,
  context: DoctorContext & { readonly config: Config },
): Promise<Finding[]> {
  if (server.isDisabled) {
    const message = 'it has "disabled": true and is left alone';
    return [{ check: "config", level: "note", server: server.name, message }];
  }
  if (isRemote(server)) return checkRemote(server, context);
  const command = await checkCommand(server, context);
  if (command.some(({ level }) => level === "fail")) return command;
  return [...command, ...(await checkSession(server, context))];
}

async function checkRemote(
  server: RemoteServer,
  context: DoctorContext & { readonly config: Config },
): Promise<Finding[]> {
  const signIn = await loadSignIn(server, authSetup(context));
  const { accessToken } = signIn;
  const headers = {
    ...server.headers,
    ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
  };
  const { answer, findings, isMcp } = await checkHttp(server, { headers, signal: context.signal });
  if (answer === undefined) return [...findings];
  const signInFindings = await checkSignIn(server, { answer, signIn });
  if (!isMcp) return [...findings, ...signInFindings];
  // Headers in place of OAuth: the token is used as it is, and nothing renews it behind our back.
  const session = await checkSession({ ...server, headers, oauth: undefined }, context);
  return [...findings, ...signInFindings, ...session];
}

function authSetup({ config, env, paths, log }: DoctorContext & { config: Config }): AuthSetup {
  const { authFolder: folder } = paths;
  const store = new SavedSignIns(folder, log);
  return { config, folder, log, store, mcpRemoteFolder: mcpRemoteFolder(env) };
}
