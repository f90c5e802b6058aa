/**
 * Deaths: who dies of a trap that a guard caught, and who is told.
 *
 * Dead is every process that the marks say was inside: the one that was called
 * over the guard, and those that it had called. When it is not inside itself, the
 * trap is its caller's to answer for and goes on, up to the guard of that one.
 *
 * A guard may have caught a stack overflow, and have little stack itself. So marks
 * are cleared last: if deciding overflows the stack again, the next guard finds
 * all of them, and decides for its own callee too.
 */
import { FAULTS, type Fault } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import type { KeptWords, LastWords } from "../trap/abort-message.ts";
import type { TrapReport } from "../trap/trap.ts";
import type { Bindings } from "./bindings.ts";
import { Estates } from "./estates.ts";
import { isGuestFault, isStackOverflow } from "./fault.ts";
import { Reach } from "../../toolchain/link/plan-reach.ts";
import type { UnfinishedCall } from "./unfinished.ts";

/** What a monitor is told of a process. */
export interface Death {
  readonly process: string;
  /** What a guarded caller got for it. */
  readonly reason: Fault;
  /** The process that trapped: another than `process` if this one was in a plain call to it. */
  readonly originator: string;
  /** Where and how it trapped; worked out when it is first read. */
  readonly report: TrapReport | undefined;
}

/** How what was thrown is put into words. */
export interface Describer {
  readonly report: (error: unknown, kept: KeptWords) => TrapReport | undefined;
  /** What a process says of its end now. */
  readonly lastWords: (process: number) => LastWords;
  /** It was a quota that ended one of the processes of the plan whose code may have been on the stack. */
  readonly exhausted: (error: unknown, processes: readonly number[]) => boolean;
}

/** Processes that died together. */
export interface Burial {
  /** Positions, of those that share a life too. */
  readonly dead: readonly number[];
  /** The one that trapped. */
  readonly originator: number;
  readonly reason: Fault;
  /** There is no stack left to do anything now. */
  readonly outOfStack: boolean;
}

/** More deaths than this are not kept: the oldest are forgotten first, a few at once. */
const MOST_KEPT = 20;
const FORGOTTEN_AT_ONCE = 5;

/** The trap that some died of together. */
class Cause {
  /** What they said, by process of the plan, as far as their memories were made new since. */
  #words: Map<number, LastWords> | undefined;
  readonly #describe: (cause: Cause) => TrapReport | undefined;
  #known: { readonly report: TrapReport | undefined } | undefined;

  constructor(describe: (cause: Cause) => TrapReport | undefined) {
    this.#describe = describe;
  }

