/**
 * Whether two types are the same, and where they first differ.
 *
 * Types are compared by structure: labels, kinds and order count, the names
 * that WIT gave them do not. Resources are the same only if they are one
 * object, unless the caller says which belong together.
 */
import type { FunctionType, ResourceType, ValueType } from "./types.ts";

/** Where two types first differ. */
export interface TypeDifference {
  /** Such as `param hits / element / field score`; empty at the root. */
  readonly path: string;
  readonly left: string;
  readonly right: string;
}

/** Says whether two resources count as one; `undefined` falls back on identity. */
export type SameResource = (left: ResourceType, right: ResourceType) => boolean;

const identical: SameResource = (left, right) => left === right;

export function typesEqual(left: ValueType, right: ValueType, same: SameResource = identical): boolean {
  return compareTypes(left, right, same) === undefined;
}

/** The first difference between two value types, `undefined` when there is none. */
export function compareTypes(
  left: ValueType,
  right: ValueType,
  same: SameResource = identical,
): TypeDifference | undefined {
  return compare(left, right, [], same);
}

/** The first difference between two function types, parameter names included. */
export function compareFunctions(
  left: FunctionType,
  right: FunctionType,
  same: SameResource = identical,
): TypeDifference | undefined {
  if (left.async !== right.async) return differ([], asyncness(left), asyncness(right));
  return (
    members("param", left.params, right.params, [], same) ??
    optional(left.result, right.result, ["result"], same)
  );
}

function compare(a: ValueType, b: ValueType, path: Path, same: SameResource): TypeDifference | undefined {
  if (a === b) return undefined;
  if (a.kind === "list" && b.kind === "list") {
    if (a.length !== b.length) return differ(path, listKind(a.length), listKind(b.length));
    return compare(a.element, b.element, [...path, "element"], same);
  }
  if (a.kind === "map" && b.kind === "map") {
    return (
      compare(a.key, b.key, [...path, "key"], same) ?? compare(a.value, b.value, [...path, "value"], same)
    );
  }
  if (a.kind === "record" && b.kind === "record") return members("field", a.fields, b.fields, path, same);
  if (a.kind === "variant" && b.kind === "variant") return members("case", a.cases, b.cases, path, same);
  if (a.kind === "tuple" && b.kind === "tuple") {
    return members("item", a.types.map(item), b.types.map(item), path, same);
  }
  if ((a.kind === "enum" && b.kind === "enum") || (a.kind === "flags" && b.kind === "flags")) {
    return members("label", a.labels.map(bare), b.labels.map(bare), path, same);
  }
  if (a.kind === "option" && b.kind === "option") return compare(a.type, b.type, [...path, "some"], same);
  if (a.kind === "result" && b.kind === "result") {
    return optional(a.ok, b.ok, [...path, "ok"], same) ?? optional(a.err, b.err, [...path, "error"], same);
  }
  if ((a.kind === "own" && b.kind === "own") || (a.kind === "borrow" && b.kind === "borrow")) {
    return same(a.resource, b.resource)
      ? undefined
      : differ(path, resource(a.resource), resource(b.resource));
  }
  return a.kind === b.kind ? undefined : differ(path, a.kind, b.kind);
}

type Path = readonly string[];
interface Member {
  readonly label: string;
  readonly type?: ValueType;
}

/** Fields, cases and the like: same number, same labels in the same order, same types. */
function members(
  what: string,
  a: readonly Member[],
  b: readonly Member[],
  path: Path,
  same: SameResource,
): TypeDifference | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x?.label !== y?.label) {
      return differ(path, memberText(what, x), memberText(what, y));
    }
    const difference = optional(x?.type, y?.type, [...path, `${what} ${x?.label}`], same);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function optional(
  a: ValueType | undefined,
  b: ValueType | undefined,
  path: Path,
  same: SameResource,
): TypeDifference | undefined {
  if (a !== undefined && b !== undefined) return compare(a, b, path, same);
  return a === b ? undefined : differ(path, a?.kind ?? "nothing", b?.kind ?? "nothing");
}

function differ(path: Path, left: string, right: string): TypeDifference {
  return { path: path.join(" / "), left, right };
}

function memberText(what: string, member: Member | undefined): string {
  return member === undefined ? `no further ${what}` : `${what} ${member.label}`;
}

function item(type: ValueType, index: number): Member {
  return { label: String(index), type };
}

function bare(label: string): Member {
  return { label };
}

function listKind(length: number | undefined): string {
  return length === undefined ? "list" : `list of ${length}`;
}

function resource(type: ResourceType): string {
  return type.name === undefined
    ? "a resource"
    : `resource ${type.name.name} of ${type.name.owner ?? "the world"}`;
}

function asyncness(type: FunctionType): string {
  return type.async ? "an async function" : "a synchronous function";
}
