/**
 * The asynchronous and thread built-ins: what they need and their core types.
 *
 * CanonicalABI.md, "Canonical Definitions", one section for each.
 */
import type { BuiltinImmediates, Canon } from "../component/component.ts";
import { checkMemory, type Options, readOptions, require } from "./canon-options.ts";
import { SECTION } from "./error.ts";
import { flatOf, MAX_FLAT_PARAMS } from "./layout.ts";
import type { Scope } from "./scope.ts";
import { type FlatType, holdsLists, type Value } from "./types.ts";
import { valueAt } from "./type-definition.ts";

type Signature = readonly [params: readonly FlatType[], results: readonly FlatType[]];
/** What a built-in needs, and its type. */
type Check = (immediates: BuiltinImmediates, scope: Scope) => Signature;

const I32 = ["i32"] as const;
const NONE: Signature = [[], []];
const TAKES: Signature = [I32, []];
const GIVES: Signature = [[], I32];
const MAPS: Signature = [I32, I32];
const fixed =
  (signature: Signature): Check =>
  () =>
    signature;

const BUILTINS: Readonly<Record<string, Check>> = {
  "task.return": taskReturn,
  "task.cancel": fixed(NONE),
  "context.get": (immediates, scope) => [[], context(immediates, scope)],
  "context.set": (immediates, scope) => [context(immediates, scope), []],
  "backpressure.inc": fixed(NONE),
  "backpressure.dec": fixed(NONE),
  "subtask.cancel": fixed(MAPS),
  "subtask.drop": fixed(TAKES),
  "stream.new": element("stream", [[], ["i64"]]),
  "stream.read": copy("stream", [["i32", "i32", "i32"], I32], true),
  "stream.write": copy("stream", [["i32", "i32", "i32"], I32], false),
  "stream.cancel-read": element("stream", MAPS),
  "stream.cancel-write": element("stream", MAPS),
  "stream.drop-readable": element("stream", TAKES),
  "stream.drop-writable": element("stream", TAKES),
  "future.new": element("future", [[], ["i64"]]),
  "future.read": copy("future", [["i32", "i32"], I32], true),
  "future.write": copy("future", [["i32", "i32"], I32], false),
  "future.cancel-read": element("future", MAPS),
  "future.cancel-write": element("future", MAPS),
  "future.drop-readable": element("future", TAKES),
  "future.drop-writable": element("future", TAKES),
  "error-context.new": errorContext(["memory"], [["i32", "i32"], I32]),
  "error-context.debug-message": errorContext(["memory", "realloc"], [["i32", "i32"], []]),
  "error-context.drop": fixed(TAKES),
  "waitable-set.new": fixed(GIVES),
  "waitable-set.wait": wait,
  "waitable-set.poll": wait,
  "waitable-set.drop": fixed(TAKES),
  "waitable.join": fixed([["i32", "i32"], []]),
  "thread.index": fixed(GIVES),
  "thread.new-indirect": newIndirect,
  "thread.resume-later": fixed(TAKES),
  "thread.suspend": fixed(GIVES),
  "thread.yield": fixed(GIVES),
  "thread.suspend-then-resume": fixed(MAPS),
  "thread.yield-then-resume": fixed(MAPS),
  "thread.suspend-then-promote": fixed(MAPS),
  "thread.yield-then-promote": fixed(MAPS),
};

export function addBuiltin({ name, immediates }: Extract<Canon, { kind: "builtin" }>, scope: Scope): void {
  const check = BUILTINS[name];
  // Shared-everything threads have no settled validation yet.
  if (check === undefined) return scope.context.notYet(`async: canon ${name}`);
  scope.context.uses(`canon ${name}`);
  const [params, results] = check(immediates, scope);
  scope.add("core func", scope.core.func(params, results));
}

