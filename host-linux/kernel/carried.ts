/**
 * Handles of processes on their way from one process to another.
 *
 * The rep of such a handle is the kernel's own handle, which counts only for the
 * process that holds it. So whoever passes one on has the kernel told: it is the
 * same handle afterwards, with another holder.
 *
 * One in a message is the receiver's from the moment that it is written there. The
 * receiver learns of it when it reads the message, and nobody does when it never
 * does. So this host knows the handles of each message until they are taken.
 */
import * as abi from "../../kernel/abi.ts";
import type { KernelSource } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Worker, Workers } from "./worker-table.ts";

export interface CarriedParts {
  readonly parts: Parts;
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly workers: Workers;
  /** Who waits for the answer of what runs. */
  readonly served: () => Worker | undefined;
}

interface Item {
  readonly handle: number;
  /** Pid of who has it: a number may be used again meanwhile, for a handle of somebody else. */
  readonly holder: number;
  /** Else the message will not be sent, or the handle leads nowhere. */
  readonly isAlive: boolean;
}

interface Cargo {
  /** Pid of the process that writes the message; 0 once it is sent. */
  writer: number;
  items: Item[];
}

/** Word of LOOK_HANDLE. */
const HOLDER = 1;
/** Of a handle: where it stands in the kernel's table. */
const INDEX = (1 << abi.REF_INDEX_BITS) - 1;

export class Carried {
  readonly #host: CarriedParts;
  /** By address of the message. */
  readonly #cargoes = new Map<number, Cargo>();

  constructor(host: CarriedParts) {
    this.#host = host;
  }

  /** What adapters import; see `Source` in the plan. */
  function(source: Extract<KernelSource, { kind: "give" | "carry" }>): WebAssembly.ImportValue {
    if (source.kind === "give") return this.#giver(source.from, source.to);
    const pid = (): number => this.#pidOf(source.process);
    switch (source.function) {
      case "send":
        return (via: number, handle: number, message: number) => this.#load(pid(), message, handle, via, 0);
      case "reply":
        return (handle: number, message: number) => this.#reply(pid(), message, handle);
      case "sent":
        return (message: number, status: number) => (status < 0 ? this.drop(message) : this.#sent(message));
      case "take":
    }
    return (message: number) => void this.#cargoes.delete(message);
  }

  /** The message has left its writer: it goes on when that ends. */
  #sent(message: number): void {
    const cargo = this.#cargoes.get(message);
    if (cargo === undefined) return;
    cargo.writer = 0;
    cargo.items = cargo.items.filter(({ isAlive }) => isAlive);
  }

  /** Nobody will read the message. */
  drop(message: number): void {
    const cargo = this.#cargoes.get(message);
    if (cargo === undefined) return;
    this.#cargoes.delete(message);
    for (const { handle, holder } of cargo.items) this.dropHandle(handle, holder);
  }

  /** A life is over: what it was writing is sent no more. */
  gone({ pid }: Worker): void {
    for (const [message, { writer }] of this.#cargoes) if (writer === pid) this.drop(message);
  }

  /** Nobody will use it; `holder` 0: whoever has it. */
  dropHandle(handle: number, holder = 0): void {
    this.#host.clock.tell();
    this.#host.kernel.event(abi.EVENT_DROP, holder, handle);
  }

  /** In a call on the caller's stack. No command is carried out now: the callee must not begin anew half-way. */
  #giver(from: number, to: number): (handle: number) => number {
    return (handle) => {
      const status = this.#host.kernel.ask(abi.EVENT_GIVE, this.#pidOf(from), 0, handle, this.#pidOf(to));
      return leadsNowhere(status) ? abi.STATUS_OK : status;
    };
  }

  #load(writer: number, message: number, handle: number, via: number, receiver: number): number {
    const { kernel } = this.#host;
    // Nothing may follow from it yet: the mail knows the one message that is being written, and no other.
    const status = kernel.ask(abi.EVENT_GIVE, writer, via, handle, receiver);
    const isAlive = status >= 0;
    const holder = isAlive ? kernel.lookAt(abi.LOOK_HANDLE, handle & INDEX, HOLDER) : writer;
    this.#note(message, writer, { handle, holder, isAlive });
    return leadsNowhere(status) ? abi.STATUS_OK : status;
  }

  #reply(writer: number, message: number, handle: number): number {
    const caller = this.#host.served();
    if (caller !== undefined) return this.#load(writer, message, handle, 0, caller.pid);
    // The answer is for nobody, and goes as it comes.
    this.#note(message, writer, { handle, holder: writer, isAlive: true });
    return abi.STATUS_OK;
  }

  #note(message: number, writer: number, item: Item): void {
    const cargo = this.#cargoes.get(message);
    if (cargo === undefined) this.#cargoes.set(message, { writer, items: [item] });
    else cargo.items.push(item);
  }

  #pidOf(process: number): number {
    const { workers, parts } = this.#host;
    return workers.existing(process, parts.process(process).name).pid;
  }
}

/** It was taken back meanwhile, or its holder was killed and runs on a little: what is given is a dead handle. */
function leadsNowhere(status: number): boolean {
  return status === abi.STATUS_REVOKED || status === abi.STATUS_STALE;
}
