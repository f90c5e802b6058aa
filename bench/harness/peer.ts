/**
 * What a peer is: a process that carries rounds of a case and times them.
 *
 * Every peer runs in a process of its own, so that no peer's engine state,
 * garbage or panic reaches another, and speaks lines: see session.ts.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Workspace } from "./workspace.ts";

/** How to start a peer's process. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The line that ends it, where it does not notice the end of its input. */
  readonly farewell?: string;
}

export interface Peer {
  /** Builds what the peer needs; throws `NotInstalled` for what only a user can provide. */
  prepare(transport: string, workspace: Workspace): Promise<Command>;
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

/** The same command with V8's profiler on, where Node is what it runs; `folder` gets a .cpuprofile at its end. */
export function profiled(command: Command, folder: string): Command {
  const words = [command.program, ...command.arguments];
  const node = words.indexOf(process.execPath);
  if (node < 0) return command;
  const [program, ...rest] = words.toSpliced(node + 1, 0, "--cpu-prof", `--cpu-prof-dir=${folder}`);
  return { ...command, program: program!, arguments: rest };
}

export function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
