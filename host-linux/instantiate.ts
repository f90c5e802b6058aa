/**
 * A link plan brought up on V8: the list of steps, in the plan's order.
 *
 * A plan may come from a file, so everything that the engine refuses (a module
 * that does not validate, an export that is not there) ends in a HostError that
 * names the process and the module. Nothing of the guests has run before the
 * initialisers, unless a module has a start function.
 */
import type { CoreItem, Edge, Entry, LinkPlan } from "../toolchain/link/plan.ts";
import type { FuelAccounts } from "./accounts.ts";
import { Life } from "./bring-up/life.ts";
import { Parts, type DeviceMaker } from "./bring-up/parts.ts";
import { at, callable } from "./bring-up/plan-parts.ts";
import { KernelHost } from "./kernel/kernel-host.ts";
import type { KernelOptions } from "./kernel/load-kernel.ts";
import type { RunningKernel } from "./kernel/running-kernel.ts";
import type { Transfer } from "./devices/transfer.ts";
import { Bindings } from "./guard/bindings.ts";
import { Deaths, type Death } from "./guard/deaths.ts";
import { HostError } from "./host-error.ts";
import type { HeldHandle } from "./handle-tables.ts";
import { readMeters, type Meter, type Reading } from "./meter.ts";
import { lastWords } from "./trap/abort-message.ts";
import { describeTrap, exhaustionIn } from "./trap/trap.ts";

export type { DeviceMaker } from "./bring-up/parts.ts";

/** A system whose slots are filled and whose initialisers have run. */
export interface Running {
  readonly plan: LinkPlan;
  /** What an item of a process's core instances is. Throws HostError when it is not there. */
  readonly item: (process: number, item: CoreItem) => WebAssembly.ExportValue;
  /** An export of the handle module. Throws HostError when there is none. */
  handles(name: string): WebAssembly.ExportValue;
  /** The handles that a process holds, by component instance and index. */
  readonly heldBy: (process: number) => HeldHandle[];
  /** The core function that starts the system, `() -> i32`; absent when the plan has no entry. */
  readonly entry?: () => number;
  /** Absent when nothing in the plan goes through a transfer memory. */
  readonly transfer?: Transfer;
  /**
   * Gives a process its first state and its budget again, and runs its initialisers; a trap of one passes through.
   * A dead one can be called again. What it owned of other processes is destroyed there, and handles that others
   * hold of its resources become stale. It must not be running. Throws HostError when the plan was not linked for it,
   * and under the kernel, where its supervisor does that.
   */
  readonly reset: (process: number) => void;
  /** The processes that died in a guarded call, the oldest first; what was reset since stays listed. */
  readonly deaths: readonly Death[];
  /**
   * Tells of each death as it happens, before the caller goes on: the listener may reset the dead, and must not throw.
   * Returns what ends it.
   */
  readonly onDeath: (listener: (death: Death) => void) => () => void;
  /**
   * Takes an import of a process away: from now on calls of it end in the fault `revoked`, or in a trap over a
   * plain binding, and those of others that have functions of it by way of the process. Devices can be taken away too.
   * Of a process view: it makes no processes by it any more, or gets no handles of the provider and loses those that
   * it got, whoever has them now. Throws HostError when the process has no such import.
   */
  readonly revoke: (consumer: number, name: string) => void;
  /**
   * Leads an import of a process to another provider from now on: one of the wire's `alternatives`, or the first again.
   * Throws HostError when it is none of these.
   */
  readonly rebind: (consumer: number, name: string, process: number) => void;
  /** Gives back what was revoked. */
  readonly grant: (consumer: number, name: string) => void;
  /** Who has what fuel; absent in a system without metered processes. */
  readonly fuel?: FuelAccounts;
  /** Absent in a system without supervisors. */
  readonly kernel?: RunningKernel;
  /** What the meters of the plan have counted up to now; empty for a plan without meters. */
  readonly readings: () => Reading[];
}

/**
 * Throws HostError when the plan cannot be brought up; a trap of an initialiser passes through.
 * @param beforeStart is told what there is before the first initialiser runs.
 */
export function instantiate(
  plan: LinkPlan,
  makeDevice: DeviceMaker,
  beforeStart: (running: Running) => void = () => {},
  kernelOptions: KernelOptions = {},
): Running {
  const bringUp = new BringUp(plan, makeDevice, kernelOptions);
  for (const edge of plan.root.edges) {
    if (plan.root.processes[edge.consumer]?.spawned !== true) bringUp.bind(edge);
  }
  const running = bringUp.running();
  beforeStart(running);
  bringUp.start();
  return running;
}

