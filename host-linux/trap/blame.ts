/**
 * Who called whom: the processes behind the frames of a stack.
 *
 * A frame names a module, and processes made from one template share theirs.
 * So the stack is walked from its outermost frame inwards along the plan's
 * edges: a call from a known process can only arrive at one it is bound to.
 * What stays ambiguous is named as such ("a or b"), never guessed.
 */
import type { Adapter, Edge, LinkPlan } from "../../toolchain/link/plan.ts";
import { isOfAdapter, type StackFrame } from "./stack.ts";

/** A run of frames in one process, or in the adapters of an edge. */
export interface Segment {
  /** Process names: several when the stack does not tell them apart; empty for adapters. */
  readonly processes: readonly string[];
  /** How the call came in: the import's name; absent for the outermost. */
  readonly through?: string;
  /** Innermost first. */
  readonly frames: readonly StackFrame[];
  /** For adapters: who they stand between. */
  readonly between?: Between;
}

export interface Between {
  readonly consumers: readonly string[];
  readonly providers: readonly string[];
}

/** Segments of a stack, innermost first. Adapters appear only where they are innermost. */
export function blame(frames: readonly StackFrame[], plan: LinkPlan): Segment[] {
  const walk = new Walk(plan);
  for (const frame of frames.toReversed()) walk.enter(frame);
  return walk.segments();
}

interface Open {
  processes: Set<number>;
  through?: string;
  frames: StackFrame[];
}

class Walk {
  readonly #plan: LinkPlan;
  readonly #open: Open[] = [];
  /** Adapter frames since the last frame of a guest. */
  #adapters: StackFrame[] = [];

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  enter(frame: StackFrame): void {
    const role = isOfAdapter(frame, this.#plan) ? "adapter" : this.#plan.modules[frame.module]?.role;
    // The handle module acts for the adapter that called it.
    if (role === "adapter" || role === "handles") this.#adapters.push(frame);
    if (role !== "guest") return;
    const users =
      frame.process === undefined ? processesOf(this.#plan, frame.module) : new Set([frame.process]);
    const current = this.#open.at(-1);
    const stays = current && intersection(current.processes, users);
    if (current && stays && stays.size > 0 && this.#adapters.length === 0) {
      current.processes = stays;
      current.frames.unshift(frame);
    } else {
      this.#open.push({ ...this.#cross(users), frames: [frame] });
    }
    this.#adapters = [];
  }

  segments(): Segment[] {
    const segments = this.#open.map(({ processes, through, frames }) => ({
      processes: names(this.#plan, processes),
      ...(through !== undefined && { through }),
      frames,
    }));
    return [...this.#atRest(), ...segments.reverse()];
  }

  /** The segment of adapters that the stack ends in, if it does. */
  #atRest(): Segment[] {
    if (this.#adapters.length === 0) return [];
    const edges = this.#edges();
    const consumers = names(this.#plan, new Set(edges.map(({ consumer }) => consumer)));
    const providers = [...new Set(edges.map((edge) => providerName(this.#plan, edge)))];
    const through = edges[0] && holeName(this.#plan, edges[0]);
    const between = edges.length > 0 ? { consumers, providers } : (this.#mailbox() ?? this.#entry());
    const frames = this.#adapters.toReversed();
    return [{ processes: [], frames, between, ...(through !== undefined && { through }) }];
  }

  #cross(users: ReadonlySet<number>): Omit<Open, "frames"> {
    const reached = this.#edges().filter(
      ({ provider }) => provider.kind === "process" && users.has(provider.process),
    );
    const [first] = reached;
    if (first === undefined) return { processes: new Set(users) };
    const processes = new Set<number>();
    for (const { provider } of reached) if (provider.kind === "process") processes.add(provider.process);
    return { processes, through: holeName(this.#plan, first) };
  }

  /** The edges that the call may have taken: out of the current process, through the adapters seen. */
  #edges(): Edge[] {
    const from = this.#open.at(-1)?.processes;
    const seen = this.#adapters.filter((frame) => isOfAdapter(frame, this.#plan));
    return this.#plan.root.edges.filter(
      ({ consumer, adapters }, position) =>
        (from === undefined || from.has(consumer)) &&
        seen.every(({ edge, module, mailbox }) =>
          edge === undefined ? mailbox === undefined && uses(adapters, module) : edge === position,
        ),
    );
  }

  /** Adapters of no edge may be those that take messages to a process out of the mail. */
  #mailbox(): Between | undefined {
    const { processes, edges } = this.#plan.root;
    const provider = processes.findIndex(
      ({ mailbox }, position) =>
        mailbox &&
        this.#adapters.every((frame) =>
          frame.mailbox === undefined ? uses(mailbox.adapters, frame.module) : frame.mailbox === position,
        ),
    );
    if (provider < 0) return undefined;
    const senders = edges.filter((edge) => sendsTo(edge, provider)).map(({ consumer }) => consumer);
    return {
      consumers: names(this.#plan, new Set(senders)),
      providers: names(this.#plan, new Set([provider])),
    };
  }

  /** Other adapters of no edge are those of the entry. */
  #entry(): Between {
    const { entry, processes } = this.#plan.root;
    return { consumers: ["the host"], providers: [processes[entry?.process ?? -1]?.name ?? "the entry"] };
  }
}

function processesOf(plan: LinkPlan, module: number): Set<number> {
  const users = new Set<number>();
  for (const [position, { template }] of plan.root.processes.entries()) {
    if (plan.templates[template]?.instances.some((instance) => instance.module === module))
      users.add(position);
  }
  return users;
}

function sendsTo({ provider, functions }: Edge, process: number): boolean {
  const direct = provider.kind === "process" ? provider.process : undefined;
  return functions.some(
    ({ message, handedOn }) => message !== undefined && (handedOn?.process ?? direct) === process,
  );
}

function uses(adapters: readonly Adapter[], module: number): boolean {
  return adapters.some((adapter) => adapter.module === module);
}

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  return new Set([...a].filter((element) => b.has(element)));
}

function names(plan: LinkPlan, processes: ReadonlySet<number>): string[] {
  return [...processes].map((position) => plan.root.processes[position]?.name ?? `process ${position}`);
}

function holeName(plan: LinkPlan, edge: Edge): string {
  const template = plan.root.processes[edge.consumer]?.template ?? -1;
  return plan.templates[template]?.holes[edge.hole]?.name ?? `import ${edge.hole}`;
}

function providerName(plan: LinkPlan, { consumer, provider }: Edge): string {
  if (provider.kind === "device") {
    return plan.root.processes[consumer]?.grants[provider.grant]?.device ?? "a device";
  }
  if (provider.kind === "handles") return "its handles";
  if (provider.kind === "inner") return plan.root.processes[consumer]?.name ?? `process ${consumer}`;
  return plan.root.processes[provider.process]?.name ?? `process ${provider.process}`;
}
