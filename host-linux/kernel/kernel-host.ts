/**
 * A system under the kernel: what the kernel commands is done here, and what happens it is told.
 *
 *     kernel.ts       events in, commands out
 *     tree.ts         the supervision tree, before it boots
 *     supervision.ts  starts, stops, ends
 *     scheduler.ts    which stack runs
 *     messages.ts     calls and casts
 *     nursery.ts      where processes are made at run time
 *     spawners.ts     what their makers ask for
 *     carried.ts      handles of processes that change hands
 *     wakeups.ts      devices that have something new for a process
 *     clock.ts        time
 *     cpu-time.ts     fuel, and slices of it
 *
 * No decision is taken in this host: see docs/kernel.md.
 */
import * as abi from "../../kernel/abi.ts";
import type { Edge, KernelPlan, KernelSource, LinkPlan } from "../../toolchain/link/plan.ts";
import type { Life } from "../bring-up/life.ts";
import type { Parts } from "../bring-up/parts.ts";
import type { Deaths } from "../guard/deaths.ts";
import { HostError, Stopped } from "../host-error.ts";
import { CpuTime } from "./cpu-time.ts";
import { Authorities } from "./authorities.ts";
import { Carried } from "./carried.ts";
import { KernelClock } from "./clock.ts";
import { Cycles, type Cycle } from "./cycles.ts";
import { Door, type DoorParts } from "./door.ts";
import { entryText, haltText } from "./halt-text.ts";
import type { Command, Kernel } from "./kernel.ts";
import { loadKernel, type KernelOptions } from "./load-kernel.ts";
import { Messages, waitingFor } from "./messages.ts";
import { Nursery } from "./nursery.ts";
import { quotasOf } from "./quotas.ts";
import type { KernelEnd, RunningKernel, WorkerState } from "./running-kernel.ts";
import { Scheduler, type Job } from "./scheduler.ts";
import { Signals } from "./signals.ts";
import { Spawners } from "./spawners.ts";
import { Supervision } from "./supervision.ts";
import { declareTree } from "./tree.ts";
import { isKnown, reasonOfEnd, workerStates } from "./worker-states.ts";
import { Wakeups } from "./wakeups.ts";
import { nameOfNode, nameOfSpawned, Workers, type Worker } from "./worker-table.ts";

interface KernelHostParts extends KernelOptions {
  readonly parts: Parts;
  readonly life: Life;
  readonly deaths: Deaths;
  /** Instantiates the adapters of an edge and fills its slots. */
  readonly bind: (edge: Edge) => void;
}

export class KernelHost implements RunningKernel {
  readonly #plan: LinkPlan;
  readonly #tree: KernelPlan["tree"];
  readonly #kernel: Kernel;
  readonly #clock: KernelClock;
  readonly #workers = new Workers();
  readonly #scheduler: Scheduler;
  readonly #supervision: Supervision;
  readonly #authorities: Authorities;
  readonly #messages: Messages;
  readonly #cpu: CpuTime;
  readonly #nursery: Nursery;
  readonly #spawners: Spawners;
  readonly #carried: Carried;
  readonly #wakeups: Wakeups;
  readonly #cycles = new Cycles();
  readonly #deaths: Deaths;
  readonly #root: number;
  readonly #end: PromiseWithResolvers<KernelEnd> = Promise.withResolvers();
  readonly #signals: Signals;
  #entryTarget: unknown;
  #entered: ((result: unknown) => void) | undefined;
  /** How the system ends, where that is decided before its root has ended. */
  #verdict: KernelEnd | undefined;
  #isStopping = false;
  #stopping: () => void = () => {};
  /** A life of the process in which the system starts is over. */
  #isEntryGone = false;
  #isOver = false;

