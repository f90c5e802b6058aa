/**
 * The guarded view of an interface, in which each call may also end in a fault.
 *
 * `ns:p/i-guarded@v` is derived from `ns:p/i@v`: same names and parameters, and
 * each result `T` is `result<T, fault>`. Whoever imports it gets the callee's
 * death as a value; the provider exports `ns:p/i@v` and knows nothing of it.
 */
import { handlesIn } from "./handles-in.ts";
import { carriesProcesses, isProcessResource } from "./process-resource.ts";
import type { FunctionType, ResourceType, TypeName, ValueType } from "./types.ts";
import type { Interface, NamedType } from "./world.ts";

/** Where `fault` is defined, in `wit/fault.wit`. */
export const FAULT_INTERFACE = "atoll:fault/types@0.1.0";

/** The cases of `fault`, by discriminant. */
export const FAULT_CASES = [
  "crashed",
  "revoked",
  "timeout",
  "overloaded",
  "exhausted",
  "unavailable",
] as const;

export type FaultCase = (typeof FAULT_CASES)[number];

/** The enum that a guarded call returns when there is no result. */
export const FAULT: ValueType = {
  kind: "enum",
  labels: FAULT_CASES,
  name: { name: "fault", owner: FAULT_INTERFACE },
};

/** Such as `search:index/api-guarded@0.1.0` for `search:index/api@0.1.0`. */
export function guardedName(name: string): string {
  const [id = "", ...version] = name.split("@");
  return [`${id}-guarded`, ...version].join("@");
}

/** The interface whose guarded view has this name; `undefined` when it is no such name. */
export function plainName(name: string): string | undefined {
  const match = /^([^@]*[^@/:-])-guarded((?:@.*)?)$/.exec(name);
  return match === null ? undefined : `${match[1]}${match[2]}`;
}

/** A function as the guarded view has it. Resources stay the same objects. */
export function guardedFunction(type: FunctionType): FunctionType {
  const { result } = type;
  return { ...type, result: { kind: "result", ...(result === undefined ? {} : { ok: result }), err: FAULT } };
}

/** The function that `guardedFunction` made this of; `undefined` when it cannot be of a guarded view. */
export function unguardedFunction(type: FunctionType): FunctionType | undefined {
  const { result, ...rest } = type;
  if (result?.kind !== "result" || !isFaultResult(type)) return undefined;
  return result.ok === undefined ? rest : { ...rest, result: result.ok };
}

/** Whether an import of this name and type is a guarded view, and not only called like one. */
export function isGuardedView(name: string, { functions }: Interface): boolean {
  return (
    plainName(name) !== undefined &&
    functions.length > 0 &&
    functions.every(({ type }) => unguardedFunction(type) !== undefined)
  );
}

/** Whether a function can end in a fault. */
export function isFaultResult({ result }: FunctionType): boolean {
  return result?.kind === "result" && isFault(result.err);
}

/** By its cases: a name that WIT gave it does not count, as everywhere in comparison. */
function isFault(type: ValueType | undefined): boolean {
  return type?.kind === "enum" && FAULT_CASES.join() === type.labels.join();
}

/**
 * The guarded view of an interface whose types have names.
 *
 * It has resources of its own, whose methods are guarded; resources that come
 * from other interfaces come from their guarded views, but for those of process
 * views, whose methods tell faults already. What holds none but these is
 * used from where it is defined, so that such values pass between both views.
 * A constructor that returns a result already is left out: no constructor can
 * return a result in a result (Binary.md, "Import and Export Definitions").
 */
export function guardedInterface({ types, functions }: Interface): Interface {
  const view = new GuardedTypes();
  return {
    types: [...faultEntry(types), ...types.map(({ name, type }) => ({ name, type: view.namedType(type) }))],
    functions: functions
      .filter(({ name, type }) => !(name.startsWith("[constructor]") && type.result?.kind === "result"))
      .map(({ name, type }) => ({ name, type: guardedFunction(view.functionType(type)) })),
  };
}

/** `fault`, under a name that the interface has not got; nothing where it is used already. */
export function faultEntry(types: Interface["types"]): Interface["types"] {
  const names = new Set(types.map(({ name }) => name));
  const isHere = types.some(({ type }) => type.kind === "value" && type.type.name?.owner === FAULT_INTERFACE);
  let name = "fault";
  while (names.has(name)) name = `atoll-${name}`;
  return isHere ? [] : [{ name, type: { kind: "value", type: FAULT } }];
}

/** Types of a guarded view, each made once. */
class GuardedTypes {
  readonly #known = new Map<ValueType, ValueType>();

  namedType(type: NamedType): NamedType {
    return type.kind === "resource"
      ? { kind: "resource", resource: guardedResource(type.resource) }
      : { kind: "value", type: this.type(type.type) };
  }

  functionType({ params, result, ...rest }: FunctionType): FunctionType {
    return {
      ...rest,
      params: params.map(({ label, type }) => ({ label, type: this.type(type) })),
      ...(result === undefined ? {} : { result: this.type(result) }),
    };
  }

  type(type: ValueType): ValueType {
    let guarded = this.#known.get(type);
    if (guarded === undefined) {
      const name = type.name === undefined ? {} : { name: guardedOwner(type.name) };
      const stays = handlesIn([type]).length === 0 || carriesProcesses(type);
      guarded = stays ? type : { ...this.#parts(type), ...name };
      this.#known.set(type, guarded);
    }
    return guarded;
  }

  #parts(type: ValueType): ValueType {
    switch (type.kind) {
      case "own":
      case "borrow":
        return { ...type, resource: guardedResource(type.resource) };
      case "list":
        return { ...type, element: this.type(type.element) };
      case "map":
        return { ...type, key: this.type(type.key), value: this.type(type.value) };
      case "record":
        return { ...type, fields: type.fields.map((field) => this.#member(field)) };
      case "tuple":
        return { ...type, types: type.types.map((t) => this.type(t)) };
      case "variant":
        return { ...type, cases: type.cases.map((c) => this.#member(c)) };
      case "option":
        return { ...type, type: this.type(type.type) };
      case "result":
        return {
          ...type,
          ...(type.ok === undefined ? {} : { ok: this.type(type.ok) }),
          ...(type.err === undefined ? {} : { err: this.type(type.err) }),
        };
      default:
        return type;
    }
  }

  #member<T extends { readonly type?: ValueType }>(member: T): T {
    return member.type === undefined ? member : { ...member, type: this.type(member.type) };
  }
}

/** One for each resource, so that two guarded views that share a resource share it still. */
const resources = new WeakMap<ResourceType, ResourceType>();

function guardedResource(resource: ResourceType): ResourceType {
  if (resource.name === undefined || isProcessResource(resource)) return resource;
  let guarded = resources.get(resource);
  if (guarded === undefined) {
    const name = guardedOwner(resource.name);
    guarded = name === resource.name ? resource : { ...resource, name };
    resources.set(resource, guarded);
  }
  return guarded;
}

/** Types of a world, and those of an interface that is a guarded view already, stay. */
function guardedOwner(name: TypeName): TypeName {
  if (name.owner === undefined || plainName(name.owner) !== undefined) return name;
  return { ...name, owner: guardedName(name.owner) };
}
