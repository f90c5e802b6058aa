/**
 * Writes down what this host tells the kernel and what the kernel commands.
 *
 * The file is an event log (docs/kernel.md), which the simulator runs again
 * without a line of this host: when it gets the same statuses and commands, no
 * decision was taken here. Events also come from linked code, in the middle of
 * a turn, so the log stands between everybody and the kernel's exports.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { COMMAND_BYTES, EVENT_LOOK } from "../../kernel/abi.ts";
import { COMMAND_NAMES, EVENT_NAMES, STATUS_NAMES } from "../../kernel/names.ts";
import type { KernelPlan, LinkPlan } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";

/** The kernel's exports that the log has to see; their types are those of kernel/core/kernel.ts. */
export interface LoggedExports {
  readonly memory: WebAssembly.Memory;
  commands(): number;
  capacity(): number;
  tail(): number;
  drained(count: number): number;
  initialise(low: number, high: number, p: number, t: number, m: number, h: number, e: number): number;
  event(kind: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number): number;
}

export class EventLog {
  readonly #path: string;
  #file: number | undefined;
  #text = "";
  /** Commands that were read since the last line. */
  #drained = 0;

  /** Throws HostError when the file cannot be written. */
  constructor(path: string, plan: LinkPlan) {
    this.#path = path;
    this.#attempt(() => (this.#file = openSync(path, "w")));
    this.#line(`# system ${plan.system}`);
    for (const name of plan.root.kernel === undefined ? [] : templateNames(plan, plan.root.kernel))
      this.#line(name);
  }

  /** The same exports, with every event and all commands written down. To be used instead of them by all. */
  of<Exports extends LoggedExports>(exports: Exports): Exports {
    const ring = new Ring(exports);
    const logged: LoggedExports = {
      ...exports,
      initialise: (low, high, ...sizes) => {
        const status = exports.initialise(low, high, ...sizes);
        ring.begin();
        const seed = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
        this.#line(`initialise ${seed} ${sizes.join(" ")}`);
        return status;
      },
      event: (kind, ...words) => {
        const status = exports.event(kind, ...words);
        // The host's own looks change nothing.
        if (kind === EVENT_LOOK && words[0] === 0) return status;
        this.#sayDrained();
        this.#line(
          `${text(EVENT_NAMES, kind, words)}  => ${status < 0 ? (STATUS_NAMES.get(status) ?? status) : status}`,
        );
        for (const [command = 0, ...rest] of ring.fresh())
          this.#line(`    ${text(COMMAND_NAMES, command, rest)}`);
        this.#write();
        return status;
      },
      drained: (count) => {
        this.#drained += count;
        return exports.drained(count);
      },
    };
    return logged as Exports;
  }

  /** The system has ended, and the log is whole. */
  close(): void {
    if (this.#file === undefined) return;
    this.#sayDrained();
    this.#line("end");
    this.#write();
    closeSync(this.#file);
    this.#file = undefined;
  }

  #sayDrained(): void {
    if (this.#drained > 0) this.#line(`drained ${this.#drained}`);
    this.#drained = 0;
  }

  #line(line: string): void {
    this.#text += `${line}\n`;
  }

  /** At each event: the thread may be ended at any moment, and what it did just before is what one looks for. */
  #write(): void {
    const bytes = Buffer.from(this.#text);
    this.#text = "";
    this.#attempt(() => {
      for (let at = 0; this.#file !== undefined && at < bytes.length;) at += writeSync(this.#file, bytes, at);
    });
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#file = undefined;
      const { code } = error as NodeJS.ErrnoException;
      throw new HostError(`The event log ${this.#path} cannot be written (${code ?? String(error)}).`);
    }
  }
}

/** The commands that come into the ring, whenever the host reads them. */
class Ring {
  readonly #exports: LoggedExports;
  #words = new Int32Array();
  #seen = 0;

  constructor(exports: LoggedExports) {
    this.#exports = exports;
  }

  begin(): void {
    this.#words = new Int32Array(this.#exports.memory.buffer);
    this.#seen = this.#exports.tail();
  }

  /** Kind, pid, life and four words of each command that came since this was called last. */
  *fresh(): Generator<Int32Array> {
    const exports = this.#exports;
    const [base, mask] = [exports.commands(), exports.capacity() - 1];
    for (const end = exports.tail(); this.#seen !== end; this.#seen = (this.#seen + 1) | 0) {
      const at = (base + (this.#seen & mask) * COMMAND_BYTES) / Int32Array.BYTES_PER_ELEMENT;
      yield this.#words.subarray(at, at + 7);
    }
  }
}

function text(names: ReadonlyMap<number, string>, kind: number, words: readonly number[]): string {
  const last = words.findLastIndex((word) => word !== 0);
  const unknown = names === EVENT_NAMES ? "event" : "command";
  // Of a word without a sign, the same number on every host.
  const numbers = words.slice(0, last + 1).map((word) => word | 0);
  return [names.get(kind) ?? `${unknown}-${kind}`, ...numbers].join(" ");
}

function templateNames(plan: LinkPlan, { tree }: KernelPlan): string[] {
  return tree.map((node, position) => {
    const name = node.kind === "supervisor" ? node.name : plan.root.processes[node.process]?.name;
    return `# template ${position + 1}: ${node.kind} ${name}`;
  });
}
