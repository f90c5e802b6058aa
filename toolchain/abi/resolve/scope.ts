/**
 * Index spaces while a component is read: what each index stands for so far.
 *
 * A scope belongs to one component, component type or instance type; nested ones
 * see it through outer aliases. Nothing in it is trusted: every index is looked
 * up through `lookup`, and all work is counted against one budget, because a
 * small file can describe an exponentially large component.
 */
import type { Component, component } from "../../wasm/index.ts";
import { AbiError } from "../error.ts";
import type { FunctionType, ResourceType, TypeName, ValueType } from "../types.ts";

/** What an index of a component's type index space stands for. */
export type TypeEntity =
  | { readonly kind: "value"; readonly type: ValueType }
  | { readonly kind: "resource"; readonly resource: ResourceType }
  | { readonly kind: "func"; readonly type: FunctionType }
  /** Read anew wherever it is used, since each use has its own resource types. */
  | ({ readonly kind: "instance" } & Declared<component.InstanceDeclaration>)
  | ({ readonly kind: "component" } & Declared<component.ComponentDeclaration>);

/** Declarations that wait in the scope in which they stand. */
interface Declared<Declaration> {
  readonly declarations: readonly Declaration[];
  readonly scope: Scope;
}

/** Anything that can be imported, exported or passed to a component. */
export type Entity =
  | { readonly kind: "func"; readonly type: FunctionType }
  | { readonly kind: "type"; readonly type: TypeEntity }
  | InstanceEntity
  | ComponentEntity
  | { readonly kind: "core module" };

export interface InstanceEntity {
  readonly kind: "instance";
  readonly exports: ReadonlyMap<string, Entity>;
  /** Of the types that got their name here; they get an owner when the instance gets an id. */
  readonly names: readonly OpenName[];
}

export type ComponentEntity = { readonly kind: "component" } & (
  | { readonly from: "definition"; readonly component: Component; readonly scope: Scope }
  | ({ readonly from: "type" } & Declared<component.ComponentDeclaration>)
);

/** A type's name whose owner may still be filled in. */
export type OpenName = { -readonly [K in keyof TypeName]: TypeName[K] };

export interface Scope {
  readonly path: string;
  readonly parent: Scope | undefined;
  readonly depth: number;
  readonly budget: Budget;
  readonly found: Found;
  /** What imports are bound to; `undefined` where imports stay open. */
  readonly args: ReadonlyMap<string, Entity> | undefined;
  readonly types: TypeEntity[];
  readonly funcs: FunctionType[];
  readonly instances: InstanceEntity[];
  readonly components: ComponentEntity[];
  readonly imports: Map<string, Entity>;
  readonly exports: Map<string, Entity>;
  readonly names: OpenName[];
}

/** What a component and those in it define, in the order in which instantiation meets it. */
interface Found {
  /** The type of each `canon lift`. */
  readonly lifted: FunctionType[];
  readonly resources: ResourceType[];
}

/** Counts work over all scopes: definitions read, labels checked, types compared. */
interface Budget {
  steps: number;
}

const MAX_STEPS = 1_000_000;
/** Of components, component types and instance types in each other, and of uses in uses. */
const MAX_DEPTH = 64;

/** @throws AbiError when scopes are nested too deeply. */
export function openScope(
  path: string,
  parent: Scope | undefined,
  args: ReadonlyMap<string, Entity> | undefined,
  user: Scope | undefined,
): Scope {
  const depth = user === undefined ? 0 : user.depth + 1;
  if (depth > MAX_DEPTH) throw new AbiError(path, `components and types are nested deeper than ${MAX_DEPTH}`);
  return {
    path,
    parent,
    depth,
    budget: user?.budget ?? { steps: 0 },
    found: user?.found ?? { lifted: [], resources: [] },
    args,
    types: [],
    funcs: [],
    instances: [],
    components: [],
    imports: new Map(),
    exports: new Map(),
    names: [],
  };
}

/** Counts steps of work. @throws AbiError when the component takes too many to be honest. */
export function spend(scope: Scope, steps = 1): void {
  scope.budget.steps += steps;
  if (scope.budget.steps > MAX_STEPS) {
    throw new AbiError(scope.path, `the component expands to more than ${MAX_STEPS} definitions and labels`);
  }
}

/** An entry of an index space. @throws AbiError when the index names none. */
export function lookup<T>(space: readonly T[], index: number, what: string, path: string): T {
  const entry = space[index];
  if (entry === undefined) {
    throw new AbiError(path, `${what} index ${index} is out of range: there are ${space.length} so far`);
  }
  return entry;
}

/** The scope `count` levels out. @throws AbiError when there are fewer. */
export function outer(scope: Scope, count: number): Scope {
  let found: Scope | undefined = scope;
  for (let i = 0; i < count && found !== undefined; i++) found = found.parent;
  if (found === undefined)
    throw new AbiError(scope.path, `an alias reaches ${count} levels out, which is too far`);
  return found;
}

/** Gives an entity its place in the index space of its sort. */
export function append(entity: Entity, scope: Scope): void {
  if (entity.kind === "func") scope.funcs.push(entity.type);
  else if (entity.kind === "type") scope.types.push(entity.type);
  else if (entity.kind === "instance") scope.instances.push(entity);
  else if (entity.kind === "component") scope.components.push(entity);
}
