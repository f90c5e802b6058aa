/**
 * Variants, and enum, option and result as the variants they stand for.
 *
 * The discriminant is checked before it selects anything. Cases whose payloads
 * have the same shape share their code. Core values that the case at hand does
 * not use stay zero: a sink's locals are fresh. Sources: CanonicalABI.md,
 * `load_variant`, `store_variant`, `lift_flat_variant`, `lower_flat_variant`.
 */
import {
  all,
  atLeast,
  block,
  branch,
  branchTable,
  equal,
  get,
  i32,
  nothing,
  set,
  when,
  type Code,
  type Label,
  type Local,
} from "./code.ts";
import { unsigned } from "./integer.ts";
import type { Sink, Source } from "./place.ts";
import type { Shape, ShapeOf } from "./shape.ts";
import { trapIf } from "./trap.ts";
import type { Walk } from "./walk.ts";

/** Blocks inside each other at one place: tools that translate Wasm give up on hundreds. */
const MAX_NESTED = 64;

interface Group {
  readonly payload: Shape;
  readonly cases: number[];
}

export function copyVariant(walk: Walk, shape: ShapeOf<"variant">, source: Source, sink: Sink): Code {
  const leaf = unsigned(shape.discriminantSize);
  const { length } = shape.cases;
  const any = source.kind === "memory" && length === 2 ** (8 * shape.discriminantSize);
  const at = { offset: shape.payloadOffset, flat: 1 };
  return (body) => {
    const which = body.local("i32");
    const outside = atLeast(get(which), i32(length));
    all(
      set(which, source.take(leaf)),
      any ? nothing : trapIf(walk.crossing.module, outside, "discriminant is out of range"),
      sink.put(leaf, get(which)),
      dispatch(which, groups(shape), length, (payload) => walk.copy(payload, source.part(at), sink.part(at))),
    )(body);
  };
}

function groups(shape: ShapeOf<"variant">): Group[] {
  const byPayload = new Map<Shape, Group>();
  for (const [i, payload] of shape.cases.entries()) {
    if (payload === undefined) continue;
    const group = byPayload.get(payload) ?? { payload, cases: [] };
    group.cases.push(i);
    byPayload.set(payload, group);
  }
  return [...byPayload.values()];
}

function dispatch(
  which: Local,
  groups: readonly Group[],
  cases: number,
  copy: (payload: Shape) => Code,
): Code {
  const [first, second] = groups;
  if (first === undefined) return nothing;
  if (second === undefined && first.cases.length === cases) return copy(first.payload);
  if (second === undefined && first.cases.length === 1) {
    return when(equal(get(which), i32(first.cases[0] ?? 0)), copy(first.payload));
  }
  const chunks = Array.from({ length: Math.ceil(groups.length / MAX_NESTED) }, (_, i) =>
    groups.slice(i * MAX_NESTED, (i + 1) * MAX_NESTED),
  );
  return all(...chunks.map((chunk) => branchByCase(which, chunk, copy)));
}

/** A block for each group, the first outermost; what no group has goes past them all. */
function branchByCase(which: Local, groups: readonly Group[], copy: (payload: Shape) => Code): Code {
  return block((out) => {
    const nest = (labels: readonly Label[]): Code => {
      const group = groups[labels.length];
      if (group === undefined) return branchTable(get(which), targets(groups, labels, out), out);
      const inner = block((label) => nest([...labels, label]));
      return all(inner, copy(group.payload), branch(out));
    };
    return nest([]);
  });
}

/** Where each case goes, up to the last that has a payload. */
function targets(groups: readonly Group[], labels: readonly Label[], out: Label): Label[] {
  const result: Label[] = [];
  for (const [i, group] of groups.entries()) {
    for (const at of group.cases) result[at] = labels[i] ?? out;
  }
  return Array.from(result, (label) => label ?? out);
}
