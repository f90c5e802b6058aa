/**
 * kernel.wasm, as this host drives it: events in, commands out.
 *
 * An event can be sent from anywhere, also by linked code in the middle of a turn
 * and while a command is being carried out. So commands are read out of the ring
 * at once and carried out one after the other, by whoever drains first.
 */
import {
  COMMAND_BYTES,
  COMMAND_RUN,
  EVENT_LOOK,
  EVENT_NEXT,
  NEXT_RUN,
  REPORT_WORDS,
  STATUS_DRAIN,
  STATUS_OK,
  STATUS_STALE,
} from "../../kernel/abi.ts";
import type { KernelPlan } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";

/** What kernel/core/kernel.ts exports. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  version(): number;
  commands(): number;
  capacity(): number;
  report(): number;
  head(): number;
  tail(): number;
  drained(count: number): number;
  initialise(low: number, high: number, p: number, t: number, m: number, h: number, e: number): number;
  readonly event: (
    kind: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
  ) => number;
}

/** Words as in kernel/abi.ts. */
export interface Command {
  readonly kind: number;
  readonly pid: number;
  readonly life: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const COMMAND_WORDS = COMMAND_BYTES / 4;
/** Of the ring, that may lie there read. */
const OWED_PART = 16;

export class Kernel {
  readonly #exports: KernelExports;
  readonly #words: Int32Array;
  readonly #ring: number;
  readonly #report: number;
  readonly #mask: number;
  readonly #carryOut: (command: Command) => void;
  /** Read, and not carried out yet: from `next` up to `end`. What lies there otherwise is of no account. */
  readonly #queue: Command[] = [];
  #next = 0;
  #end = 0;
  #draining = false;
  /** Number of the first command that was not read. */
  #head: number;
  /** Commands that were read, and that the kernel has not been told of: that can wait, as the ring is large. */
  #owed = 0;
  readonly #mostOwed: number;
  /** Of those that say who runs next there is one for each message. */
  readonly #run: Mutable<Command> = { kind: 0, pid: 0, life: 0, a: 0, b: 0, c: 0, d: 0 };

  /**
   * Throws HostError when the kernel does not take the sizes.
   * @param carryOut is called with one command after the other; it may send events. It must not throw.
   */
  constructor(
    exports: KernelExports,
    { tables, tree }: KernelPlan,
    seed: number,
    carryOut: (command: Command) => void,
  ) {
    const { processes, messages, handles, events } = tables;
    const status = exports.initialise(seed, 0, processes, tree.length, messages, handles, events);
    if (status !== STATUS_OK) {
      throw new HostError(
        `The kernel has no room for ${processes} processes, ${messages} messages and ${handles} handles (status ${status}).`,
      );
    }
    this.#exports = exports;
    this.#carryOut = carryOut;
    this.#words = new Int32Array(exports.memory.buffer);
    this.#ring = exports.commands() / 4;
    this.#report = exports.report() / 4;
    this.#mask = exports.capacity() - 1;
    this.#head = exports.head();
    this.#mostOwed = exports.capacity() / OWED_PART;
  }

  /** `event` itself, which drains nothing, and refuses an event when it has no room for what follows. */
  get door(): KernelExports["event"] {
    return this.#exports.event;
  }

  /** Sends an event, and carries out what follows from it. Returns a status. */
  event(kind: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0): number {
    const status = this.ask(kind, a, b, c, d, e, f, g);
    this.drain();
    return status;
  }

  /**
   * EVENT_NEXT: the command to run somebody, once all before it are carried out; or a status.
   * The command is good until this is called again.
   * @param finished pid of whose turn is over, which nobody waits for; 0: none. It may have ended meanwhile.
   */
  next(finished: number): Command | number {
    const told = this.ask(EVENT_NEXT, finished);
    const status = told === STATUS_STALE && finished !== 0 ? this.ask(EVENT_NEXT) : told;
    if (status !== NEXT_RUN) {
      this.drain();
      return status;
    }
    const first = this.#head;
    // Nothing else commands to run anybody, and it is the last: where it is the first unread one, there is no other.
    if (this.#next === this.#end && this.#kindOf(first) === COMMAND_RUN) {
      this.#head = (first + 1) | 0;
      this.#owed += 1;
      if (this.#owed >= this.#mostOwed) this.#pay();
      return this.#fill(this.#run, first);
    }
    this.#read();
    this.#end -= 1;
    const run = this.#queue[this.#end]!;
    this.drain();
    return run;
  }

  /** Sends an event; commands stay in the ring until somebody drains it. */
  ask(kind: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0): number {
    const status = this.#exports.event(kind, a, b, c, d, e, f, g);
    if (status !== STATUS_DRAIN) return status;
    this.#read();
    this.#pay();
    return this.#exports.event(kind, a, b, c, d, e, f, g);
  }

  /** Carries out all commands there are; returns at once where that is going on further out. */
  drain(): void {
    this.#read();
    if (this.#draining || this.#next === this.#end) return;
    this.#draining = true;
    try {
      while (this.#next < this.#end) this.#carryOut(this.#queue[this.#next++]!);
    } finally {
      if (this.#next === this.#end) this.#next = this.#end = 0;
      this.#draining = false;
    }
  }

  /** The words of a report (LOOK_*; `index` from 1); undefined when there is nothing of that index. */
  look(what: number, index: number): Int32Array | undefined {
    if (this.#exports.event(EVENT_LOOK, 0, 0, what, index, 0, 0, 0) !== STATUS_OK) return undefined;
    return this.#words.slice(this.#report, this.#report + REPORT_WORDS);
  }

  /** One word of a report, for what is asked often. */
  lookAt(what: number, index: number, word: number): number {
    const status = this.#exports.event(EVENT_LOOK, 0, 0, what, index, 0, 0, 0);
    return status === STATUS_OK ? (this.#words[this.#report + word] ?? 0) : 0;
  }

  #read(): void {
    const first = this.#head;
    const count = (this.#exports.tail() - first) | 0;
    if (count === 0) return;
    this.#head = (first + count) | 0;
    for (let i = 0; i < count; i++) this.#queue[this.#end++] = this.#command(first + i);
    this.#owed += count;
    this.#pay();
  }

  #pay(): void {
    if (this.#owed > 0) this.#exports.drained(this.#owed);
    this.#owed = 0;
  }

  #kindOf(number: number): number {
    return this.#words[this.#ring + (number & this.#mask) * COMMAND_WORDS] ?? 0;
  }

  #command(number: number): Command {
    return this.#fill({ kind: 0, pid: 0, life: 0, a: 0, b: 0, c: 0, d: 0 }, number);
  }

  #fill(command: Mutable<Command>, number: number): Command {
    const at = this.#ring + (number & this.#mask) * COMMAND_WORDS;
    const words = this.#words;
    command.kind = words[at] ?? 0;
    command.pid = words[at + 1] ?? 0;
    command.life = words[at + 2] ?? 0;
    command.a = words[at + 3] ?? 0;
    command.b = words[at + 4] ?? 0;
    command.c = words[at + 5] ?? 0;
    command.d = words[at + 6] ?? 0;
    return command;
  }
}
