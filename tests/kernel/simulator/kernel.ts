/** One instance of `kernel.wasm`, driven as every host drives it. */
import { COMMAND_BYTES, EVENT_LOOK, REPORT_WORDS, STATUS_OK } from "../../../kernel/abi.ts";
import type { Command, KernelEvent } from "./names.ts";

/** Sizes of the kernel's tables. */
export interface Sizes {
  readonly processes: number;
  readonly templates: number;
  readonly messages: number;
  readonly handles: number;
  readonly events: number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  commands(): number;
  capacity(): number;
  report(): number;
  head(): number;
  tail(): number;
  drained(count: number): number;
  initialise(low: number, high: number, p: number, t: number, m: number, h: number, e: number): number;
  event(kind: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number): number;
}

export class Kernel {
  readonly #exports: Exports;
  #words = new Int32Array();
  #commands = 0;
  #report = 0;
  #mask = 0;
  /** Number of the first command that `fresh` has not shown. */
  #shown = 0;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  }

  /** The seed has 64 bits. */
  initialise(seed: number | bigint, sizes: Sizes): number {
    const { processes, templates, messages, handles, events } = sizes;
    const [low, high] = [Number(BigInt(seed) & 0xffffffffn), Number(BigInt(seed) >> 32n)];
    const status = this.#exports.initialise(low, high, processes, templates, messages, handles, events);
    this.#shown = 0;
    this.#words = new Int32Array(this.#exports.memory.buffer);
    this.#commands = this.#exports.commands() / 4;
    this.#report = this.#exports.report() / 4;
    this.#mask = this.#exports.capacity() - 1;
    return status;
  }

  /** Sends without draining the ring. */
  send(event: KernelEvent): number {
    const [kind = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = event;
    return this.#exports.event(kind, a, b, c, d, e, f, g);
  }

  /** All unread commands, which are read by that. */
  drain(): Command[] {
    const found = this.#from(this.#exports.head());
    this.acknowledge(found.length);
    return found;
  }

  /** All unread commands count as read. */
  discard(): void {
    this.#shown = this.#exports.tail();
    this.acknowledge((this.#shown - this.#exports.head()) | 0);
  }

  /** The commands that came since this was called last. They stay unread. */
  fresh(): Command[] {
    return this.#from(this.#shown);
  }

  #from(first: number): Command[] {
    this.#shown = this.#exports.tail();
    const words = COMMAND_BYTES / 4;
    const count = (this.#shown - first) | 0;
    const found: Command[] = [];
    for (let i = 0; i < count; i++) {
      found.push(this.#copy(this.#commands + ((first + i) & this.#mask) * words, words - 1));
    }
    return found;
  }

  /** Whether the ring is so full that an event may be refused. */
  get crowded(): boolean {
    return 2 * ((this.#exports.tail() - this.#exports.head()) | 0) > this.#mask;
  }

  /** False, and nothing happens, when there are not that many commands. */
  acknowledge(count: number): boolean {
    return this.#exports.drained(count) !== 0;
  }

  /** Of its memory. */
  get bytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** The report; undefined when there is nothing of that index. */
  look(what: number, index: number): readonly number[] | undefined {
    if (this.#exports.event(EVENT_LOOK, 0, 0, what, index, 0, 0, 0) !== STATUS_OK) return undefined;
    return this.#copy(this.#report, REPORT_WORDS);
  }

  /** By hand: this is most of what a run does, and `Array.from` of a view takes ten times as long. */
  #copy(at: number, count: number): number[] {
    const words = this.#words;
    const copy: number[] = [];
    for (let i = at; i < at + count; i++) copy.push(words[i] ?? 0);
    return copy;
  }
}
