/**
 * Slots, and what they point at: the callee, or a stand-in while it cannot be called.
 *
 * Nothing is checked when a call is made. What takes a call away, a process's death
 * or a binding's revocation, repoints the slots that lead there.
 */
import { RESERVED, type Edge, type EdgeFunction } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import { at } from "../bring-up/plan-parts.ts";
import { HostError } from "../host-error.ts";
import { entered } from "./reachable.ts";

/** A function of an edge with its slots. */
interface Binding {
  readonly where: string;
  /** That is entered; absent for devices. */
  readonly process?: number;
  readonly slots: readonly { readonly table: WebAssembly.Table; readonly entry: number }[];
  readonly target: Callee;
  readonly standIns?: { readonly unavailable: Callee; readonly revoked: Callee };
}
type Callee = (...args: unknown[]) => unknown;

interface BoundEdge {
  readonly edge: Edge;
  readonly import: string;
  readonly bindings: readonly Binding[];
  revoked: boolean;
}

export class Bindings {
  readonly #parts: Parts;
  readonly #edges: BoundEdge[] = [];
  readonly #dead = new Set<number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Fills the slots of an edge, whose adapters are there. */
  bind(edge: Edge, where: string, adapters: readonly WebAssembly.Instance[]): void {
    const hole = at(this.#parts.template(edge.consumer).holes, edge.hole, "hole");
    const bindings = edge.functions.map((bound): Binding => {
      const slots = hole.functions.find(({ name }) => name === bound.name)?.slots ?? [];
      const at = `${where}, function ${bound.name}`;
      const callee = (source: EdgeFunction["target"]): Callee =>
        this.#parts.source(where, source, adapters) as Callee;
      const { standIns } = bound;
      const process = entered(edge, bound);
      return {
        where: at,
        ...(process !== undefined && { process }),
        slots: slots.map(({ instance, entry }) => ({
          table: tableOf(at, this.#parts.item(edge.consumer, { instance, export: RESERVED.slots })),
          entry,
        })),
        target: callee(bound.target),
        ...(standIns && {
          standIns: { unavailable: callee(standIns.unavailable), revoked: callee(standIns.revoked) },
        }),
      };
    });
    const bound = { edge, import: hole.name, bindings, revoked: false };
    this.#edges.push(bound);
    this.#point(bound);
  }

  /** An edge inside a domain, which has no slots. */
  keep(edge: Edge): void {
    const hole = at(this.#parts.template(edge.consumer).holes, edge.hole, "hole");
    this.#edges.push({ edge, import: hole.name, bindings: [], revoked: false });
  }

  /** No call gets into the process any more. */
  close(process: number): void {
    this.#dead.add(process);
    this.#pointAllTo(process);
  }

  /** Calls get into the process again, over the bindings that were not revoked. */
  open(process: number): void {
    if (this.#dead.delete(process)) this.#pointAllTo(process);
  }

  isDead(process: number): boolean {
    return this.#dead.has(process);
  }

  /** Takes a consumer's import away, or gives it back. Throws HostError when it has no such import of a process. */
  setRevoked(consumer: number, name: string, revoked: boolean): void {
    const bound = this.#edges.find((e) => e.edge.consumer === consumer && e.import === name);
    if (bound === undefined || bound.edge.provider.kind !== "process") {
      const names = this.#edges
        .filter(({ edge }) => edge.consumer === consumer && edge.provider.kind === "process")
        .map((e) => e.import);
      const process = this.#parts.process(consumer).name;
      throw new HostError(
        `process ${process} imports no ${name} from another process; it imports ${names.join(", ") || "nothing"}.`,
      );
    }
    if (bound.edge.binding === "fused") {
      const process = this.#parts.process(consumer).name;
      throw new HostError(
        `process ${process}, import ${name}: it is fused with its provider, and nothing lies between that could be revoked.`,
      );
    }
    bound.revoked = revoked;
    this.#point(bound);
  }

  #pointAllTo(process: number): void {
    for (const bound of this.#edges) {
      if (bound.bindings.some((binding) => binding.process === process)) this.#point(bound);
    }
  }

  #point({ bindings, revoked }: BoundEdge): void {
    for (const { where, process, slots, target, standIns } of bindings) {
      const dead = process !== undefined && this.#dead.has(process);
      const state = revoked ? "revoked" : dead ? "unavailable" : undefined;
      const callee = state === undefined ? target : standIns?.[state];
      if (callee === undefined) throw new HostError(`${where}: the plan has nothing to put in its place.`);
      for (const { table, entry } of slots) fillSlot(where, table, entry, callee);
    }
  }
}

function tableOf(where: string, value: WebAssembly.ExportValue): WebAssembly.Table {
  if (value instanceof WebAssembly.Table) return value;
  throw new HostError(`${where}: ${RESERVED.slots} is not a table.`);
}

function fillSlot(where: string, table: WebAssembly.Table, entry: number, callee: Callee): void {
  try {
    table.set(entry, callee);
  } catch (error) {
    throw new HostError(`${where}: slot ${entry} cannot be filled: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
