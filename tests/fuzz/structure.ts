/**
 * Changes to the structure of a decoded component, from a seed.
 *
 * A component is a tree of objects, lists, names and indices. A change touches
 * one place of it: an index or name becomes another, a part goes, is doubled,
 * moves, changes places with another, or comes from another component; canonical
 * options come and go. What cannot be encoded any more is no mutant.
 */
import type { Component } from "../../toolchain/wasm/index.ts";
import { encoded } from "../toolchain/link/mutations.ts";
import type { Random } from "../toolchain/wasm/mutate.ts";

type Parent = Record<string | number, unknown>;

/** A value in the tree; `role` is the nearest key that is a name, so that equal roles are of one kind. */
interface Place {
  readonly parent: Parent;
  readonly key: string | number;
  readonly value: unknown;
  readonly role: string;
}

const NAMES = [
  "",
  "a",
  "b-c",
  "run",
  "a:b/c",
  "a:b/c@1.0.0",
  "[constructor]blob",
  "[method]blob.get",
] as const;
const OPTIONS: readonly object[] = [
  { kind: "string-encoding", encoding: "utf8" },
  { kind: "string-encoding", encoding: "utf16" },
  { kind: "string-encoding", encoding: "latin1+utf16" },
  ...[0, 1, 2].flatMap((index) => [
    { kind: "memory", memory: index },
    { kind: "realloc", func: index },
    { kind: "post-return", func: index },
  ]),
  { kind: "async" },
];

export interface Mutant {
  readonly bytes: Uint8Array;
  /** What was done, for people. */
  readonly changes: readonly string[];
}

/** One to four changes; undefined when the result cannot be written. */
export function mutant(source: Component, donor: Component, random: Random): Mutant | undefined {
  const copy = structuredClone(source);
  const changes: string[] = [];
  for (let left = random.below(2) === 0 ? 1 : 1 + random.below(4); left > 0; left--) {
    const name = random.pick(Object.keys(CHANGES));
    const done = CHANGES[name]?.(placesOf(copy), random, donor);
    if (done !== undefined) changes.push(`${name} ${done}`);
  }
  if (changes.length === 0) return undefined;
  const bytes = encoded(copy);
  return bytes && { bytes, changes };
}

function placesOf(tree: unknown): Place[] {
  const found: Place[] = [];
  const pending: { readonly parent: Parent; readonly role: string }[] = [
    { parent: tree as Parent, role: "" },
  ];
  for (const { parent, role } of pending) {
    for (const [key, value] of Object.entries(parent)) {
      if (key === "offset") continue;
      const at = Array.isArray(parent) ? Number(key) : key;
      const named = typeof at === "number" ? role : at;
      found.push({ parent, key: at, value, role: named });
      if (isTree(value)) pending.push({ parent: value, role: named });
    }
  }
  return found;
}

function isTree(value: unknown): value is Parent {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function isValueType({ role, value }: Place): boolean {
  return ["type", "element", "ok", "err", "result", "types", "key", "value"].includes(role) && !isTree(value);
}

/** Makes a change; says where, or undefined when there is nothing of that kind. */
type Change = (places: readonly Place[], random: Random, donor: Component) => string | undefined;

function pickOf(
  places: readonly Place[],
  random: Random,
  fits: (place: Place) => boolean,
): Place | undefined {
  const fitting = places.filter(fits);
  return fitting.length === 0 ? undefined : random.pick(fitting);
}

function leaf(
  type: "number" | "string" | "boolean",
  other: (place: Place, same: readonly Place[], random: Random) => unknown,
): Change {
  return (places, random) => {
    const same = places.filter((place) => typeof place.value === type && place.role !== "kind");
    if (same.length === 0) return undefined;
    const place = random.pick(same);
    const to = other(place, same, random);
    place.parent[place.key] = to;
    return `${place.role}: ${String(place.value)} to ${String(to)}`;
  };
}

/** Changes the list that holds a place. */
function inList(change: (list: unknown[], at: number, random: Random) => void): Change {
  return (places, random) => {
    const place = pickOf(places, random, ({ parent }) => Array.isArray(parent));
    if (place === undefined || typeof place.key !== "number") return undefined;
    change(place.parent as unknown as unknown[], place.key, random);
    return `${place.role} ${place.key}`;
  };
}

const CHANGES: Readonly<Record<string, Change>> = {
  "change an index": leaf("number", ({ value }, same, random) =>
    random.below(2) === 0
      ? Math.max(0, (value as number) + random.pick([-2, -1, 1, 2]))
      : random.pick([random.below(16), random.pick(same).value, 0xffff_ffff]),
  ),
  "change a name": leaf("string", (_, same, random) =>
    random.below(3) === 0 ? random.pick(NAMES) : random.pick(same).value,
  ),
  "change a type": (places, random) => {
    const place = pickOf(places, random, isValueType);
    if (place === undefined) return undefined;
    place.parent[place.key] = random.pick(["u8", "string", "f64", "char", "bool", "s64", random.below(12)]);
    return place.role;
  },
  "flip a flag": leaf("boolean", ({ value }) => value !== true),
  "leave out": inList((list, at) => void list.splice(at, 1)),
  double: inList(
    (list, at, random) => void list.splice(random.below(list.length + 1), 0, structuredClone(list[at])),
  ),
  move: inList((list, at, random) => {
    const [taken] = list.splice(at, 1);
    list.splice(random.below(list.length + 1), 0, taken);
  }),
  swap: inList((list, at, random) => {
    const other = random.below(list.length);
    [list[at], list[other]] = [list[other], list[at]];
  }),
  "forget a part": (places, random) => {
    const place = pickOf(places, random, ({ parent, role }) => !Array.isArray(parent) && role !== "kind");
    if (place === undefined) return undefined;
    delete place.parent[place.key];
    return place.role;
  },
  "exchange two parts": (places, random) => {
    const one = pickOf(places, random, ({ value }) => typeof value === "object");
    const other =
      one && pickOf(places, random, (place) => place.role === one.role && typeof place.value === "object");
    if (one === undefined || other === undefined) return undefined;
    const [a, b] = [structuredClone(one.value), structuredClone(other.value)];
    [one.parent[one.key], other.parent[other.key]] = [b, a];
    return one.role;
  },
  "take from another": (places, random, donor) => {
    const place = pickOf(places, random, ({ value }) => typeof value === "object");
    const given =
      place &&
      pickOf(placesOf(donor), random, ({ role, value }) => role === place.role && typeof value === "object");
    if (place === undefined || given === undefined) return undefined;
    place.parent[place.key] = structuredClone(given.value);
    return place.role;
  },
  "change options": (places, random) => {
    const place = pickOf(places, random, ({ role, value }) => role === "options" && Array.isArray(value));
    if (place === undefined) return undefined;
    const list = place.value as object[];
    const kept = random.below(3) === 0 ? [] : list.filter(() => random.below(3) > 0);
    if (random.below(3) > 0) kept.push(random.pick(OPTIONS));
    place.parent[place.key] = kept;
    return JSON.stringify(kept);
  },
};
