import { Peer, type PeerHandlers } from "../../src/rpc/peer.ts";
import { RawJson } from "../../src/rpc/raw-json.ts";

/** One end of a connection in memory, and what has passed through it. */
export interface Side {
  readonly peer: Peer;
  /** The lines that this side has sent. */
  readonly sent: string[];
  readonly notes: { readonly method: string; readonly params: unknown }[];
  readonly faults: string[];
}

/** A side whose frames go to `deliver`, or nowhere. */
export function createSide(
  handlers: Partial<PeerHandlers> = {},
  deliver: (line: Buffer) => void = () => {},
): Side {
  const side: Omit<Side, "peer"> = { sent: [], notes: [], faults: [] };
  const send = (frame: readonly Buffer[]) => {
    const line = Buffer.concat(frame);
    side.sent.push(line.toString());
    deliver(line);
  };
  const peer = new Peer(send, {
    onRequest: () => Promise.resolve(RawJson.of({})),
    onNotification: (method, params) => side.notes.push({ method, params: params?.parse() }),
    onGarbage: (fault) => side.faults.push(fault),
    ...handlers,
  });
  return { ...side, peer };
}

/** Two sides connected back to back: what `host` sends `server` receives at once, and the reverse. */
export function connect(
  server: Partial<PeerHandlers> = {},
  host: Partial<PeerHandlers> = {},
): { readonly host: Side; readonly server: Side } {
  const hostSide: Side = createSide(host, (line) => serverSide.peer.receive(line));
  const serverSide: Side = createSide(server, (line) => hostSide.peer.receive(line));
  return { host: hostSide, server: serverSide };
}

/** Lets everything happen that waits for nothing but promises. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
