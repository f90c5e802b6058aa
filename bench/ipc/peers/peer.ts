/** A peer in JavaScript: it only says how it carries rounds, serve.ts speaks for it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, NotInstalled, onPath, type Peer } from "../../harness/peer.ts";
import type { Workspace } from "../../harness/workspace.ts";
import type { Case } from "../cases.ts";
import type { TransportName } from "../transports.ts";

/** Carries `rounds` of a case, and gives the checksum (u32). */
export type Carry = (c: Case, rounds: number) => number | Promise<number>;

export interface HostedPeer extends Peer {
  prepare(transport: TransportName, workspace: Workspace): Promise<Command>;
  /** Called in the peer's own process, after `prepare`. */
  open(transport: TransportName, workspace: Workspace): Promise<Carry>;
}

const SERVE = join(import.meta.dirname, "serve.ts");

/** Starts serve.ts for a peer in JavaScript. */
export function hosted(transport: TransportName, workspace: Workspace): Command {
  return { program: process.execPath, arguments: [SERVE, transport, workspace.folder] };
}

/** The same command with all its threads on one core, the last that is allowed. */
export function onOneCore(command: Command): Command {
  if (!onPath("taskset"))
    throw new NotInstalled(
      "taskset is not on the path, and this peer is measured on one core",
      "apt-get install util-linux",
    );
  return {
    program: "taskset",
    arguments: ["-c", lastAllowedCore(), command.program, ...command.arguments],
  };
}

/** Such as `1` of `0-1`: /proc/self/status, `Cpus_allowed_list`. */
function lastAllowedCore(): string {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return list?.split(/[,-]/).at(-1) ?? "0";
}