  get words(): Map<number, LastWords> {
    return (this.#words ??= new Map());
  }

  report(): TrapReport | undefined {
    return (this.#known ??= { report: this.#describe(this) }).report;
  }
}

/** A class, because a literal with an accessor takes as long to make as all the rest of a death. */
class KeptDeath implements Death {
  readonly position: number;
  readonly process: string;
  readonly reason: Fault;
  readonly originator: string;
  readonly cause: Cause;

  constructor(position: number, process: string, reason: Fault, originator: string, cause: Cause) {
    this.position = position;
    this.process = process;
    this.reason = reason;
    this.originator = originator;
    this.cause = cause;
  }

  get report(): TrapReport | undefined {
    return this.cause.report();
  }
}

export class Deaths {
  readonly #parts: Parts;
  readonly #bindings: Bindings;
  readonly #describer: Describer;
  readonly #kept: KeptDeath[] = [];
  /** By process: the deaths whose last words stand in its memory still. */
  readonly #unsettled: (KeptDeath[] | undefined)[] = [];
  /** What the dead leave. */
  readonly estates: Estates;
  /** Let go of while code of it was on the stack: what becomes of that is no news. */
  readonly #letGo = new Set<number>();
  readonly #listeners = new Set<(death: Death) => void>();
  readonly #reach: Reach;
  /** Told of each burial, when all is settled: it may reset the dead. */
  onBurial: (burial: Burial) => void = () => {};

  constructor(parts: Parts, bindings: Bindings, describer: Describer) {
    this.#parts = parts;
    this.#bindings = bindings;
    this.#reach = new Reach(parts.plan, (process) => parts.spawned.templateOf(process));
    this.#describer = describer;
    this.estates = new Estates(parts, (process, run) => this.#contain(process, run));
  }

  /** The oldest first. */
  get kept(): readonly Death[] {
    return this.#kept;
  }

  /** Returns what ends the listening. */
  listen(listener: (death: Death) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** See `GuardDecisions`. */
  caught(process: number, error: unknown, call?: UnfinishedCall): number {
    if (!isGuestFault(error)) throw error;
    if (call?.stale) return this.#revoked(process, call);
    if (!this.isInside(process)) {
      if (call !== undefined) this.estates.undo(call);
      this.#settleAfter(error);
      throw error;
    }
    const dead = this.#reach.from(process).filter((other) => this.isInside(other));
    return this.#bury(dead, error, process);
  }

  /** What ran for the host has ended in a trap: a message to the process, its entry, or its initialisers. */
  ended(process: number, error: unknown): void {
    const reach = this.#reach.from(process);
    const inside =
      reach.length === 1 ? reach : reach.filter((other) => other === process || this.isInside(other));
    this.#bury(inside, error, process);
  }

  /**
   * It ends without a trap: calls into it end now, and what it owned is given up.
   * @param isRunning code of it is still on the stack, and a guard will want to know.
   */
  letGo(process: number, isRunning: boolean): void {
    const members = this.#parts.membersWith(process);
    for (const member of members) this.#bindings.close(member);
    for (const member of members) this.estates.release(member);
    for (const member of isRunning ? members : []) this.#letGo.add(member);
    if (isRunning) return;
    for (const member of members) this.clear(member);
    this.estates.settle();
  }

  /** Nobody dies of a stale handle: the call is undone, or what it would have returned is given up. */
  #revoked(process: number, call: UnfinishedCall): number {
    this.estates.undo(call);
    this.clear(process);
    this.estates.settle();
    return FAULTS.indexOf("revoked") + 1;
  }

  /** Its code cannot trap, so nobody else was inside. */
  condemn(process: number): number {
    return this.#bury([process], new WebAssembly.RuntimeError("unreachable"), process);
  }

  /** @param called the process whose call has ended so; the others were called by it. */
  #bury(died: readonly number[], error: unknown, called: number): number {
    const dead = this.#withMembers(died);
    for (const other of dead) this.#bindings.close(other);
    const onStack = this.#reach.from(this.#parts.spawned.templateOf(called));
    const reason: Fault = this.#describer.exhausted(error, onStack) ? "exhausted" : "crashed";
    const first = died.length === 1 ? died[0]! : Math.min(...died);
    const originator = this.#parts.process(first).name;
    const cause = new Cause(({ words }) => {
      // Reports look for the words of the plan's processes, and of those that were kept.
      for (const position of dead) if (this.#parts.spawned.isSpawned(position)) this.settle(position);
      return this.#describer.report(error, words);
    });
    const news = this.#letGo.size === 0 ? dead : dead.filter((position) => !this.#letGo.has(position));
    const deaths = news.map(
      (position) => new KeptDeath(position, this.#parts.process(position).name, reason, originator, cause),
    );
    for (const other of dead) this.estates.release(other);
    for (const other of dead) this.clear(other);
    this.#keep(deaths);
    const outOfStack = isStackOverflow(error);
    if (!outOfStack) this.estates.settle();
    this.onBurial({ dead, originator: first, reason, outOfStack });
    return FAULTS.indexOf(reason) + 1;
  }

  /** With those that share their lives. Providers come before consumers in a plan: whoever was innermost is the first. */
  #withMembers(died: readonly number[]): readonly number[] {
    const [only] = died;
    if (died.length === 1 && only !== undefined) return this.#parts.membersWith(only);
    return [...new Set(died.flatMap((other) => this.#parts.membersWith(other)))].sort((a, b) => a - b);
  }

  /** Where the stack is used up, destructors would die of that. */
  #settleAfter(error: unknown): void {
    if (!isStackOverflow(error)) this.estates.settle();
  }

  /** Runs code of a process on behalf of the host. Who dies of a trap is dead, and the trap goes on. */
  runInside(process: number, run: () => void): void {
    const mark = this.#parts.mark(process);
    if (mark !== undefined) mark.value = 1;
    try {
      run();
    } catch (error) {
      this.caught(process, error);
      throw error;
    }
    this.clear(process);
  }

  #contain(process: number, run: () => void): void {
    try {
      this.runInside(process, run);
    } catch (error) {
      if (!isGuestFault(error)) throw error;
    }
  }

  /** Before the process's memory is made new, what it says of its end is read. The rest of a report can wait. */
  settle(process: number): void {
    const deaths = this.#unsettled[process];
    if (deaths === undefined) return;
    this.#unsettled[process] = undefined;
    const words = this.#describer.lastWords(process);
    const known = this.#parts.spawned.templateOf(process);
    for (const death of deaths) death.cause.words.set(known, words);
  }

  #keep(deaths: readonly KeptDeath[]): void {
    this.#kept.push(...deaths);
    const surplus = this.#kept.length - MOST_KEPT;
    if (surplus >= FORGOTTEN_AT_ONCE) for (const death of this.#kept.splice(0, surplus)) this.#forget(death);
    for (const death of deaths) {
      const others = this.#unsettled[death.position];
      if (others === undefined) this.#unsettled[death.position] = [death];
      else others.push(death);
    }
    for (const death of deaths) for (const listener of this.#listeners) listener(death);
  }

  /** Of a process that is never started again nobody else would. */
  #forget(death: KeptDeath): void {
    if (this.#unsettled[death.position]?.at(-1) === death) this.#unsettled[death.position] = undefined;
  }

  /** None of those that it can have on its stack is in a call. */
  isAlone(process: number): boolean {
    return this.#reach.from(process).every((other) => other === process || !this.isInside(other));
  }

  /** It is in a call that a guard may end. */
  isInside(process: number): boolean {
    return this.#parts.mark(process)?.value === 1;
  }

  /** The process is in no call any more. */
  clear(process: number): void {
    if (this.#letGo.size > 0) this.#letGo.delete(process);
    const mark = this.#parts.mark(process);
    if (mark !== undefined) mark.value = 0;
  }
}
