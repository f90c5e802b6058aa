/**
 * Bytes between two memories in line, sixteen at a time.
 *
 * Below a few hundred bytes this beats `memory.copy`, for which an engine leaves
 * the generated code. An access out of bounds traps by itself; that neither range
 * wraps around is checked first. What is written before a trap lies inside of what
 * `realloc` returned.
 */
import {
  add,
  advance,
  all,
  apply,
  below,
  get,
  i32,
  load,
  nothing,
  op,
  set,
  store,
  sub,
  when,
  whilst,
  type Body,
  type Code,
  type Local,
} from "./code.ts";
import { memoryOf, type Crossing, type Side } from "./crossing.ts";
import { trapIf, type Rule } from "./trap.ts";

/** Two ranges of the same length: addresses and bytes in locals. */
export interface Ranges {
  readonly source: Local;
  readonly target: Local;
  readonly bytes: Local;
}

const VECTOR = 16;
/** Beyond, the engine's own copy is quicker. */
const MAX_IN_LINE = 256;

/** Copies any number of bytes; `rule` names a source that wraps around. */
export function copyBytes(crossing: Crossing, body: Body, ranges: Ranges, rule: Rule): Code {
  const { source, target, bytes } = ranges;
  const [to, from] = [memoryOf(crossing.to), memoryOf(crossing.from)];
  return when(
    // Below one vector the difference wraps around to the top, too.
    below(sub(get(bytes), i32(VECTOR)), i32(MAX_IN_LINE - VECTOR + 1)),
    copyVectors(crossing, body, ranges, rule),
    op("memory.copy", [to, from], get(target), get(source), get(bytes)),
  );
}

/**
 * Copies sixteen bytes or more. The last vector may overlap the one before it.
 *
 * @param look What to do with each vector; it is the one that was stored.
 */
export function copyVectors(
  crossing: Crossing,
  body: Body,
  { source, target, bytes }: Ranges,
  rule: Rule,
  look: (vector: Code) => Code = () => nothing,
): Code {
  const { module } = crossing;
  const vector = body.local("v128");
  const [from, to, last, lastTo] = [
    body.local("i32"),
    body.local("i32"),
    body.local("i32"),
    body.local("i32"),
  ];
  const copyOne = (offset: number): Code =>
    all(
      set(vector, loadVector(crossing.from, from, offset)),
      storeVector(crossing.to, to, get(vector), offset),
      look(get(vector)),
    );
  /** More than `bytes` are left before the last vector; lengths are far below 2^31. */
  const beyond = (bytes: number): Code => apply("i32.gt_s", sub(get(last), get(from)), i32(bytes));
  const lastOf = (start: Local): Code => sub(add(get(start), get(bytes)), i32(VECTOR));
  return all(
    set(last, lastOf(source)),
    set(lastTo, lastOf(target)),
    trapIf(module, below(get(last), get(source)), rule),
    trapIf(module, below(get(lastTo), get(target)), "realloc returned memory out of bounds"),
    set(from, get(source)),
    set(to, get(target)),
    whilst(
      beyond(VECTOR),
      all(copyOne(0), copyOne(VECTOR), advance(from, 2 * VECTOR), advance(to, 2 * VECTOR)),
    ),
    when(beyond(0), copyOne(0)),
    set(from, get(last)),
    set(to, get(lastTo)),
    copyOne(0),
  );
}

export function loadVector(side: Side, address: Local, offset = 0): Code {
  return load("v128.load", get(address), { memory: memoryOf(side), offset });
}
export function storeVector(side: Side, address: Local, vector: Code, offset = 0): Code {
  return store("v128.store", get(address), vector, { memory: memoryOf(side), offset });
}
/** The first eight bytes of a vector. */
export function storeHalf(side: Side, address: Local, vector: Code): Code {
  const place = { memory: memoryOf(side), align: 0 };
  return op("v128.store64_lane", [place, 0], get(address), vector);
}

/** Vectors that do not change, in locals: an engine makes a constant anew in each round of a loop. */
export interface Held<K extends string> {
  /** Before the loop. */
  readonly hold: Code;
  readonly of: Readonly<Record<K, Code>>;
}

/** Sixteen bytes each. */
export function held<K extends string>(body: Body, values: Readonly<Record<K, readonly number[]>>): Held<K> {
  const entries = Object.entries<readonly number[]>(values).map(
    ([key, bytes]) => [key, body.local("v128"), bytes] as const,
  );
  return {
    hold: all(...entries.map(([, local, bytes]) => set(local, op("v128.const", [bytes])))),
    of: Object.fromEntries(entries.map(([key, local]) => [key, get(local)])) as Record<K, Code>,
  };
}

/** Some bytes, over and over: the lanes of a vector. */
export function repeated(lane: readonly number[]): number[] {
  return Array.from({ length: VECTOR }, (_, i) => lane[i % lane.length] ?? 0);
}
