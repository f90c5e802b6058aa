/**
 * What every device is: functions by their WIT name, on behalf of one process.
 *
 * Core signatures are those of a lifted export over the transfer memory; see
 * `Source` in the link plan. i64 travels as bigint.
 */
import type { Grant } from "../../toolchain/link/plan.ts";
import type { SeededRun } from "../seeded-run.ts";
import type { HttpListeners } from "./http/listeners.ts";
import type { StandardStreams } from "../standard-streams.ts";
import type { Descriptors } from "./files/descriptors.ts";
import type { KernelDoor } from "./kernel-door.ts";
import type { OpenFiles } from "./open-files.ts";
import type { OpenSockets } from "./sockets/open-sockets.ts";
import type { Transfer } from "./transfer.ts";

type CoreValue = number | bigint;
export type DeviceFunction = (...args: never[]) => CoreValue | void;
export type Device = Readonly<Record<string, DeviceFunction>>;

/** What a host gives its devices to work with. */
export interface DeviceContext {
  readonly process: { readonly name: string };
  readonly transfer: Transfer;
  readonly terminal: Terminal;
  readonly streams: Streams;
  /** What the directories of all processes have opened: a handle may be passed from one to another. */
  readonly files: OpenFiles;
  /** Those of all processes, open as long as the system runs. */
  readonly http: HttpListeners;
  /** As above: their sockets. */
  readonly sockets: OpenSockets;
  /** What `atoll:device/files` has opened for all processes, likewise. */
  readonly descriptors: Descriptors;
  /**
   * A resource of the device, by name and rep, as an own handle that its function can return; `also` for each
   * after the first that it returns.
   */
  readonly give: (resource: string, rep: number, also?: boolean) => number;
  /** Absent unless the run has a seed. */
  readonly seeded?: SeededRun;
  /** Absent in a system without a kernel. */
  readonly kernel?: KernelDoor;
  /**
   * To be called in a function of the device: what wakes the process that called it, if that waits by
   * `atoll:kernel/wakeup`, or makes its next wait return at once. It can be called at any time and as often as
   * wanted; after the end of the process's life, and in a system without a kernel, it does nothing. For one life
   * it is always the same function, so that a set of them does not grow.
   */
  readonly waker: () => () => void;
  /** Throws Stopped once the host wants the system to end; each device function calls it first. */
  readonly checkStop: () => void;
}

/** The text side of the host: where lines go, and where they come from. */
export interface Terminal {
  /** Writes one line, as UTF-8 without its end, tagged with the process. */
  writeLine(process: string, line: Uint8Array): void;
  /** Waits for a line of input, as UTF-8 without its end; undefined at the end of input. The whole system waits. */
  readLine(): Uint8Array | undefined;
  /** Hands the next line to `taker`, without waiting for it; to another one, when it returns false. */
  askLine?(taker: (line: Uint8Array | undefined) => boolean): void;
}

/** Standard streams as bytes; see standard-streams.ts. */
export type Streams = Pick<StandardStreams, "write" | "read" | "isTerminal">;

export type GrantOf<D extends Grant["device"]> = Extract<Grant, { device: D }>;
