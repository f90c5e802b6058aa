/**
 * What processes hold by the plan: handles of the kernel, for the wires that send, spawn, or give handles, and
 * for who may look at everybody.
 *
 * The handles of a process go when it ends, so each start gives them anew. Guests
 * never see one: adapters have them in globals, and this host those for looking.
 */
import * as abi from "../../kernel/abi.ts";
import {
  RESERVED,
  type Edge,
  type Grant,
  type KernelPlan,
  type Limits,
  type LinkPlan,
} from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Worker, Workers } from "./worker-table.ts";

export interface AuthorityParts {
  readonly parts: Parts;
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly workers: Workers;
  /** Of each node of the tree, 0 for what is not there at first. */
  readonly pids: readonly number[];
  readonly tree: KernelPlan["tree"];
}

const ALL = -1;
/** Its word in the report of a handle. */
const DERIVED_FROM = 7;
const WORD = 2 ** 32;

type Global = WebAssembly.Global<"i32">;

export class Authorities {
  readonly #host: AuthorityParts;
  /** Of what sends or spawns, by the consumer's position in the plan. */
  readonly #edges: ReadonlyMap<number, readonly Edge[]>;
  /** By the consumer's position, then by hole. */
  readonly #held: Global[][] = [];
  /** Positions in the plan of who is granted introspection. */
  readonly #lookers: ReadonlySet<number>;
  /** Their handles, by position. */
  readonly #looks = new Map<number, number>();
  /** What an operator has taken away. */
  readonly #revoked = new Set<Edge>();

  constructor(plan: LinkPlan, host: AuthorityParts) {
    this.#host = host;
    const holding = plan.root.edges.filter((edge) => edge.standby !== true && needsHandle(edge));
    this.#edges = Map.groupBy(holding, ({ consumer }) => consumer);
    this.#lookers = new Set(
      plan.root.processes.flatMap(({ grants }, i) => (grants.some(isIntrospection) ? [i] : [])),
    );
  }

  /** The handle by which a process sends or spawns through a hole, 0 while it has none. */
  global(process: number, hole: number): Global {
    const holes = (this.#held[process] ??= []);
    return (holes[hole] ??= this.#host.parts.spawned.word(process, RESERVED.authority + hole));
  }

  /** The handle by which a process may look at the kernel's tables, 0 while it has none. */
  look(process: number): number {
    return this.#looks.get(process) ?? 0;
  }

  /** Gives a process that starts the authority that its wires and grants say. */
  endow(worker: Worker): void {
    const { parts } = this.#host;
    for (const position of parts.membersWith(worker.position)) {
      const planned = parts.spawned.templateOf(position);
      for (const edge of this.#edges.get(planned) ?? []) this.#give(worker, position, edge);
      if (this.#lookers.has(planned)) {
        this.#looks.set(position, this.#endow(worker, this.#host.pids[0] ?? 0, abi.HANDLE_LOOK, 0));
      }
    }
  }

  /**
   * Takes away, or gives back, that by which a process gets handles over an import, and all that it has made of it;
   * what it has spawned is its own. False when that import is no process view with such a wire.
   */
  setRevoked(consumer: number, name: string, revoked: boolean): boolean {
    const { parts, workers, kernel, clock } = this.#host;
    const { holes } = parts.template(consumer);
    const edge = this.#edges
      .get(consumer)
      ?.find(({ hole, provider }) => provider.kind === "spawner" && holes[hole]?.name === name);
    if (edge === undefined) return false;
    if (this.#revoked.has(edge) === revoked) return true;
    if (revoked) this.#revoked.add(edge);
    else this.#revoked.delete(edge);
    clock.tell();
    for (const position of this.#held.keys()) {
      const worker = parts.spawned.templateOf(position) === consumer ? workers.at(position) : undefined;
      if (worker === undefined) continue;
      const held = this.global(position, edge.hole).value;
      if (held !== 0) kernel.event(abi.EVENT_REVOKE, 0, this.#wholeOf(held));
      this.#give(worker, position, edge);
    }
    return true;
  }

  /** Of a handle with the limits of its wire: the one without, from which it is derived. */
  #wholeOf(handle: number): number {
    const index = handle & ((1 << abi.REF_INDEX_BITS) - 1);
    return this.#host.kernel.lookAt(abi.LOOK_HANDLE, index, DERIVED_FROM) || handle;
  }

  #give(worker: Worker, position: number, edge: Edge): void {
    const handle = this.#revoked.has(edge) ? abi.STATUS_REVOKED : this.#handleFor(worker, edge);
    this.global(position, edge.hole).value = Math.max(handle, 0);
  }

  #handleFor(worker: Worker, edge: Edge): number {
    const handle = this.#wholeFor(worker, edge);
    return handle < 0 || edge.limits === undefined ? handle : this.#narrow(worker, handle, edge.limits);
  }

  /** What there is without limits. */
  #wholeFor(worker: Worker, edge: Edge): number {
    if (isSpawner(edge)) return this.#spawnerFor(worker, edge.provider.process);
    const receiver = receiverOf(edge);
    if (receiver === undefined) return abi.STATUS_REVOKED;
    return this.#endow(worker, this.#pidOf(receiver, worker, edge), abi.HANDLE_CALL, 0);
  }

  /** Of what is spawned each is its own receiver. */
  #pidOf(receiver: number, worker: Worker, { consumer }: Edge): number {
    const { workers, parts } = this.#host;
    return receiver === consumer ? worker.pid : workers.existing(receiver, parts.process(receiver).name).pid;
  }

  /** The supervisor of what is made like the process, to spawn that. */
  #spawnerFor(worker: Worker, template: number): number {
    const { tree, pids } = this.#host;
    const node = nodeOf(tree, template);
    return this.#endow(worker, pids[tree[node]?.parent ?? -1] ?? 0, abi.HANDLE_SPAWN, node + 1);
  }

  #endow({ pid }: Worker, provider: number, kind: number, object: number): number {
    return this.#host.kernel.event(abi.EVENT_ENDOW, pid, provider, kind, object, ALL);
  }

  #narrow({ pid }: Worker, handle: number, { functions, uses = 0, rate = 0, until }: Limits): number {
    const { kernel, clock } = this.#host;
    const mask = functions?.reduce((bits, number) => bits | (1 << number), 0) ?? ALL;
    const end = until === undefined ? 0 : clock.now + until;
    const limits = [mask, uses, rate, end | 0, Math.floor(end / WORD)] as const;
    return kernel.event(abi.EVENT_NARROW, pid, handle, ...limits);
  }
}

function isIntrospection({ device }: Grant): boolean {
  return device === "atoll:kernel/introspect";
}

/** What the processes that are made like this one are in the tree; -1 for none. */
export function nodeOf(tree: KernelPlan["tree"], template: number): number {
  return tree.findIndex((node) => node.kind === "worker" && node.process === template);
}

function needsHandle(edge: Edge): boolean {
  return isSpawner(edge) || receiverOf(edge) !== undefined;
}

function isSpawner(edge: Edge): edge is Edge & { readonly provider: { readonly kind: "spawner" } } {
  return edge.provider.kind === "spawner" && edge.provider.by === "spawn";
}

/** Whom the messages over a wire go to: who implements the functions, which the provider may only hand on. */
function receiverOf({ provider, functions }: Edge): number | undefined {
  if (provider.kind === "spawner") return provider.by === "process" ? provider.process : undefined;
  const sent = functions.find(({ message }) => message !== undefined);
  if (sent === undefined) return undefined;
  return sent.handedOn?.process ?? (provider.kind === "process" ? provider.process : undefined);
}
