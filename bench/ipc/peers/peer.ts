/**
 * What a peer is: a process that carries rounds of a case and times them.
 *
 * Every peer runs in a process of its own, so that no peer's engine state,
 * garbage or panic reaches another, and speaks lines: it prints `ready`, then
 * answers `<case> <rounds>` with `<nanoseconds> <checksum>` or `error <why>`.
 * A peer in JavaScript only says how it carries rounds; serve.ts speaks for it.
 */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Case } from "../cases.ts";
import type { TransportName } from "../transports.ts";
import type { Workspace } from "../workspace.ts";

/** How to start a peer's process. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Carries `rounds` of a case, and gives the checksum (u32). */
export type Carry = (c: Case, rounds: number) => number | Promise<number>;

export interface Peer {
  /** Builds what the peer needs; throws `NotInstalled` for what only a user can provide. */
  prepare(transport: TransportName, workspace: Workspace): Promise<Command>;
}

/** A peer that carries rounds from JavaScript. */
export interface HostedPeer extends Peer {
  /** Called in the peer's own process, after `prepare`. */
  open(transport: TransportName, workspace: Workspace): Promise<Carry>;
}

/** A peer cannot run here, and what to do about it. */
export class NotInstalled extends Error {
  override readonly name = "NotInstalled";
  readonly hint: string;
  constructor(reason: string, hint: string) {
    super(reason);
    this.hint = hint;
  }
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

/** The same command with V8's profiler on, where Node is what it runs; `folder` gets a .cpuprofile at its end. */
export function profiled(command: Command, folder: string): Command {
  const words = [command.program, ...command.arguments];
  const node = words.indexOf(process.execPath);
  if (node < 0) return command;
  const [program, ...rest] = words.toSpliced(node + 1, 0, "--cpu-prof", `--cpu-prof-dir=${folder}`);
  return { program: program!, arguments: rest };
}

export function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Such as `1` of `0-1`: /proc/self/status, `Cpus_allowed_list`. */
function lastAllowedCore(): string {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return list?.split(/[,-]/).at(-1) ?? "0";
}
