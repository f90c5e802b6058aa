/**
 * Which stack runs: the one that the kernel chose, and never a second one.
 *
 * Control is with the stack that runs, in `current`, or with nobody: then whatever
 * the event loop brings calls `wake`. A stack gives control away when it suspends,
 * parks, or ends; it then asks the kernel who is next, and resolves that one's
 * promise, so that it goes on as soon as the first has let go. Node's event loop
 * would starve of that, so it gets its turn after some time.
 *
 * A process that nothing suspends needs no stack: whoever asks who is next calls
 * it, in a frame of JavaScript, where its trap is caught, too. To end a stack and
 * to begin another takes longer than all the rest of a crash.
 */
import { performance } from "node:perf_hooks";
import { EVENT_DONE, EVENT_PREEMPTED, LOOK_TOTALS, STATUS_STALE } from "../../kernel/abi.ts";
import { WAIT_KILLED } from "../../toolchain/link/plan.ts";
import type { FuelAccounts } from "../accounts.ts";
import { entered } from "./jspi.ts";
import type { Command, Kernel } from "./kernel.ts";
import { emptyStack, poolRunner, type Served, type Stack } from "./stack.ts";
import type { Worker } from "./worker-table.ts";

/** What a worker is run for. */
export type Job =
  /** Goes on where it waits. */
  | { readonly kind: "resume"; readonly worker: Worker; readonly value: number }
  /** A message: what `addDeliveries` returned for how it is delivered, and what that is called with. */
  | {
      readonly kind: "message";
      readonly worker: Worker;
      readonly target: number;
      readonly message: number;
      readonly served: Served | undefined;
    }
  /** A function of the process, which may take fewer parameters; `done` gets what it returns. */
  | {
      readonly kind: "function";
      readonly worker: Worker;
      readonly call: unknown;
      readonly args: readonly [number, number];
      readonly done: (result: unknown) => void;
    };
type Turn = Exclude<Job, { kind: "resume" }>;
type FunctionJob = Extract<Job, { kind: "function" }>;

/** What the scheduler leaves to others. */
export interface SchedulerHooks {
  /** A command to run somebody, as what is to be done; undefined when there is nothing to do, and the turn is over. */
  readonly jobOf: (worker: Worker, command: Command) => Job | undefined;
  readonly workerOf: (pid: number) => Worker | undefined;
  /** A message was handled: `result` is what was returned, `direct` that its caller goes on at once. */
  readonly handled: (served: Served | undefined, result: number, direct: boolean) => void;
  /** What a worker goes on with whose callee has died. */
  readonly crashed: (worker: Worker) => number;
  /** A turn of it is over. */
  readonly left: (worker: Worker) => void;
  /** This host must not go on. */
  readonly failed: (error: unknown) => void;
  /** In a run with a seed, in which the time that a turn takes means nothing: nobody has anything to do. */
  readonly idle?: () => void;
  /** What ran on its stack has thrown. */
  readonly threw: (worker: Worker, error: unknown) => void;
}

/** Of LOOK_TOTALS: the pid of who runs. */
export const RUNNING = 8;
const NOTHING = -1;
const NOT_THROWN = Symbol("nothing was thrown");
const WORD = 2 ** 32;
/** Switches after which the time is looked at, and milliseconds after which the event loop gets its turn. */
const SWITCHES = 32;
const MOST_TIME = 2;

export class Scheduler {
  readonly #kernel: Kernel;
  readonly #accounts: FuelAccounts | undefined;
  readonly #hooks: SchedulerHooks;
  /** What messages are delivered by, on stacks; and in the frame. */
  readonly #deliveries: WebAssembly.Table = new WebAssembly.Table({ element: "anyfunc", initial: 0 });
  readonly #calls: ((message: number) => number)[] = [];
  /** Where those run that nothing suspends. */
  readonly #frame: Stack = emptyStack();
  readonly #run: () => Promise<unknown>;
  readonly #parked: Stack[] = [];
  /** Who runs once the worker that runs has yielded; undefined: the event loop. */
  #chosen: Command | undefined;
  /** The stack that runs, or is about to. */
  current: Stack | undefined;
  /** Whose turn is over: its pid, of which the kernel is told with the question who is next. 0: nobody's. */
  #finished = 0;
  #isOpen = false;
  #isWoken = false;
  /** Of the pool: it is about to suspend. */
  #parking: Stack | undefined;
  #switches = 0;
  #since = 0;
  #turnOfLoop: NodeJS.Immediate | undefined;
  #idle: NodeJS.Immediate | undefined;

