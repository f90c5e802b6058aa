/**
 * What the model knows: processes, messages, handles and timers as plain objects.
 *
 * The model is the second implementation of the kernel's rules, written from
 * the rules and with other means: objects and arrays instead of tables, times
 * as numbers, whole histories instead of rings. It takes the numbers that the
 * kernel gives out (pids, handles, refs) as they come, and checks that they are
 * new.
 */
import {
  COMMAND_WAKE,
  FIELD_HANDLES,
  FIELD_RECORDS,
  KIND_SUPERVISOR,
  FIELD_KIND,
  STATE_DOWN,
  STATE_IDLE,
  STATE_STARTING,
  STATE_WAITING,
} from "../../../../kernel/abi.ts";
import { type Command, commandText } from "../names.ts";
import type { Sizes } from "../kernel.ts";

export class Mismatch extends Error {}

export function check(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new Mismatch(message());
}

export type MessageKind = "call" | "cast" | "monitor" | "alarm" | "wait" | "link";

export interface Message {
  readonly kind: MessageKind;
  from: Process | undefined;
  to: Process;
  readonly token: number;
  ref: number;
  detail: number;
  size: number;
  sender: number;
  standing: "armed" | "queued" | "served";
  direct: boolean;
  peer: Message | undefined;
  /** The event in which it was queued: what came in one event has no order. */
  batch: number;
}

export interface Handle {
  number: number;
  holder: Process | undefined;
  readonly provider: number;
  readonly life: number;
  readonly kind: number;
  readonly object: number;
  readonly mask: number;
  readonly parent: Handle | undefined;
  readonly children: Set<Handle>;
  uses: number | undefined;
  rate: number;
  until: number;
  /** Times of uses, for the rate. */
  readonly recent: { since: number; used: number };
}

export interface Timer {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

export class Process {
  life = 0;
  state: number = STATE_DOWN;
  reason = 0;
  origin = 0;
  ending = 0;
  wanted = false;
  mustStop = false;
  stopAsked = false;
  doomed = false;
  told = false;
  dirty = false;
  hasStack = false;
  wake = 0;
  owner: Process | undefined;
  active: Message | undefined;
  wait: Message | undefined;
  timer: Timer | undefined;
  cpu = 0;
  spent = 0;
  failures = 0;
  failedAt = 0;
  /** Event in which it became ready. */
  readySince = 0;
  readonly history: number[] = [];
  readonly children: Process[] = [];
  readonly mail: Message[] = [];
  readonly records: Message[] = [];
  readonly watchers: Message[] = [];
  readonly handles: Handle[] = [];
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly template: readonly number[];
  readonly templateNumber: number;
  readonly name: number;

  constructor(
    pid: number,
    parent: Process | undefined,
    templateNumber: number,
    template: number[],
    name: number,
  ) {
    this.pid = pid;
    this.parent = parent;
    this.templateNumber = templateNumber;
    this.template = template;
    this.name = name;
  }

  field(name: number): number {
    return this.template[name] ?? 0;
  }

  get isSupervisor(): boolean {
    return this.field(FIELD_KIND) === KIND_SUPERVISOR;
  }

  get alive(): boolean {
    return this.state >= STATE_STARTING && this.state <= STATE_WAITING;
  }

  get entered(): boolean {
    return this.state > STATE_IDLE && this.state <= STATE_WAITING && this.owner !== undefined;
  }

  get mailCount(): number {
    return this.mail.filter(({ kind }) => kind === "call" || kind === "cast").length;
  }

  get mailBytes(): number {
    return this.mail.reduce((bytes, { size }) => bytes + size, 0);
  }

  hasRecordRoom(): boolean {
    return this.records.length < this.field(FIELD_RECORDS);
  }

  get depth(): number {
    return this.parent === undefined ? 0 : this.parent.depth + 1;
  }
}

/** More than come of one event. */
const MOST_COMMANDS = 2 ** 20;

export class World {
  now = 0;
  /** Number of the event that is being applied. */
  batch = 0;
  cpu = 0;
  root: Process | undefined;
  current: Process | undefined;
  readonly sizes: Sizes;
  readonly templates: number[][] = [];
  readonly processes: Map<number, Process> = new Map();
  readonly handles: Set<Handle> = new Set();
  readonly messages: Set<Message> = new Set();
  readonly messageTimers: Map<Message, Timer> = new Map();
  readonly pidsSeen: Set<number> = new Set();
  readonly doomed: Process[] = [];
  readonly dirty: Process[] = [];
  readonly passedOver: number[] = [0, 0, 0, 0];
  /** What the kernel has to have commanded by now. */
  expected: Command[] = [];
  /** What it commanded, for numbers that it chose. */
  actual: readonly Command[] = [];
  wake = -1;

  constructor(sizes: Sizes) {
    this.sizes = sizes;
  }

  find(pid: number): Process | undefined {
    return this.processes.get(pid);
  }

  command(kind: number, process: Process | undefined, ...words: number[]): void {
    this.expected.push([kind, process?.pid ?? 0, process?.life ?? 0, ...words]);
  }

  timer(delay: number, fire: () => void): Timer {
    return { due: this.now + delay, order: this.batch * MOST_COMMANDS, fire };
  }

  /**
   * One that is armed along with the command that is expected last. What starts and ends in one event has no order
   * by the rules, but timers that are due at the same time go off in the order in which they were armed.
   */
  commandTimer(delay: number, fire: () => void): Timer {
    const wanted = this.expected.at(-1) ?? [];
    const place = this.actual.findIndex((command) =>
      wanted.slice(0, 3).every((word, i) => command[i] === word),
    );
    const timer = this.timer(delay, fire);
    return { ...timer, order: timer.order + 1 + place };
  }

  get timers(): Timer[] {
    const own = [...this.processes.values()].flatMap(({ timer }) => (timer === undefined ? [] : [timer]));
    return [...own, ...this.messageTimers.values()].sort((a, b) => a.due - b.due || a.order - b.order);
  }

  hasHandleRoom(holder: Process): boolean {
    return this.handles.size < this.sizes.handles && holder.handles.length < holder.field(FIELD_HANDLES);
  }

  /** All commands of the event are those that the rules ask for, in any order. */
  compareCommands(): void {
    if (this.expected.length === 0 && this.actual.length === 0) return;
    const wanted = new Map<string, number>();
    for (const command of this.expected) count(wanted, commandText(command), 1);
    for (const command of this.actual) {
      if (command[0] === COMMAND_WAKE) this.wake = wideOf(command[3], command[4]);
      else count(wanted, commandText(command), -1);
    }
    const wrong = [...wanted].filter(([, difference]) => difference !== 0);
    check(wrong.length === 0, () =>
      wrong.map(([text, difference]) => `${difference > 0 ? "missing" : "unexpected"}: ${text}`).join("\n"),
    );
  }
}

function count(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}

/** A time in two words; the kernel's -1 too. */
export function wideOf(low = 0, high = 0): number {
  return high * 2 ** 32 + (low >>> 0);
}
