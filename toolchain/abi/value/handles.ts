/**
 * Handles: tables of resources, and how own and borrow cross, as a readable reference.
 *
 * A resource reaches JavaScript as its rep, a number. The linker's adapters do the
 * same on tables in memory; tests compare the two. Sources: CanonicalABI.md,
 * "Table State", "Resource State", "Tasks", "Subtask State", `lift_own`,
 * `lift_borrow`, `lower_own`, `lower_borrow`, `canon resource.new`,
 * `canon resource.drop`, `canon resource.rep`.
 */
import { trapIf } from "../error.ts";
import type { ResourceType } from "../types.ts";

const TABLE_STATE = "Table State";
/** `Table.MAX_LENGTH` */
const MAX_LENGTH = 2 ** 28 - 1;

/** `ResourceHandle` */
export interface ResourceHandle {
  readonly resource: ResourceType;
  readonly rep: number;
  /** Absent for an own handle: the call that a borrowed one belongs to. */
  readonly task?: Task;
  lends: number;
}

/** A call as its callee sees it; `num_borrows`. */
export class Task {
  borrows = 0;

  /** The callee returns. */
  return(): void {
    trapIf(this.borrows > 0, "a borrowed handle must be dropped before the call returns", "Tasks");
  }
}

/** A call as its caller sees it; `lenders`. */
export class Subtask {
  #lenders: ResourceHandle[] = [];

  lend(handle: ResourceHandle): void {
    handle.lends++;
    this.#lenders.push(handle);
  }

  /** The result has arrived; `deliver_resolve`. */
  deliver(): void {
    for (const handle of this.#lenders) handle.lends--;
    this.#lenders = [];
  }
}

/** The handles of one component instance. */
export class HandleTable {
  readonly #entries: (ResourceHandle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  get(index: number): ResourceHandle {
    const handle = this.#entries[index];
    trapIf(handle === undefined, `unknown handle ${index}`, TABLE_STATE);
    return handle as ResourceHandle;
  }

  add(handle: ResourceHandle): number {
    const index = this.#free.pop() ?? this.#entries.length;
    trapIf(index > MAX_LENGTH, `a table must have at most ${MAX_LENGTH} handles`, TABLE_STATE);
    this.#entries[index] = handle;
    return index;
  }

  remove(index: number): ResourceHandle {
    const handle = this.get(index);
    this.#entries[index] = undefined;
    this.#free.push(index);
    return handle;
  }
}

/** The side of a call that has handles: a component instance, during one call. */
export interface HandleContext {
  readonly table: Pick<HandleTable, "get" | "add" | "remove">;
  /** Whether the instance implements the resource. */
  readonly implements: (resource: ResourceType) => boolean;
  /** What borrows are lowered into. */
  readonly task?: Task;
  /** What borrows are lifted from. */
  readonly subtask?: Subtask;
}

const LIFTING = "Flat Lifting";

export function liftOwn({ table }: HandleContext, index: number, resource: ResourceType): number {
  const handle = table.remove(index);
  requireType(handle, resource, index);
  requireUnlent(handle, index);
  trapIf(handle.task !== undefined, `handle ${index} is borrowed, and an own handle is needed`, LIFTING);
  return handle.rep;
}

export function liftBorrow({ table, subtask }: HandleContext, index: number, resource: ResourceType): number {
  const handle = table.get(index);
  requireType(handle, resource, index);
  if (subtask === undefined) throw new TypeError("a borrow is lifted for a call");
  subtask.lend(handle);
  return handle.rep;
}

export function lowerOwn({ table }: HandleContext, rep: number, resource: ResourceType): number {
  return table.add({ resource, rep, lends: 0 });
}

export function lowerBorrow(context: HandleContext, rep: number, resource: ResourceType): number {
  if (context.implements(resource)) return rep;
  const { table, task } = context;
  if (task === undefined) throw new TypeError("a borrow is lowered for a call");
  task.borrows++;
  return table.add({ resource, rep, task, lends: 0 });
}

/** `canon resource.new` */
export function resourceNew(table: HandleTable, resource: ResourceType, rep: number): number {
  return table.add({ resource, rep, lends: 0 });
}

/** `canon resource.rep` */
export function resourceRep(table: HandleTable, resource: ResourceType, index: number): number {
  const handle = table.get(index);
  requireType(handle, resource, index);
  return handle.rep;
}

/** `canon resource.drop`; the destructor is called for an own handle only. */
export function resourceDrop(
  table: HandleTable,
  resource: ResourceType,
  index: number,
  destructor: (rep: number) => void,
): void {
  const handle = table.remove(index);
  requireType(handle, resource, index);
  requireUnlent(handle, index);
  if (handle.task === undefined) destructor(handle.rep);
  else handle.task.borrows--;
}

function requireType(handle: ResourceHandle, resource: ResourceType, index: number): void {
  trapIf(handle.resource !== resource, `handle ${index} is of another resource type`, LIFTING);
}

function requireUnlent(handle: ResourceHandle, index: number): void {
  trapIf(handle.lends !== 0, `handle ${index} is lent`, LIFTING);
}
