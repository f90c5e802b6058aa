/** One run: a seed, the events that it makes, and the first of them after which something is wrong. */
import * as abi from "../../../kernel/abi.ts";
import { Invariants } from "./invariants.ts";
import type { Kernel, Sizes } from "./kernel.ts";
import { Model } from "./model/model.ts";
import { check, Mismatch } from "./model/state.ts";
import type { Command, KernelEvent } from "./names.ts";
import { Random } from "./random.ts";
import { type Calm, nextEvent } from "./schedule.ts";
import { addEvent, BOOT, randomSizes, rootEvent, templateEvents } from "./system.ts";

interface Step {
  readonly event: KernelEvent;
  readonly status: number;
  readonly commands: readonly Command[];
  /** How many commands the host read before the next event; absent: all there were. */
  readonly drained?: number;
}

export interface Run {
  readonly seed: number | bigint;
  readonly sizes: Sizes;
  readonly steps: readonly Step[];
  /** What is wrong after the last step; undefined when nothing is. */
  readonly failure?: string;
}

/** Tables of that many records together are looked through after each event. */
const SMALL_TABLES = 500;

class Session {
  readonly steps: Step[] = [];
  readonly model: Model;
  readonly #kernel: Kernel;
  readonly #invariants: Invariants;
  /** Every so many events, the invariants of all tables are checked. */
  readonly #every: number;

  constructor(kernel: Kernel, seed: number | bigint, sizes: Sizes) {
    check(kernel.initialise(seed, sizes) === abi.STATUS_OK, () => "the kernel does not take its sizes");
    this.#kernel = kernel;
    this.model = new Model(sizes);
    this.#invariants = new Invariants(kernel, sizes);
    this.#every = Math.ceil((sizes.processes + sizes.handles) / SMALL_TABLES);
  }

  /** @throws Mismatch, and whatever the kernel traps with. */
  step(event: KernelEvent, drained?: number): void {
    const kernel = this.#kernel;
    const refused = kernel.crowded;
    const status = kernel.send(event);
    const commands = kernel.fresh();
    this.steps.push({ event, status, commands, ...(drained !== undefined && { drained }) });
    if (status === abi.STATUS_DRAIN) {
      check(refused && commands.length === 0, () => "an event is refused, and there was room");
    } else {
      this.model.apply(event, status, commands);
      this.#invariants.check(event, status, commands, this.steps.length % this.#every === 0);
    }
    if (drained === undefined) kernel.discard();
    else check(kernel.acknowledge(drained), () => `there are no ${drained} commands to be read`);
  }
}

/** Runs a seed for about `length` events after the boot. */
export function runSeed(kernel: Kernel, seed: number, length: number): Run {
  const random = new Random(seed);
  const sizes = randomSizes(random);
  return observe(kernel, seed, sizes, (session) => {
    build(random, session);
    const { world } = session.model;
    const calm = random.pick<Calm>([1, 3, 12, 12]) ?? 1;
    for (let i = 0; i < length; i++) session.step(nextEvent(random, world, calm));
  });
}

function build(random: Random, session: Session): void {
  for (const event of templateEvents(random)) session.step(event);
  session.step(rootEvent(random));
  const { world } = session.model;
  const count = 2 + random.below(9);
  for (let i = 0; i < count; i++) {
    const all = [...world.processes.values()];
    const open = all.filter(
      (one) => one.isSupervisor && one.field(abi.FIELD_STRATEGY) !== abi.STRATEGY_DYNAMIC,
    );
    const pids = (processes: typeof all): number[] => processes.map(({ pid }) => pid);
    session.step(addEvent(random, pids(open), pids(all)));
  }
  session.step(BOOT);
}

/** Sends events as they stand, whatever they mean by now. `drained`: as in `Step`, by event. */
export function replay(
  kernel: Kernel,
  seed: number | bigint,
  sizes: Sizes,
  events: readonly KernelEvent[],
  drained?: readonly number[],
): Run {
  return observe(kernel, seed, sizes, (session) => {
    for (const [i, event] of events.entries()) session.step(event, drained?.[i]);
  });
}

function observe(
  kernel: Kernel,
  seed: number | bigint,
  sizes: Sizes,
  drive: (session: Session) => void,
): Run {
  const session = new Session(kernel, seed, sizes);
  try {
    drive(session);
    return { seed, sizes, steps: session.steps };
  } catch (error) {
    const expected = error instanceof Mismatch || error instanceof WebAssembly.RuntimeError;
    if (!expected) throw error;
    return { seed, sizes, steps: session.steps, failure: error.message };
  }
}
