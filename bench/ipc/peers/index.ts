/** Which file carries which transport. */
import type { Peer } from "../../harness/peer.ts";
import type { TransportName } from "../transports.ts";
import { atollDirect } from "./atoll-direct.ts";
import { childProcess } from "./child-process.ts";
import { floor } from "./floor.ts";
import { imagePeer } from "./image.ts";
import { jco } from "./jco.ts";
import { linuxProcesses } from "./linux-processes.ts";
import type { HostedPeer } from "./peer.ts";
import { rawCalls } from "./raw-calls.ts";
import { worker } from "./worker.ts";

const HOSTED: Partial<Record<TransportName, HostedPeer>> = {
  "atoll-direct-lean": atollDirect,
  "atoll-direct-wat": atollDirect,
  "atoll-fused": atollDirect,
  "atoll-fused-lean": atollDirect,
  "atoll-guarded": atollDirect,
  "atoll-revocable": atollDirect,
  "floor-lean": floor,
  "floor-wat": floor,
  "raw-import": rawCalls,
  "local-call": rawCalls,
  "jco-1.35": jco,
  "jco-1.35-mm": jco,
  "jco-1.16-mm": jco,
  "jco-1.16-mm-wat": jco,
  worker,
  "child-process": childProcess,
};

export function peerOf(transport: TransportName): Peer {
  if (transport.startsWith("native-")) return imagePeer("linux");
  if (transport.startsWith("metal-")) return imagePeer("metal");
  return HOSTED[transport] ?? linuxProcesses;
}

export function hostedPeer(transport: TransportName): HostedPeer {
  const peer = HOSTED[transport];
  if (peer === undefined) throw new Error(`${transport} is no peer in JavaScript`);
  return peer;
}
