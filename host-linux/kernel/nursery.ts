/**
 * Where processes that are made at run time get their instances, and leave them.
 *
 *     spawn ──▶ place from the pool, or a new one ──▶ the process lives, and lives again
 *                     ▲                                             │
 *                     └────── the kernel knows it no more ◀─────────┘
 *
 * A place is a position after those of the plan, with an instance of its own, and
 * adapters to other processes. It is what costs time to make and does not go away when
 * it is let go of, so the next process of the same kind begins in it: reset in
 * place, as a restart is. There are as many places as there ever were processes at
 * a time, which the supervisor bounds.
 */
import { RESERVED, type Edge, type LinkPlan } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import type { Worker } from "./worker-table.ts";

export interface Place {
  /** Of the process; no other has it while this one is not given back. */
  readonly position: number;
  /** The process of the plan that it is like. */
  readonly template: number;
  /** Mutable, as adapters of such a process import it. */
  readonly pid: WebAssembly.Global<"i32">;
}

export interface NurseryHooks {
  /** Instantiates the adapters of an edge and points the slots of the process there. */
  readonly bindEdge: (edge: Edge) => void;
  /** Lets messages get to the process. */
  readonly bindMailbox: (position: number) => void;
  /** Whether the kernel still knows a process. */
  readonly isKnown: (worker: Worker) => boolean;
  /** The kernel does not know it any more: nobody may find it. */
  readonly forget: (worker: Worker) => void;
}

export class Nursery {
  readonly #parts: Parts;
  readonly #hooks: NurseryHooks;
  /** That are left to bind, by template. */
  readonly #edges: ReadonlyMap<number, readonly Edge[]>;
  readonly #free = new Map<number, Place[]>();
  readonly #places = new Map<number, Place>();
  /** Those whose life is over: they may be started again, or never. */
  #ended: Worker[] = [];

  constructor(plan: LinkPlan, parts: Parts, hooks: NurseryHooks) {
    this.#parts = parts;
    this.#hooks = hooks;
    const edges = plan.root.edges.filter(({ merged }) => merged !== true);
    this.#edges = Map.groupBy(edges, ({ consumer }) => consumer);
  }

  /** A place for a process with this pid. Throws HostError when the plan cannot be instantiated. */
  place(template: number, pid: number): Place {
    this.sweep();
    const place = this.#free.get(template)?.pop() ?? this.#make(template);
    place.pid.value = pid;
    return place;
  }

  /** Of a position that was given out. */
  at(position: number): Place | undefined {
    return this.#places.get(position);
  }

  /** A life is over. */
  ended(worker: Worker): void {
    if (worker.hasEnded || !this.#places.has(worker.position)) return;
    worker.hasEnded = true;
    this.#ended.push(worker);
  }

  /** Takes back the places of those that the kernel knows no more. */
  sweep(): void {
    if (this.#ended.length > 0) this.#ended = this.#ended.filter((worker) => !this.#isSettled(worker));
  }

  /** It lives again, or its place was taken back. */
  #isSettled(worker: Worker): boolean {
    // What runs of it has not noticed yet.
    if (worker.dying || worker.stack !== undefined) return false;
    const isKnown = this.#hooks.isKnown(worker);
    if (isKnown && !worker.alive) return false;
    worker.hasEnded = false;
    if (!isKnown) this.#takeBack(worker);
    return true;
  }

  #takeBack(worker: Worker): void {
    this.#hooks.forget(worker);
    const place = this.#places.get(worker.position);
    if (place === undefined) return;
    const free = this.#free.get(place.template) ?? [];
    this.#free.set(place.template, free);
    free.push(place);
  }

  #make(template: number): Place {
    const position = this.#parts.spawn(template);
    const place = { position, template, pid: this.#parts.spawned.word(position, RESERVED.pid) };
    this.#places.set(position, place);
    try {
      this.#parts.spawned.making(position, () => {
        for (const edge of this.#edges.get(template) ?? [])
          this.#hooks.bindEdge({ ...edge, consumer: position });
        this.#hooks.bindMailbox(position);
      });
    } catch (error) {
      this.#places.delete(position);
      throw error;
    }
    return place;
  }
}
