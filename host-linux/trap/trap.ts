/**
 * A trap as data: what happened, in which process, who had called it.
 *
 * Made in the system's thread from what the engine threw; plain, so that it
 * crosses to the main thread and prints as JSON.
 */
import {
  DEPTH_EXHAUSTED,
  FUEL_EXHAUSTED,
  HANDLES_EXHAUSTED,
  LIVENESS,
  SLICE_ENDED,
  UNANSWERED,
  type LinkPlan,
} from "../../toolchain/link/plan.ts";
import { DeviceTrap } from "../host-error.ts";
import type { Running } from "../instantiate.ts";
import { abortMessage, type KeptWords } from "./abort-message.ts";
import { blame, type Between, type Segment } from "./blame.ts";
import { SourcePositions, type SourcePosition } from "../../toolchain/link/source-position.ts";
import { innermostOf, isOfAdapter, stackOf, type StackFrame } from "./stack.ts";
import { unfused } from "./unfused.ts";

type TrapKind =
  | "unreachable"
  /** The guest threw, or an assertion of it failed, and it left a message. */
  | "abort"
  | "out-of-bounds"
  | "divide-by-zero"
  | "integer-overflow"
  | "indirect-call"
  | "bad-cast"
  | "stack-overflow"
  | "uncaught-exception"
  | "invalid-value"
  | "out-of-memory"
  /** The process's budget is used up. */
  | "out-of-fuel"
  /** Its calls are nested more deeply than its quota allows. */
  | "too-deep"
  /** The process that a handle was for has no room for it. */
  | "out-of-handles"
  | "device"
  /** It called a process that is dead. */
  | "unavailable"
  /** It called over a binding that was revoked. */
  | "revoked"
  /** What it sent was not taken, or not answered. */
  | "unanswered"
  | "other";

export interface TrapFrame {
  /** The module's name in the plan. */
  readonly module: string;
  readonly function?: string;
  /** Byte offset in the module. */
  readonly offset: number;
  /** Where the instruction comes from; `~lib/…` is the language's own library. */
  readonly source?: SourcePosition;
  /** Where the program is by then, when the instruction is not its own: see source-position.ts. */
  readonly program?: SourcePosition;
}

/** A run of frames in one process. The first of a report is where it trapped. */
export interface TrapSegment {
  /** More than one when the stack does not tell processes of one component apart. */
  readonly processes: readonly string[];
  readonly components: readonly string[];
  /** The import through which the call came in; absent for the outermost. */
  readonly through?: string;
  readonly frames: readonly TrapFrame[];
}

export interface TrapReport {
  readonly kind: TrapKind;
  /** A clause about the process that trapped, such as "divided by zero". */
  readonly reason: string;
  /** Where an adapter refused a value: the two ends, and the import between them. */
  readonly between?: Between;
  readonly through?: string;
  readonly segments: readonly TrapSegment[];
}

/** What the engine says, and what it means. The first pattern that fits counts. */
const MEANINGS: readonly (readonly [RegExp, TrapKind, string])[] = [
  [/^unreachable/, "unreachable", "reached unreachable code (a throw, an abort or a failed check)"],
  [/memory access|segment/, "out-of-bounds", "accessed memory out of bounds"],
  [/(divide|remainder) by zero/, "divide-by-zero", "divided by zero"],
  [/unrepresentable/, "integer-overflow", "computed a number that its integer type cannot hold"],
  [
    /signature|null function|null/,
    "indirect-call",
    "called through a table a function of another type, or none",
  ],
  [/illegal cast/, "bad-cast", "cast a reference to a type that it does not have"],
  [/table/, "indirect-call", "called through a table out of its bounds"],
  [/call stack/, "stack-overflow", "used up the stack (a recursion without end?)"],
];
const RULE = "trap: ";

/**
 * Describes what a guest's call threw; undefined when that was no trap but a defect of the host.
 * Without `running`, as while a system starts, a guest's own words are not known.
 * @param kept words of processes that have been reset since.
 */
