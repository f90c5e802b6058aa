/** `canon lift`, `canon lower` and the resource built-ins. CanonicalABI.md, "Canonical Definitions". */
import type { Canon } from "../component/component.ts";
import { addBuiltin } from "./builtin.ts";
import { checkSignature, type Options, readOptions, require } from "./canon-options.ts";
import { SECTION } from "./error.ts";
import { flatOf, MAX_FLAT_PARAMS } from "./layout.ts";
import type { Scope } from "./scope.ts";
import { type FlatType, type FuncType, holdsLists } from "./types.ts";

const MAX_FLAT_ASYNC_PARAMS = 4;
const MAX_FLAT_RESULTS = 1;

export function addCanon(canon: Canon, scope: Scope): void {
  switch (canon.kind) {
    case "lift":
      return lift(canon, scope);
    case "lower":
      return lower(canon, scope);
    case "resource.new":
    case "resource.rep":
    case "resource.drop":
      return addResourceBuiltin(canon, scope);
    case "builtin":
      return addBuiltin(canon, scope);
  }
}

function addResourceBuiltin(
  { kind, resource: index }: Extract<Canon, { kind: `resource.${string}` }>,
  scope: Scope,
): void {
  const { resource } = scope.resource(index, SECTION.canonical);
  if (kind !== "resource.drop" && resource.definedIn !== scope) {
    scope.context.fail(
      SECTION.canonical,
      `type index ${index} is not a local resource`,
      "a resource defined in this component",
    );
  }
  scope.add("core func", scope.core.func(["i32"], kind === "resource.drop" ? [] : ["i32"]));
}

interface Flat {
  readonly params: readonly FlatType[];
  readonly results: readonly FlatType[];
}
function flatParams({ params }: FuncType): readonly FlatType[] {
  return flatOf(params.map(({ type }) => type));
}
function flatResults({ result }: FuncType): readonly FlatType[] {
  return result === undefined ? [] : flatOf([result]);
}

function lift(canon: Extract<Canon, { kind: "lift" }>, scope: Scope): void {
  const { context, core } = scope;
  const callee = scope.get("core func", canon.func, SECTION.canonical);
  const type = scope.get("type", canon.type, SECTION.canonical);
  if (type.kind !== "func")
    return context.fail(SECTION.canonical, `type index ${canon.type} is not a function type`);
  const options = readOptions(canon.options, scope);
  checkAsync(options, type, scope);
  checkLiftNeeds(options, type, scope);
  const flat = flattenLift(options, type);
  checkCallee(callee, flat, scope);
  if (options.postReturn !== undefined) {
    if (options.async)
      context.fail(SECTION.options, "canonical option `post-return` cannot be specified with `async`");
    checkSignature("post-return", options.postReturn, core.func(flat.results, []), scope);
  }
  if (options.callback !== undefined) {
    if (!options.async)
      context.fail(SECTION.options, "canonical option `callback` requires `async` to also be specified");
    checkSignature("callback", options.callback, core.func(["i32", "i32", "i32"], ["i32"]), scope);
  }
  scope.add("func", type);
}

function checkAsync(options: Options, type: FuncType, { context }: Scope): void {
  if (!options.async) return;
  if (!type.async)
    context.fail(SECTION.options, "the `async` canonical option requires an async function type");
  context.uses("canonical option async");
}

function checkLiftNeeds(options: Options, type: FuncType, scope: Scope): void {
  const results = options.async ? MAX_FLAT_PARAMS : MAX_FLAT_RESULTS;
  if (flatResults(type).length > results)
    require("memory", options, "a result of more core values than fit", scope);
  if (type.result !== undefined && holdsLists(type.result))
    require("memory", options, "a list or string in the result", scope);
  const spilled = flatParams(type).length > MAX_FLAT_PARAMS;
  if (!spilled && !type.params.some((param) => holdsLists(param.type))) return;
  const why = spilled ? "more than 16 core values of parameters" : "a list or string in the parameters";
  require("memory", options, why, scope);
  require("realloc", options, why, scope);
}

function flattenLift(options: Options, type: FuncType): Flat {
  const params = flatParams(type);
  const results = flatResults(type);
  return {
    params: params.length > MAX_FLAT_PARAMS ? ["i32"] : params,
    results: options.async
      ? options.callback === undefined
        ? []
        : ["i32"]
      : results.length > MAX_FLAT_RESULTS
        ? ["i32"]
        : results,
  };
}

function checkCallee(callee: number, { params, results }: Flat, scope: Scope): void {
  const { core, context } = scope;
  const expected = core.func(params, results);
  if (callee === expected) return;
  const found = core.composite(callee);
  const given = found.kind === "func" ? JSON.stringify(found.params) : "";
  const [what, flat] = given === JSON.stringify(params) ? ["result", results] : ["parameter", params];
  const rule = `lowered ${what} types \`[${flat.join(", ")}]\` do not match ${what} types of the core function`;
  context.fail(SECTION.canonical, rule, core.print(expected), core.print(callee));
}

function lower(canon: Extract<Canon, { kind: "lower" }>, scope: Scope): void {
  const { context, core } = scope;
  const type = scope.get("func", canon.func, SECTION.canonical);
  const options = readOptions(canon.options, scope);
  if (options.postReturn !== undefined) {
    context.fail(SECTION.options, "canonical option `post-return` cannot be specified for lowerings");
  }
  if (options.callback !== undefined) {
    context.fail(SECTION.options, "canonical option `callback` cannot be specified for lowerings");
  }
  checkAsync(options, type, scope);
  checkLowerNeeds(options, type, scope);
  const { params, results } = flattenLower(options, type);
  scope.add("core func", core.func(params, results));
}

function checkLowerNeeds(options: Options, type: FuncType, scope: Scope): void {
  const maxParams = options.async ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS;
  const maxResults = options.async ? 0 : MAX_FLAT_RESULTS;
  if (flatParams(type).length > maxParams)
    require("memory", options, `more than ${maxParams} core values of parameters`, scope);
  if (type.params.some((param) => holdsLists(param.type)))
    require("memory", options, "a list or string in the parameters", scope);
  if (flatResults(type).length > maxResults)
    require("memory", options, "a result of more core values than fit", scope);
  if (type.result !== undefined && holdsLists(type.result)) {
    require("memory", options, "a list or string in the result", scope);
    require("realloc", options, "a list or string in the result", scope);
  }
}

function flattenLower(options: Options, type: FuncType): Flat {
  const flat = flatParams(type);
  const results = flatResults(type);
  const params =
    flat.length > (options.async ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS) ? (["i32"] as const) : flat;
  if (options.async) return { params: results.length > 0 ? [...params, "i32"] : params, results: ["i32"] };
  if (results.length > MAX_FLAT_RESULTS) return { params: [...params, "i32"], results: [] };
  return { params, results };
}
