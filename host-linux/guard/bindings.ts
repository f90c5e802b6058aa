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
import { entered } from "../../toolchain/link/plan-reach.ts";

/** A function of an edge with its slots. */
interface Binding {
  readonly where: string;
  /** That is entered; absent for devices. */
  readonly process?: number;
  /** The imports that it is handed on through. */
  readonly through: readonly string[];
  readonly slots: readonly { readonly table: WebAssembly.Table; readonly entry: number }[];
  readonly target: Callee;
  readonly standIns?: { readonly unavailable: Callee; readonly revoked: Callee };
}
type Callee = (...args: unknown[]) => unknown;

interface BoundEdge {
  readonly edge: Edge;
  readonly bindings: readonly Binding[];
}

/** An import of a process, with all that it may lead to. */
interface Import {
  readonly consumer: number;
  readonly name: string;
  readonly edges: BoundEdge[];
  /** The one that fills the slots. */
  active?: BoundEdge;
  revoked: boolean;
}

export class Bindings {
  readonly #parts: Parts;
  readonly #imports = new Map<string, Import>();
  /** By process: the imports that may lead into it. */
  readonly #into = new Map<number, Set<Import>>();
  /** By process. */
  readonly #isDead: boolean[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Fills the slots of an edge, whose adapters are there; not those of one that stands by. */
  bind(edge: Edge, where: string, adapters: readonly WebAssembly.Instance[]): void {
    const hole = at(this.#parts.template(edge.consumer).holes, edge.hole, "hole");
    const bindings = edge.functions.map((bound): Binding => {
      const slots = hole.functions.find(({ name }) => name === bound.name)?.slots ?? [];
      const at = `${where}, function ${bound.name}`;
      const callee = (source: EdgeFunction["target"]): Callee =>
        this.#parts.source(where, source, adapters) as Callee;
      const { standIns, handedOn } = bound;
      // What is sent to a dead process the kernel refuses.
      const process = bound.message === undefined ? entered(edge, bound) : undefined;
      return {
        where: at,
        ...(process !== undefined && { process }),
        through: (handedOn?.through ?? []).map((step) => keyOf(step.process, step.hole)),
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
    const bound = { edge, bindings };
    // Of thousands that are made at run time nothing is kept that nobody could take away.
    const isMade = this.#parts.spawned.isSpawned(edge.consumer);
    if (isMade && bindings.every(({ process }) => process === undefined)) return this.#point(bound, false);
    const found = this.#add(bound, hole.name);
    if (found.active === bound) this.#point(bound, found.revoked);
  }

  /** An edge inside a domain, which has no slots. */
  keep(edge: Edge): void {
    this.#add({ edge, bindings: [] }, at(this.#parts.template(edge.consumer).holes, edge.hole, "hole").name);
  }

  /** No call gets into the process any more. */
  close(process: number): void {
    this.#isDead[process] = true;
    this.#pointInto(process);
  }

  /** Calls get into the process again, over the bindings that were not revoked. */
  open(process: number): void {
    if (this.#isDead[process] !== true) return;
    this.#isDead[process] = false;
    this.#pointInto(process);
  }

  /**
   * Takes a consumer's import away, or gives it back; and with it what others have of that by way of the consumer.
   * Throws HostError when it has no such import, or one that is fused.
   */
  setRevoked(consumer: number, name: string, revoked: boolean): void {
    const found = this.#find(consumer, name);
    found.revoked = revoked;
    const key = keyOf(consumer, name);
    if (found.active !== undefined) this.#point(found.active, revoked);
    for (const other of this.#imports.values()) {
      if (other.active?.bindings.some(({ through }) => through.includes(key))) {
        this.#point(other.active, other.revoked);
      }
    }
  }

  /** Leads a consumer's import to another process. Throws HostError when the plan has no such edge. */
  rebind(consumer: number, name: string, process: number): void {
    const found = this.#find(consumer, name);
    const chosen = found.edges.find((bound) => leadsTo(bound) === process);
    if (chosen === undefined) {
      const names = found.edges.map((bound) => this.#providerName(bound));
      throw new HostError(
        `process ${this.#parts.process(consumer).name}, import ${name}: it cannot be led to ${this.#parts.process(process).name}, only to ${names.join(", ")}; \`alternatives\` in system.ts names others.`,
      );
    }
    found.active = chosen;
    this.#point(chosen, found.revoked);
  }

  #add(bound: BoundEdge, name: string): Import {
    const { consumer, standby } = bound.edge;
    const key = keyOf(consumer, name);
    const found = this.#imports.get(key) ?? { consumer, name, edges: [], revoked: false };
    this.#imports.set(key, found);
    found.edges.push(bound);
    for (const { process } of bound.bindings) {
      if (process !== undefined) this.#into.set(process, (this.#into.get(process) ?? new Set()).add(found));
    }
    if (standby !== true) found.active = bound;
    return found;
  }

  #providerName({ edge: { consumer, provider } }: BoundEdge): string {
    if (provider.kind === "process") return this.#parts.process(provider.process).name;
    const grants = this.#parts.process(consumer).grants;
    return provider.kind === "device" ? at(grants, provider.grant, "grant").device : "itself";
  }

  /** An import that leads out of the process. */
  #find(consumer: number, name: string): Import {
    const found = this.#imports.get(keyOf(consumer, name));
    const process = this.#parts.process(consumer).name;
    if (found?.active?.edge.provider.kind === "spawner") {
      throw new HostError(
        `process ${process}, import ${name}: it calls by the handles of processes that others gave it, and has no binding of its own.`,
      );
    }
    if (found === undefined || !leadsOut(found)) {
      const names = [...this.#imports.values()]
        .filter((other) => other.consumer === consumer && leadsOut(other))
        .map((other) => other.name);
      throw new HostError(
        `process ${process} imports no ${name}; it imports ${names.join(", ") || "nothing"}.`,
      );
    }
    if (found.active?.edge.binding === "fused") {
      throw new HostError(
        `process ${process}, import ${name}: it is fused with its provider, and nothing lies between that could be revoked.`,
      );
    }
    return found;
  }

  #pointInto(process: number): void {
    for (const { active, revoked } of this.#into.get(process) ?? []) {
      if (active !== undefined) this.#point(active, revoked);
    }
  }

  #point({ bindings }: BoundEdge, revoked: boolean): void {
    for (const { where, process, through, slots, target, standIns } of bindings) {
      const taken = revoked || through.some((key) => this.#imports.get(key)?.revoked);
      const dead = process !== undefined && this.#isDead[process] === true;
      const state = taken ? "revoked" : dead ? "unavailable" : undefined;
      const callee = state === undefined ? target : standIns?.[state];
      if (callee === undefined) throw new HostError(`${where}: the plan has nothing to put in its place.`);
      for (const { table, entry } of slots) fillSlot(where, table, entry, callee);
    }
  }
}

/** The process at the other end; none for a device. */
function leadsTo({ edge: { provider } }: BoundEdge): number {
  return provider.kind === "process" ? provider.process : -1;
}

/** Not to the linker's own functions, nor to other components in the process's file. */
function leadsOut({ active }: Import): boolean {
  const kind = active?.edge.provider.kind;
  return kind === "process" || kind === "device";
}

function keyOf(consumer: number, name: string): string {
  return `${consumer} ${name}`;
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