export function describeTrap(
  error: unknown,
  plan: LinkPlan,
  running?: Running,
  kept?: KeptWords,
): TrapReport | undefined {
  const positions = positionsIn(plan);
  const frames = unfused(stackOf(error, plan), plan, positions);
  const ended = endedByQuota(frames, plan) ?? endedByStandIn(frames, plan) ?? endedByMessage(frames, plan);
  const stack = ended ? withoutLinker(frames.slice(1)) : frames;
  const meaning = meaningOf(error, stack.length > 0);
  if (meaning === undefined) return undefined;
  const [innermost, ...outer] = blame(stack, plan);
  const refused = refusal(innermost, meaning.kind);
  const guests = innermost?.between === undefined ? [innermost, ...outer] : outer;
  const segments = guests.filter((s) => s !== undefined).map((s) => describeSegment(s, plan, positions));
  return {
    ...(ended ??
      refused ??
      exhaustion(stack, plan) ??
      gaveUp(guests[0], running, kept) ??
      noMemory(segments[0], meaning.kind) ??
      meaning),
    ...(refused !== undefined && innermost?.between !== undefined && { between: innermost.between }),
    ...(refused !== undefined && innermost?.through !== undefined && { through: innermost.through }),
    segments,
  };
}

/** To decode a source map takes milliseconds, and a system that restarts its processes describes many traps. */
const positionsOf = new WeakMap<LinkPlan, SourcePositions>();

function positionsIn(plan: LinkPlan): SourcePositions {
  const known = positionsOf.get(plan) ?? new SourcePositions(plan);
  positionsOf.set(plan, known);
  return known;
}

/**
 * What tells whether a trap came of a quota that was used up. It gets the positions of those whose code
 * may have been on the stack: where none of them has a quota, the stack is not even looked at. To read
 * one takes longer than to restart a process.
 */
export function exhaustionIn(plan: LinkPlan): (error: unknown, processes: readonly number[]) => boolean {
  const bounded = boundedIn(plan);
  return (error, processes) => {
    if (bounded.size === 0 || !processes.some((process) => bounded.has(process))) return false;
    const frame = innermostOf(error, plan);
    return frame !== undefined && (endedByQuota([frame], plan) !== undefined || endedByHandles(frame, plan));
  };
}

/** Processes that have a quota which ends in a trap: of fuel, depth or handles. */
function boundedIn(plan: LinkPlan): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [position, { template }] of plan.root.processes.entries()) {
    const quotas = plan.templates[template]?.quotas;
    if (QUOTAS.some(({ quota }) => quotas?.[quota] !== undefined)) found.add(position);
  }
  for (const table of plan.root.handles?.tables ?? []) if ("process" in table) found.add(table.process);
  return found;
}

function endedByHandles(frame: StackFrame, plan: LinkPlan): boolean {
  return frame.function === HANDLES_EXHAUSTED && plan.modules[frame.module]?.role === "handles";
}

function meaningOf(error: unknown, inGuest: boolean): { kind: TrapKind; reason: string } | undefined {
  if (error instanceof DeviceTrap)
    return { kind: "device", reason: `was refused by a device: ${error.message}` };
  if (error instanceof WebAssembly.Exception) {
    return { kind: "uncaught-exception", reason: "threw an exception that nobody caught" };
  }
  const isTrap = error instanceof WebAssembly.RuntimeError || (error instanceof RangeError && inGuest);
  if (!isTrap) return undefined;
  const known = MEANINGS.find(([pattern]) => pattern.test(error.message));
  return known
    ? { kind: known[1], reason: known[2] }
    : { kind: "other", reason: `trapped: ${error.message}` };
}

/**
 * An adapter's failed check: the innermost function is named after the rule. Ranges
 * that end an instruction anyway, such as a copy, are left to that instruction.
 */
function refusal(
  innermost: Segment | undefined,
  kind: TrapKind,
): { kind: TrapKind; reason: string } | undefined {
  if (innermost?.between === undefined) return undefined;
  const name = innermost.frames[0]?.function ?? "";
  if (name.startsWith(RULE)) {
    const full = name === HANDLES_EXHAUSTED;
    return { kind: full ? "out-of-handles" : "invalid-value", reason: name.slice(RULE.length) };
  }
  return kind === "out-of-bounds" ? { kind: "invalid-value", reason: "it lies out of bounds" } : undefined;
}