  /** Throws HostError when the kernel does not take the plan. */
  constructor(plan: LinkPlan, kernelPlan: KernelPlan, { parts, life, deaths, ...options }: KernelHostParts) {
    this.#plan = plan;
    this.#tree = kernelPlan.tree;
    this.#deaths = deaths;
    this.#kernel = loadKernel(kernelPlan, parts, options, (command) => this.#carryOut(command));
    const pids = declareTree(this.#kernel, kernelPlan, (node) => nameOfNode(plan, node));
    this.#root = pids[0] ?? 0;
    for (const [node, { kind, ...worker }] of kernelPlan.tree.entries()) {
      const pid = pids[node] ?? 0;
      if (kind === "worker" && "process" in worker && pid > 0)
        this.#workers.add(pid, node, worker.process, plan);
    }
    const { seeded } = options;
    this.#clock = new KernelClock(this.#kernel, () => this.#scheduler.wake(), seeded);
    this.#scheduler = new Scheduler(this.#kernel, parts.accounts, {
      workerOf: (pid) => this.#workers.of(pid),
      jobOf: (worker, command) => this.#jobOf(worker, command),
      handled: (served, result, direct) => this.#messages.handled(served, result, direct),
      failed: (error) => this.#fail(error),
      crashed: (worker) => this.#messages.answer(worker, abi.STATUS_CRASHED),
      left: (worker) => {
        this.#cpu.charge(worker);
        this.#supervision.left();
        this.#checkEntryIfDue();
      },
      threw: (worker, error) => {
        this.#cpu.charge(worker);
        this.#supervision.threw(worker, error);
        this.#checkEntryIfDue();
      },
      ...(seeded !== undefined && { idle: () => this.#clock.pass() }),
    });
    this.#cpu = new CpuTime(
      this.#kernel,
      parts.accounts,
      this.#scheduler,
      this.#workers,
      ({ position }) => !parts.isRunning && deaths.isAlone(position),
    );
    this.#wakeups = new Wakeups(this.#kernel, this.#clock, this.#scheduler);
    this.#supervision = new Supervision({
      kernel: this.#kernel,
      clock: this.#clock,
      scheduler: this.#scheduler,
      workers: this.#workers,
      life,
      deaths,
      beginning: (worker) => {
        this.#wakeups.begin(worker);
        worker.exitStatus = undefined;
        this.#cpu.begin(worker);
        this.#authorities.endow(worker);
      },
      started: (worker) => this.#started(worker),
      gone: (worker) => this.#gone(worker),
      failed: (error) => this.#fail(error),
    });
    this.#authorities = new Authorities(plan, {
      parts,
      kernel: this.#kernel,
      clock: this.#clock,
      workers: this.#workers,
      pids,
      tree: kernelPlan.tree,
    });
    this.#carried = new Carried({
      parts,
      kernel: this.#kernel,
      clock: this.#clock,
      workers: this.#workers,
      served: () => waitingFor(this.#scheduler.current?.served),
    });
    this.#messages = new Messages(plan, kernelPlan.mail, parts, {
      kernel: this.#kernel,
      clock: this.#clock,
      workers: this.#workers,
      scheduler: this.#scheduler,
      authorities: this.#authorities,
      carried: this.#carried,
      nursery: () => this.#nursery,
    });
    this.#nursery = new Nursery(plan, parts, {
      bindEdge: options.bind,
      bindMailbox: (position) => this.#messages.bindMailbox(position),
      isKnown: (worker) => isKnown(this.#kernel, worker),
      forget: (worker) => this.#workers.remove(worker),
    });
    this.#spawners = new Spawners(plan, {
      kernel: this.#kernel,
      clock: this.#clock,
      workers: this.#workers,
      authorities: this.#authorities,
      tree: kernelPlan.tree,
      parts,
    });
    this.#signals = new Signals(parts);
    const doors: DoorParts = {
      kernel: this.#kernel,
      clock: this.#clock,
      scheduler: this.#scheduler,
      supervision: this.#supervision,
      authorities: this.#authorities,
      wakeups: this.#wakeups,
      nameOf: (template) => nameOfNode(plan, this.#tree[template - 1]),
      quotasOf: (template) => quotasOf(plan, this.#tree[template - 1]),
    };
    parts.kernelDoor = (position) => {
      const { name, spawned } = parts.process(position);
      if (spawned === true) return new Door(doors, name, () => this.#asker(parts, position));
      return new Door(doors, name, () => this.#workers.existing(position, name), position);
    };
  }

  /** The process that is calling a device, of those that are made like one. */
  #asker({ asker, spawned }: Parts, template: number): Worker {
    const worker = this.#workers.of(asker.value);
    if (worker !== undefined && spawned.templateOf(worker.position) === template) return worker;
    throw new HostError("A device was called in the name of a process of another kind.");
  }

  /** It was killed, and code of it is still on the stack. */
  isDying(process: number): boolean {
    return this.#supervision.someAreDying && this.#workers.at(process)?.dying === true;
  }

  /** What adapters import of the kernel. */
  source(source: KernelSource): WebAssembly.ImportValue {
    if (source.kind === "spawner") return this.#spawners.function(source);
    if (source.kind === "drop") return this.#spawners.dropper(source.process);
    if (source.kind === "give" || source.kind === "carry") return this.#carried.function(source);
    return this.#messages.source(source);
  }

  /** A handle of a process that was given, and that nobody has in a table. */
  drop(handle: number): void {
    this.#carried.dropHandle(handle);
  }

  /** Starts what the tree says, in its order; initialisers run, entries not yet. */
  boot(): void {
    this.#messages.bind();
    this.#clock.tell();
    this.#kernel.event(abi.EVENT_BOOT);
  }

  /** The core function of the plan's entry, before it runs. */
  setEntry(target: unknown): void {
    this.#entryTarget = target;
  }

  run(entered?: (result: unknown) => void): Promise<KernelEnd> {
    this.#entered = entered;
    for (const worker of this.#workers.all()) {
      if (worker.alive) this.#postEntry(worker);
      else if (this.#isEntry(worker)) this.#checkEntry(worker);
    }
    this.#scheduler.open();
    return this.#end.promise;
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#stopping();
    this.#clock.tell();
    this.#kernel.event(abi.EVENT_STOP, this.#root);
    this.#scheduler.wake();
  }

  kill(name: string): boolean {
    this.#clock.tell();
    const killed = this.#kernel.event(abi.EVENT_KILL, this.#pidOf(name)) === abi.STATUS_OK;
    this.#scheduler.wake();
    return killed;
  }

  tellTime(): void {
    this.#clock.tell();
  }

  /** See Authorities; the other imports are bound by slots. */
  setRevoked(consumer: number, name: string, revoked: boolean): boolean {
    return this.#authorities.setRevoked(consumer, name, revoked);
  }

  onCycle(listener: (cycle: Cycle) => void): void {
    this.#cycles.listener = listener;
  }

  onStop(listener: () => void): void {
    this.#stopping = listener;
  }

  order(event: number, pid: number): number {
    this.#clock.tell();
    const status = this.#kernel.event(event, pid);
    this.#scheduler.wake();
    return status;
  }

  heed(): void {
    // Who never lets the event loop have its turn would never be out of time.
    if (this.#isStopping) this.#clock.tell();
    if (this.#isOver || this.#scheduler.current?.worker?.dying === true) throw new Stopped();
  }

  workers(): WorkerState[] {
    this.#nursery.sweep();
    return workerStates(this.#kernel, this.#workers);
  }

  exitOf(process: number): number | undefined {
    return this.#workers.at(process)?.exitStatus;
  }

  mailBytes(): number {
    return this.#messages.used();
  }

  look(what: number, index: number): Int32Array | undefined {
    return this.#kernel.look(what, index);
  }

  nameOf(pid: number): string {
    return this.#workers.of(pid)?.name ?? (pid === this.#root ? this.#plan.system : `pid ${pid}`);
  }

  close(): void {
    this.#isOver = true;
    this.#scheduler.close();
    this.#clock.stop();
  }

  #pidOf(name: string): number {
    const found = this.#workers.all().find((worker) => worker.name === name);
    if (found !== undefined) return found.pid;
    const names = this.#workers.all().map((worker) => worker.name);
    throw new HostError(`The kernel runs no process ${name}; it runs ${names.join(", ")}.`);
  }

  #carryOut(command: Command): void {
    if (command.kind === abi.COMMAND_WAKE) return this.#clock.wake(command.a, command.b);
    if (command.kind === abi.COMMAND_HALT) return this.#halt(command.a);
    if (command.kind === abi.COMMAND_DISCARD) return this.#messages.free(command.a);
    if (command.kind === abi.COMMAND_CYCLE)
      return this.#cycles.member(command.pid, command.b, (pid) => this.nameOf(pid));
    const worker = this.#workers.of(command.pid) ?? this.#spawned(command);
    if (worker === undefined) return;
    if (command.kind === abi.COMMAND_START) this.#supervision.start(worker, command.life);
    else if (command.kind === abi.COMMAND_STOP) this.#supervision.stop(worker);
    else if (command.kind === abi.COMMAND_KILL) this.#supervision.kill(worker, command.a);
  }

  /** The process that a first start is about, which somebody has spawned. */
  #spawned({ kind, pid, life, a: template }: Command): Worker | undefined {
    const node = this.#tree[template - 1];
    if (kind !== abi.COMMAND_START || node?.kind !== "worker") return undefined;
    try {
      const { position } = this.#nursery.place(node.process, pid);
      const name = nameOfSpawned(nameOfNode(this.#plan, node), pid);
      const hasStack = this.#plan.root.processes[node.process]?.ownStack !== undefined;
      return this.#workers.addSpawned({ pid, node: template - 1, position, name, hasStack });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      // The engine has no room for another memory: who wanted one more is told.
      this.#spawners.isFull = true;
      this.#kernel.event(abi.EVENT_ENDED, pid, life, abi.REASON_EXHAUSTED);
      return undefined;
    }
  }

  #gone(worker: Worker): void {
    this.#messages.gone(worker);
    this.#nursery.ended(worker);
    const { endings } = worker;
    worker.endings = undefined;
    if (endings !== undefined) for (const tell of endings) tell();
    // The kernel has yet to hear of it, and may start it at once.
    if (!this.#isEntry(worker)) return;
    this.#isEntryGone = true;
    // Where it was not in a turn that it ended.
    queueMicrotask(() => this.#checkEntryIfDue());
  }

  #jobOf(worker: Worker, { life, a, b, c, d }: Command): Job | undefined {
    // What was still to be carried out has ended it.
    if (!worker.alive || worker.life !== life) {
      if (a === abi.RUN_CALL || a === abi.RUN_CAST) this.#messages.free(b);
      return undefined;
    }
    if (a === abi.RUN_RESUME) {
      this.#wakeups.resumed(worker);
      return { kind: "resume", worker, value: this.#messages.answer(worker, b) };
    }
    if ((a === abi.RUN_CALL || a === abi.RUN_CAST) && b !== 0) return this.#messages.jobOf(worker, a, b, d);
    if (a === abi.RUN_ALARM || a === abi.RUN_NOTICE) return this.#signals.jobOf(worker, a, b, c);
    const entered = this.#entered;
    if (a !== abi.RUN_CAST || entered === undefined) return undefined;
    const done = (result: unknown): void => {
      entered(result);
      this.stop();
    };
    return { kind: "function", worker, call: this.#entryTarget, args: [0, 0], done };
  }

  #started(worker: Worker): void {
    this.#postEntry(worker);
    this.#scheduler.wake();
  }

  /** The entry is called in each life of its process. */
  #postEntry(worker: Worker): void {
    if (this.#isEntry(worker)) this.#kernel.event(abi.EVENT_POST, worker.pid);
  }

  #checkEntryIfDue(): void {
    if (!this.#isEntryGone) return;
    this.#isEntryGone = false;
    const entry = this.#plan.root.entry;
    const worker = entry && this.#workers.at(entry.process);
    if (worker !== undefined) this.#checkEntry(worker);
  }

  /** Without the process in which it starts a system would go on for nothing. */
  #checkEntry(worker: Worker): void {
    const tree = this.#tree[worker.node];
    const reason = reasonOfEnd(this.#kernel, worker);
    if (this.#isStopping || reason === undefined || tree?.kind !== "worker") return;
    const exited = reason === abi.REASON_NORMAL;
    if (tree.restart === "permanent" || (tree.restart === "transient" && !exited)) return;
    this.#verdict = exited
      ? { kind: "exited", status: worker.exitStatus ?? 0 }
      : { kind: "failed", message: entryText(this.#plan, worker, this.#deaths.kept) };
    this.stop();
  }

  #isEntry(worker: Worker): boolean {
    const process = this.#plan.root.entry?.process;
    return this.#entered !== undefined && process !== undefined && this.#workers.at(process) === worker;
  }

  #halt(reason: number): void {
    this.close();
    const isOrderly = reason <= abi.REASON_LAST_ORDERLY;
    this.#end.resolve(
      isOrderly
        ? (this.#verdict ?? { kind: "stopped" })
        : {
            kind: "failed",
            message: haltText(this.#plan, this.#tree, this.#workers.all(), this.#deaths.kept, reason),
          },
    );
  }

  #fail(error: unknown): void {
    this.close();
    this.#end.reject(error);
  }
}