  constructor(kernel: Kernel, accounts: FuelAccounts | undefined, hooks: SchedulerHooks) {
    this.#kernel = kernel;
    this.#accounts = accounts;
    this.#hooks = hooks;
    this.#run = poolRunner(this.#deliveries, {
      turn: (result) => this.#turn(result),
      park: () => this.#park(),
    });
  }

  /**
   * Core functions by which messages of a process are delivered; `isSuspended`: it has a stack of its own.
   * Returns the `target` of the first one, which the others follow.
   */
  addDeliveries(calls: readonly unknown[], isSuspended: boolean): number {
    const first = isSuspended ? this.#deliveries.length : this.#calls.length;
    if (isSuspended) for (const call of calls) this.#deliveries.set(this.#deliveries.grow(1), call);
    else this.#calls.push(...(calls as ((message: number) => number)[]));
    return first;
  }

  /** From now on processes run. */
  open(): void {
    this.#isOpen = true;
    this.wake();
  }

  close(): void {
    this.#isOpen = false;
    clearImmediate(this.#turnOfLoop);
    clearImmediate(this.#idle);
  }

  /** Somebody may be ready now. Whoever says so may be in the middle of something. */
  wake(): void {
    // Who has control asks who is next when giving it away.
    if (this.#isWoken || this.current !== undefined) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      if (this.current !== undefined || this.#turnOfLoop !== undefined || !this.#isOpen) return;
      this.#since = performance.now();
      this.#handOver();
    });
  }

  /**
   * The worker whose stack runs waits: returns what its stack is suspended by. The kernel knows of it already.
   * @param direct its callee, which runs at once, and what for.
   */
  suspend(direct?: Job): Promise<number> | number {
    return this.#suspendFor(() => {
      if (direct !== undefined) this.#begin(direct);
      this.#handOverLater();
    });
  }

  /** The slice of the worker that runs is over. True when it has to `yield` now. */
  isPreempted(worker: Worker): boolean {
    if (worker.dying) return true;
    this.#kernel.event(EVENT_PREEMPTED, worker.pid);
    this.#chosen = this.#isTimeOver() ? undefined : this.#choose();
    if (this.#chosen === undefined) this.#giveTurnToLoop();
    return this.#chosen?.pid !== worker.pid;
  }

  /** What its stack is suspended by: whom the kernel has chosen runs, or the event loop has its turn. */
  yield(): Promise<number> | number {
    const next = this.#chosen;
    return this.#suspendFor(() => {
      if (next === undefined) return;
      const chosen = this.#toRun(next);
      if (chosen !== undefined) this.#beginLater(chosen);
      this.#handOverLater();
    });
  }

  #suspendFor(others: () => void): Promise<number> | number {
    const stack = this.current;
    if (stack?.worker === undefined || stack.worker.dying) return WAIT_KILLED;
    stack.payer = this.#accounts?.payer;
    // It may be its turn again before it has let go.
    let known: number | undefined;
    stack.resume = (value) => (known = value);
    this.current = undefined;
    others();
    if (known !== undefined) return known;
    const { promise, resolve } = Promise.withResolvers<number>();
    stack.resume = resolve;
    return promise;
  }

  /** Once the worker that runs has given control away, the event loop has its turn, and then whoever is next. */
  letLoopTurn(): void {
    this.#giveTurnToLoop();
  }

  /** The worker goes on; it is suspended, and nobody runs. */
  resume({ stack }: Worker, value: number): void {
    if (stack?.resume === undefined) return;
    this.current = stack;
    const { resume } = stack;
    stack.resume = undefined;
    if (stack.payer !== undefined) this.#accounts?.restore(stack.payer);
    resume(value);
  }

  /** It was killed. Returns false when it is running, and will notice later. */
  kill(worker: Worker): boolean {
    const { stack } = worker;
    if (stack === undefined) return true;
    if (stack === this.current) return false;
    // Nothing of the guest runs any more: linked code ends the stack as soon as it goes on.
    worker.stack = undefined;
    stack.worker = undefined;
    stack.resume?.(WAIT_KILLED);
    stack.resume = undefined;
    return true;
  }

  /** Lets go on whom the kernel chooses, and so on while nobody has control; on `idle`, which is running, if that can be. */
  #handOver(idle?: Stack): void {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      if (job.kind === "resume" || job.worker.hasStack) this.#begin(job, idle);
      else this.#callHere(job);
    }
  }

  /** As `handOver`, in the middle of a call of somebody who is about to be suspended. */
  #handOverLater(): void {
    const next = this.#next();
    if (next !== undefined) this.#beginLater(next);
  }

  /** Undefined when somebody has control, or nobody is to have it now. */
  #next(): Job | undefined {
    while (this.current === undefined && this.#isOpen && !this.#loopIsDue()) {
      const command = this.#choose();
      if (command === undefined) return undefined;
      const next = this.#toRun(command);
      if (next !== undefined) return next;
    }
    this.#tellFinished();
    return undefined;
  }

  /** Undefined when there was nothing to do. */
  #toRun(command: Command): Job | undefined {
    const worker = this.#hooks.workerOf(command.pid);
    const job = worker && this.#hooks.jobOf(worker, command);
    if (job === undefined) this.#kernel.event(EVENT_DONE, command.pid);
    return job;
  }

  #choose(): Command | undefined {
    const next = this.#kernel.next(this.#finished);
    this.#finished = 0;
    if (typeof next !== "number") return next;
    // Somebody runs already: who waited for a process that has died on its stack.
    if (next === STATUS_STALE) this.#goOn();
    else if (this.#hooks.idle !== undefined) this.#idleSoon(this.#hooks.idle);
    return undefined;
  }

  /** After what is left to do here, and all that the event loop has. */
  #idleSoon(idle: () => void): void {
    this.#idle ??= setImmediate(() => {
      this.#idle = undefined;
      const somebodyIsReady = this.#isWoken || this.#turnOfLoop !== undefined;
      if (this.#isOpen && this.current === undefined && !somebodyIsReady) idle();
    });
  }

  /** Where nobody is asked for now. Once the system has ended, nobody hears it. */
  #tellFinished(): void {
    if (this.#finished !== 0 && this.#isOpen) this.#kernel.ask(EVENT_DONE, this.#finished);
    this.#finished = 0;
  }

  #goOn(): void {
    const worker = this.#hooks.workerOf(this.#kernel.lookAt(LOOK_TOTALS, 1, RUNNING));
    if (worker !== undefined) this.resume(worker, this.#hooks.crashed(worker));
  }

  #loopIsDue(): boolean {
    this.#switches += 1;
    // It was asked for.
    if (this.#turnOfLoop !== undefined) return true;
    if (this.#switches % SWITCHES !== 0 || !this.#isTimeOver()) return false;
    this.#giveTurnToLoop();
    return true;
  }

  #isTimeOver(): boolean {
    return this.#hooks.idle === undefined && performance.now() - this.#since >= MOST_TIME;
  }

  #giveTurnToLoop(): void {
    this.#turnOfLoop ??= setImmediate(() => {
      this.#turnOfLoop = undefined;
      this.wake();
    });
  }

  #begin(job: Job, idle?: Stack): void {
    if (job.kind === "resume") this.resume(job.worker, job.value);
    else if (job.worker.hasStack) this.#give(job, idle);
    else this.#callHere(job);
  }

  /** A turn in the frame waits until whoever is about to be suspended is. */
  #beginLater(job: Job): void {
    const { worker } = job;
    if (worker.hasStack || job.kind === "resume") return this.#begin(job);
    const stack = this.#frame;
    this.#enter(stack, worker);
    stack.message = job.kind === "message" ? job.message : 0;
    queueMicrotask(() => {
      if (worker.dying) this.#giveUp(stack, worker);
      else this.#callHere(job);
      this.#handOver();
    });
  }

  #give(job: Turn, idle?: Stack): void {
    const { worker } = job;
    const pooled = job.kind === "message" ? (idle ?? this.#parked.pop()) : undefined;
    const stack = pooled ?? emptyStack();
    this.#enter(stack, worker);
    if (job.kind === "function") return this.#call(stack, job);
    stack.target = job.target;
    stack.message = job.message;
    stack.served = job.served;
    if (pooled === undefined) return this.#startPooled(stack);
    // Absent for one that is running.
    const { resume } = stack;
    stack.resume = undefined;
    resume?.(0);
  }

  #enter(stack: Stack, worker: Worker): void {
    this.current = stack;
    this.#accounts?.pays(worker.position);
    worker.stack = stack;
    stack.worker = worker;
  }

  /**
   * A whole turn; nobody has control after it, or who goes on at once. What lies below this frame is
   * somebody else's: see `TURN` in trap/stack.ts.
   */
  #callHere(job: Turn): void {
    const { worker } = job;
    const stack = this.#frame;
    this.#enter(stack, worker);
    stack.served = job.kind === "message" ? job.served : undefined;
    let result: unknown;
    let error: unknown = NOT_THROWN;
    try {
      if (job.kind === "message") result = this.#calls[job.target]!(job.message);
      else result = (job.call as (a: number, b: number) => unknown)(job.args[0], job.args[1]);
    } catch (thrown) {
      error = thrown;
    }
    try {
      if (error !== NOT_THROWN) this.#threw(stack, worker, error);
      else this.#tookTurn(stack, job, result);
    } catch (defect) {
      this.#hooks.failed(defect);
    }
    if (this.current === stack) this.current = undefined;
  }

  #tookTurn(stack: Stack, job: Turn, result: unknown): void {
    if (job.kind === "function") return this.#returned(stack, job, result);
    this.#finish(stack, result as number);
  }

  /** Not on the stack of whoever has just let go. */
  #startPooled(stack: Stack): void {
    queueMicrotask(() => {
      const ended = this.#run().catch((error: unknown) => this.#ended(stack, error));
      ended.catch(this.#hooks.failed);
    });
  }

  #call(stack: Stack, job: FunctionJob): void {
    const { worker, call, args } = job;
    queueMicrotask(() => {
      if (worker.dying) return this.#ended(stack, undefined);
      entered(call)(...args)
        .then(
          (result) => {
            if (stack.worker !== worker) return;
            this.#returned(stack, job, result);
            this.#letGo(stack);
          },
          (error: unknown) => this.#ended(stack, error),
        )
        .catch(this.#hooks.failed);
    });
  }

  #returned(stack: Stack, { worker, done }: FunctionJob, result: unknown): void {
    if (!worker.dying) done(result);
    this.#leave(stack, worker);
    if (!worker.dying) this.#finished = worker.pid;
    this.#hooks.left(worker);
  }

  /** A stack has ended in a trap, or its process was killed before it began. */
  #ended(stack: Stack, error: unknown): void {
    const { worker } = stack;
    // Killed while it was suspended.
    if (worker === undefined) return;
    this.#threw(stack, worker, error);
    this.#letGo(stack);
  }

  #threw(stack: Stack, worker: Worker, error: unknown): void {
    this.#leave(stack, worker);
    this.#hooks.threw(worker, error);
  }

  /** Its process has no turn on it any more. */
  #leave(stack: Stack, worker: Worker): void {
    stack.worker = undefined;
    worker.stack = undefined;
  }

  #letGo(stack: Stack): void {
    if (this.current !== stack) return this.#tellFinished();
    this.current = undefined;
    this.#handOver();
  }

  // What the loop of a pooled stack calls.

  /** What it handles next: what it was woken for; or, once that is done, what the kernel chooses. */
  #turn(result: number): number {
    const stack = this.current;
    if (stack === undefined) return NOTHING;
    if (stack.isHandling) {
      this.#finish(stack, result);
      this.#handOver(stack);
    }
    while (this.current === stack && stack.worker?.dying === true) {
      this.#giveUp(stack, stack.worker);
      this.#handOver(stack);
    }
    if (this.current !== stack) {
      this.#parking = stack;
      return NOTHING;
    }
    stack.isHandling = true;
    return stack.target * WORD + stack.message;
  }

  /** Its process was killed before it began with the message. */
  #giveUp(stack: Stack, worker: Worker): void {
    this.#leave(stack, worker);
    this.#hooks.handled(undefined, stack.message, false);
    this.#hooks.left(worker);
    this.current = undefined;
  }

  #finish(stack: Stack, result: number): void {
    const { served, worker } = stack;
    stack.isHandling = false;
    stack.served = undefined;
    if (worker === undefined) return;
    this.#leave(stack, worker);
    const ends = worker.dying;
    if (served === undefined && !ends) this.#finished = worker.pid;
    // What it commands can wait: EVENT_NEXT follows.
    const direct = served !== undefined && !ends && this.#kernel.ask(EVENT_DONE, worker.pid) === 1;
    this.#hooks.left(worker);
    // Last, since it may hand control to the caller.
    this.#hooks.handled(ends ? undefined : served, result, direct);
    if (this.current === stack) this.current = undefined;
  }

  #park(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const stack = this.#parking;
    if (stack !== undefined) {
      stack.resume = resolve;
      this.#parked.push(stack);
    }
    return promise;
  }
}