/** The innermost frame is of the function that metered modules trap in: the one that called it had no fuel left. */
function endedByQuota(
  [frame]: readonly StackFrame[],
  plan: LinkPlan,
): { kind: TrapKind; reason: string } | undefined {
  const ended = QUOTAS.find((quota) => quota.rule === frame?.function);
  if (frame === undefined || ended === undefined) return undefined;
  const limited = plan.templates.some(
    ({ quotas, instances }) =>
      quotas[ended.quota] !== undefined && instances.some(({ module }) => module === frame.module),
  );
  return limited ? { kind: ended.kind, reason: ended.reason } : undefined;
}

/** Without the function that asked for more fuel, in place of the guest's own. */
function withoutLinker(frames: readonly StackFrame[]): readonly StackFrame[] {
  return frames[0]?.function === SLICE_ENDED ? frames.slice(1) : frames;
}

/** Quotas that end a process in a function of their own. */
const QUOTAS: readonly {
  readonly quota: "fuel" | "depth";
  readonly rule: string;
  readonly kind: TrapKind;
  readonly reason: string;
}[] = [
  { quota: "fuel", rule: FUEL_EXHAUSTED, kind: "out-of-fuel", reason: "used up its fuel" },
  { quota: "depth", rule: DEPTH_EXHAUSTED, kind: "too-deep", reason: "nested its calls too deeply" },
];

/** The call went to what stands in for a process that is dead, or for a binding that was revoked. */
function endedByStandIn(
  [frame]: readonly StackFrame[],
  plan: LinkPlan,
): { kind: TrapKind; reason: string } | undefined {
  if (frame === undefined || plan.modules[frame.module]?.role !== "liveness") return undefined;
  const { unavailable } = LIVENESS.rules;
  return frame.function === unavailable
    ? { kind: "unavailable", reason: "called a process that is dead" }
    : { kind: "revoked", reason: "called over a binding that was revoked" };
}

/** The sender's half of a message had no way to tell it of a fault. */
function endedByMessage(
  [frame]: readonly StackFrame[],
  plan: LinkPlan,
): { kind: TrapKind; reason: string } | undefined {
  if (frame === undefined || !isOfAdapter(frame, plan)) return undefined;
  const reason = Object.values(UNANSWERED).find((rule) => frame.function === RULE + rule);
  return reason && { kind: "unanswered", reason };
}

function exhaustion(
  [frame]: readonly StackFrame[],
  plan: LinkPlan,
): { kind: TrapKind; reason: string } | undefined {
  if (frame === undefined || plan.modules[frame.module]?.role !== "transfer") return undefined;
  return { kind: "out-of-memory", reason: "passed more in one call than the transfer memory can hold" };
}

/** The allocator of AssemblyScript's library says nothing when its memory cannot grow. */
const ALLOCATOR = /~lib\/rt\/tlsf\.ts$/;

function noMemory(
  innermost: TrapSegment | undefined,
  kind: TrapKind,
): { kind: TrapKind; reason: string } | undefined {
  if (kind !== "unreachable" || !ALLOCATOR.test(innermost?.frames[0]?.source?.file ?? "")) return undefined;
  return { kind: "out-of-memory", reason: "ran out of memory" };
}

/** A trap of the guest's own making, with its own words. */
function gaveUp(
  innermost: Segment | undefined,
  running: Running | undefined,
  kept: KeptWords | undefined,
): { kind: TrapKind; reason: string } | undefined {
  const message = innermost && running && abortMessage(innermost, running, kept);
  return message === undefined ? undefined : { kind: "abort", reason: `gave up: ${message}` };
}

function describeSegment(segment: Segment, plan: LinkPlan, positions: SourcePositions): TrapSegment {
  return {
    processes: segment.processes,
    components: componentsOf(segment.processes, plan),
    ...(segment.through !== undefined && { through: segment.through }),
    frames: segment.frames.map((frame) => {
      const position = positions.of(frame);
      return {
        module: plan.modules[frame.module]?.name ?? "",
        offset: frame.offset,
        ...(frame.function !== undefined && { function: frame.function }),
        ...position,
      };
    }),
  };
}

function componentsOf(processes: readonly string[], plan: LinkPlan): string[] {
  const templates = plan.root.processes
    .filter(({ name }) => processes.includes(name))
    .map(({ template }) => plan.templates[template]?.name ?? "");
  return [...new Set(templates)];
}