function taskReturn({ result, options = [] }: BuiltinImmediates, scope: Scope): Signature {
  const type = result?.type === undefined ? undefined : valueAt(result.type, scope);
  for (const { kind } of options) {
    if (kind === "memory" || kind === "string-encoding") continue;
    scope.context.fail(
      SECTION.canonical,
      `canonical option \`${kind}\` is not allowed for task.return`,
      "memory or string-encoding",
    );
  }
  const known = readOptions(options, scope);
  if (typeof type === "object" && type.borrows) {
    scope.context.fail(SECTION.canonical, "the result of task.return cannot contain a `borrow` type");
  }
  const flat = type === undefined ? [] : flatOf([type]);
  const spilled = flat.length > MAX_FLAT_PARAMS;
  if (spilled || (type !== undefined && holdsLists(type))) {
    require("memory", known, "a result that lies in memory", scope);
  }
  return [spilled ? I32 : flat, []];
}

function context({ coreValType, index = 0 }: BuiltinImmediates, scope: Scope): readonly FlatType[] {
  if (coreValType === "i64") scope.context.notYet("memory64: a context slot of i64");
  if (coreValType !== "i32") scope.context.fail(SECTION.canonical, "a context slot must be `i32`");
  if (index >= 2) scope.context.fail(SECTION.canonical, "invalid context slot", "0 or 1", `${index}`);
  return I32;
}

function elementOf(
  kind: "stream" | "future",
  { type: index = 0 as never }: BuiltinImmediates,
  scope: Scope,
): Value | undefined {
  const type = scope.get("type", index, SECTION.canonical);
  if (type.kind === "value" && type.shape.kind === kind) return type.shape.element;
  return scope.context.fail(SECTION.canonical, `type index ${index} is not a ${kind} type`);
}

function element(kind: "stream" | "future", signature: Signature): Check {
  return (immediates, scope) => {
    elementOf(kind, immediates, scope);
    return signature;
  };
}

function copy(kind: "stream" | "future", signature: Signature, reads: boolean): Check {
  return (immediates, scope) => {
    const type = elementOf(kind, immediates, scope);
    const options = plainOptions(immediates, scope);
    if (type !== undefined) {
      require("memory", options, `elements of a ${kind}`, scope);
      if (reads && holdsLists(type)) require("realloc", options, "a list or string in the elements", scope);
    }
    return signature;
  };
}

/** Options without those that only `lift` has. */
function plainOptions({ options = [] }: BuiltinImmediates, scope: Scope): Options {
  const known = readOptions(options, scope);
  for (const [name, given] of [
    ["post-return", known.postReturn],
    ["callback", known.callback],
  ] as const) {
    if (given !== undefined)
      scope.context.fail(SECTION.options, `canonical option \`${name}\` is only allowed for \`canon lift\``);
  }
  return known;
}

function errorContext(needs: readonly ("memory" | "realloc")[], signature: Signature): Check {
  return (immediates, scope) => {
    const options = plainOptions(immediates, scope);
    if (options.async) scope.context.fail(SECTION.canonical, "canonical option `async` is not allowed here");
    for (const need of needs) require(need, options, "a debug message", scope);
    return signature;
  };
}

function wait({ memory = 0 as never }: BuiltinImmediates, scope: Scope): Signature {
  checkMemory(memory, scope);
  return [["i32", "i32"], I32];
}

function newIndirect(
  { coreType = 0 as never, table = 0 as never }: BuiltinImmediates,
  scope: Scope,
): Signature {
  const type = scope.get("core type", coreType, SECTION.canonical);
  if (type !== scope.core.func(I32, [])) {
    scope.context.fail(
      SECTION.canonical,
      "start function of a thread must have the type `(func (param i32))`",
    );
  }
  const { element, limits } = scope.get("core table", table, SECTION.canonical);
  if (!scope.core.matches(element, { nullable: true, heap: "func" })) {
    scope.context.fail(SECTION.canonical, "table of start functions must be of type `funcref`");
  }
  if (limits.index64) scope.context.notYet("memory64: a table of start functions with 64-bit indices");
  return [["i32", "i32"], I32];
}
