/**
 * Alarms and notices: what the kernel calls in processes, if they export it.
 */
import { REASON_NORMAL, RUN_ALARM } from "../../kernel/abi.ts";
import { SIGNALS, type ExportedFunction } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import { callable } from "../bring-up/plan-parts.ts";
import type { Job } from "./scheduler.ts";
import type { Worker } from "./worker-table.ts";

interface Signal {
  /** A core function. */
  readonly call: unknown;
  readonly after: () => void;
}

export class Signals {
  readonly #parts: Parts;
  /** By position; undefined where that was not looked for. */
  readonly #alarms: (Signal | "none" | undefined)[] = [];
  readonly #notices: (Signal | "none" | undefined)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the worker is run for: `kind` is RUN_ALARM or RUN_NOTICE; undefined when it has no such function. */
  jobOf(worker: Worker, kind: number, token: number, reason: number): Job | undefined {
    const isAlarm = kind === RUN_ALARM;
    const { position } = worker;
    const known = isAlarm ? this.#alarms : this.#notices;
    const name = isAlarm ? SIGNALS.alarm : SIGNALS.notice;
    const signal = (known[position] ??= this.#find(position, name) ?? "none");
    if (signal === "none") return undefined;
    const args = [token, isAlarm ? 0 : reason - REASON_NORMAL] as const;
    return { kind: "function", worker, call: signal.call, args, done: signal.after };
  }

  /** Of a domain, the member that has it. */
  #find(position: number, name: string): Signal | undefined {
    for (const member of this.#parts.membersWith(position)) {
      const found = this.#parts.template(member).exports.find((exported) => exported.name === name);
      if (found !== undefined) return this.#made(member, found);
    }
    return undefined;
  }

  #made(process: number, { name, func, postReturn }: ExportedFunction): Signal {
    const where = `process ${this.#parts.process(process).name}, ${name}`;
    const after = postReturn && callable(where, this.#parts.item(process, postReturn));
    return { call: this.#parts.item(process, func), after: () => void after?.() };
  }
}