class BringUp {
  readonly #parts: Parts;
  readonly #bindings: Bindings;
  readonly #deaths: Deaths;
  readonly #life: Life;
  readonly #meters: Meter[] = [];
  readonly #kernel: KernelHost | undefined;
  #running: Running | undefined;

  constructor(plan: LinkPlan, makeDevice: DeviceMaker, kernelOptions: KernelOptions) {
    this.#parts = new Parts(plan, makeDevice, {
      caught: (process, error, call) => this.#deaths.caught(process, error, call),
      condemn: (process) => this.#deaths.condemn(process),
    });
    this.#bindings = new Bindings(this.#parts);
    this.#deaths = new Deaths(this.#parts, this.#bindings, {
      report: (error, kept) => describeTrap(error, plan, this.#running, kept),
      lastWords: (process) =>
        this.#running === undefined ? [] : lastWords(process, this.#parts.template(process), this.#running),
      exhausted: exhaustionIn(plan),
    });
    this.#life = new Life(this.#parts, this.#bindings, this.#deaths);
    const { kernel } = plan.root;
    if (kernel === undefined) return;
    const host = new KernelHost(plan, kernel, {
      parts: this.#parts,
      life: this.#life,
      deaths: this.#deaths,
      bind: (edge) => this.bind(edge),
      ...kernelOptions,
    });
    this.#parts.kernel = (source) => host.source(source);
    this.#parts.dropHandle = (handle) => host.drop(handle);
    this.#parts.isDying = (process) => host.isDying(process);
    this.#kernel = host;
  }

  /** Instantiates the adapters of an edge and points the consumer's slots at them. */
  bind(edge: Edge): void {
    if (edge.binding === "fused") return this.#bindings.keep(edge);
    const consumer = this.#parts.process(edge.consumer);
    const hole = at(this.#parts.template(edge.consumer).holes, edge.hole, "hole");
    const where = `process ${consumer.name}, import ${hole.name}`;
    const adapters = this.#parts.adapters(where, edge.adapters, edge.consumer);
    if (edge.meters !== undefined) {
      const outer = at(adapters, edge.meters.outer, "adapter");
      this.#meters.push({ edge, outer, inner: at(adapters, edge.meters.inner, "adapter") });
    }
    this.#bindings.bind(edge, where, adapters);
  }

  start(): void {
    const processes = [...this.#parts.plan.root.processes.keys()];
    if (this.#kernel !== undefined) {
      for (const process of processes) this.#bindings.close(process);
      return this.#kernel.boot();
    }
    for (const process of processes) this.#life.fill(process);
    for (const process of processes) this.#life.initialise(process);
  }

  running(): Running {
    const { plan, transfer, accounts } = this.#parts;
    const { entry } = plan.root;
    const where = "the entry";
    const target =
      entry && this.#parts.source(where, entry.target, this.#parts.adapters(where, entry.adapters));
    if (target !== undefined) this.#kernel?.setEntry(target);
    this.#running = {
      plan,
      item: (process, item) => this.#parts.item(process, item),
      reset: (process) => this.#reset(process),
      deaths: this.#deaths.kept,
      onDeath: (listener) => this.#deaths.listen(listener),
      revoke: (consumer, name) => this.#setRevoked(consumer, name, true),
      grant: (consumer, name) => this.#setRevoked(consumer, name, false),
      rebind: (consumer, name, process) => this.#bindings.rebind(consumer, name, process),
      handles: (name) => this.#parts.handles(name),
      heldBy: (process) => this.#parts.handleTables?.heldBy(process) ?? [],
      readings: () => readMeters(plan, this.#meters),
      ...(accounts !== undefined && { fuel: accounts }),
      ...(this.#kernel !== undefined && { kernel: this.#kernel }),
      ...(entry !== undefined && target !== undefined && { entry: () => this.#enter(entry, target) }),
      ...(transfer !== undefined && { transfer }),
    };
    return this.#running;
  }

  #setRevoked(consumer: number, name: string, revoked: boolean): void {
    if (this.#kernel?.setRevoked(consumer, name, revoked) === true) return;
    this.#bindings.setRevoked(consumer, name, revoked);
  }

  #reset(process: number): void {
    if (this.#kernel !== undefined) {
      throw new HostError(
        `process ${this.#parts.process(process).name} is restarted by its supervisor; kill it to have that done.`,
      );
    }
    this.#life.reset(process);
  }

  #enter({ process }: Entry, target: WebAssembly.ImportValue): number {
    this.#parts.accounts?.pays(process);
    return callable("the entry", target)() as number;
  }
}
