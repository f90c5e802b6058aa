/** The model's rules of capabilities: a forest of handles, each within the limits of those above it. */
import {
  AUDIT_DROPPED,
  AUDIT_ENDOWED,
  AUDIT_GIVEN,
  AUDIT_GRANTED,
  AUDIT_NARROWED,
  AUDIT_REVOKED,
  COMMAND_AUDIT,
  DEPTH_LIMIT,
  DERIVATION_LIMIT,
  FIELD_HANDLES,
  FIELD_KIND,
  FIELD_STRATEGY,
  HANDLE_CALL,
  HANDLE_LOOK,
  HANDLE_OWN,
  HANDLE_SPAWN,
  KIND_WORKER,
  RATE_WINDOW,
  STATUS_DENIED,
  STATUS_EXHAUSTED,
  STATUS_EXPIRED,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_RATE,
  STATUS_REVOKED,
  STATUS_STALE,
  STATUS_UNAVAILABLE,
  STRATEGY_DYNAMIC,
} from "../../../../kernel/abi.ts";
import { check, type Handle, type Process, type World } from "./state.ts";
import { endChild } from "./supervision.ts";
import { isSound } from "./templates.ts";

/** Returned where the kernel chooses a number; the caller puts it in. */
export interface NewHandle {
  readonly handle: Handle;
  readonly how: number;
}

function lineOf(handle: Handle): Handle[] {
  const line: Handle[] = [];
  for (let at: Handle | undefined = handle; at !== undefined; at = at.parent) line.push(at);
  return line;
}

function find(holder: Process, number: number): Handle | undefined {
  return holder.handles.find((handle) => handle.number === number);
}

function usedNow(world: World, { recent }: Handle): number {
  return world.now - recent.since >= RATE_WINDOW ? 0 : recent.used;
}

function usable(world: World, holder: Process, number: number): number | Handle {
  const handle = find(holder, number);
  const provider = handle && world.find(handle.provider);
  if (handle === undefined || provider === undefined) return STATUS_REVOKED;
  if (handle.life !== 0 && handle.life !== provider.life) return STATUS_REVOKED;
  for (const limit of lineOf(handle)) {
    if (limit.until !== 0 && world.now >= limit.until) return STATUS_EXPIRED;
    if (limit.uses === 0) return STATUS_EXPIRED;
    if (limit.rate !== 0 && usedNow(world, limit) >= limit.rate) return STATUS_RATE;
  }
  return handle;
}

export function consume(world: World, handle: Handle): void {
  for (const limit of lineOf(handle)) {
    if (limit.uses !== undefined) limit.uses -= 1;
    if (limit.rate === 0) continue;
    const used = usedNow(world, limit);
    if (used === 0) limit.recent.since = world.now;
    limit.recent.used = used + 1;
  }
}

export function useKind(world: World, holder: Process, number: number, kinds: number[]): number | Handle {
  const handle = usable(world, holder, number);
  return typeof handle === "number" || kinds.includes(handle.kind) ? handle : STATUS_DENIED;
}

export function useTarget(world: World, holder: Process, number: number): number | Handle {
  return useKind(world, holder, number, [HANDLE_CALL, HANDLE_OWN]);
}

export function useFunction(world: World, holder: Process, number: number, name: number): number | Handle {
  const handle = useTarget(world, holder, number);
  if (typeof handle === "number") return handle;
  const allowed = name >= 0 && name < 32 && Math.floor((handle.mask >>> 0) / 2 ** name) % 2 === 1;
  return allowed ? handle : STATUS_DENIED;
}

export function makeHandle(
  world: World,
  holder: Process,
  made: Pick<Handle, "provider" | "life" | "kind" | "object" | "mask" | "parent">,
): Handle {
  const handle: Handle = {
    ...made,
    number: 0,
    holder,
    children: new Set(),
    uses: undefined,
    rate: 0,
    until: 0,
    recent: { since: 0, used: 0 },
  };
  holder.handles.push(handle);
  world.handles.add(handle);
  made.parent?.children.add(handle);
  return handle;
}

/** The kernel has chosen a number, which nobody else may have. */
export function numberHandle(world: World, { handle, how }: NewHandle, number: number): void {
  check(number > 0, () => `no handle, but status ${number}`);
  for (const other of world.handles) check(other.number !== number, () => `handle ${number} was in use`);
  handle.number = number;
  audit(world, handle, how);
}

function audit(world: World, handle: Handle, how: number): void {
  world.command(
    COMMAND_AUDIT,
    handle.holder,
    how,
    handle.number,
    handle.provider,
    handle.parent?.number ?? 0,
  );
}

export function endow(world: World, words: readonly number[]): number | NewHandle {
  const [holderPid = 0, provider = 0, kind = 0, object = 0, mask = 0, life = 0] = words;
  if (![HANDLE_CALL, HANDLE_SPAWN, HANDLE_LOOK].includes(kind) || life < 0) return STATUS_INVALID;
  const holder = world.find(holderPid);
  const target = world.find(provider);
  if (holder?.alive !== true || target === undefined) return STATUS_STALE;
  if (!leads(world, target, kind, object)) return STATUS_INVALID;
  if (!world.hasHandleRoom(holder)) return STATUS_EXHAUSTED;
  return {
    handle: makeHandle(world, holder, { provider, life, kind, object, mask, parent: undefined }),
    how: AUDIT_ENDOWED,
  };
}

function leads(world: World, target: Process, kind: number, object: number): boolean {
  if (kind === HANDLE_LOOK) return true;
  if (kind === HANDLE_CALL) return !target.isSupervisor;
  if (!target.isSupervisor || target.field(FIELD_STRATEGY) !== STRATEGY_DYNAMIC) return false;
  const template = world.templates[object];
  return template?.[FIELD_KIND] === KIND_WORKER && isSound(template) && target.depth < DEPTH_LIMIT;
}

export function grant(
  world: World,
  caller: Process,
  via: number,
  number: number,
  mask: number,
): number | NewHandle {
  const way = useTarget(world, caller, via);
  if (typeof way === "number") return way;
  const parent = usable(world, caller, number);
  if (typeof parent === "number") return parent;
  const receiver = world.find(way.provider);
  if (receiver?.alive !== true) return STATUS_UNAVAILABLE;
  return derive(world, receiver, parent, mask, AUDIT_GRANTED);
}

export function narrow(
  world: World,
  caller: Process,
  words: readonly number[],
  until: number,
): number | NewHandle {
  const [number = 0, mask = 0, uses = 0, rate = 0] = words;
  if (uses < 0 || rate < 0 || until < 0) return STATUS_INVALID;
  const parent = usable(world, caller, number);
  if (typeof parent === "number") return parent;
  const made = derive(world, caller, parent, mask, AUDIT_NARROWED);
  if (typeof made !== "number") {
    Object.assign(made.handle, { uses: uses === 0 ? undefined : uses, rate, until });
  }
  return made;
}

export function give(world: World, caller: Process, words: readonly number[]): number {
  const [via = 0, number = 0, pid = 0] = words;
  const way = via === 0 ? undefined : useTarget(world, caller, via);
  if (typeof way === "number") return way;
  const handle = find(caller, number);
  if (handle === undefined) return STATUS_REVOKED;
  const receiver = world.find(way === undefined ? pid : way.provider);
  if (receiver === undefined || receiver.isSupervisor || !receiver.alive) return STATUS_UNAVAILABLE;
  if (receiver === caller) return STATUS_OK;
  if (receiver.handles.length >= receiver.field(FIELD_HANDLES)) return STATUS_EXHAUSTED;
  takeFromHolder(handle);
  handle.holder = receiver;
  receiver.handles.push(handle);
  audit(world, handle, AUDIT_GIVEN);
  return STATUS_OK;
}

function takeFromHolder(handle: Handle): void {
  const { holder } = handle;
  if (holder !== undefined) holder.handles.splice(holder.handles.indexOf(handle), 1);
  handle.holder = undefined;
}

function derive(
  world: World,
  holder: Process,
  parent: Handle,
  mask: number,
  how: number,
): number | NewHandle {
  if (lineOf(parent).length > DERIVATION_LIMIT || !world.hasHandleRoom(holder)) return STATUS_EXHAUSTED;
  const { provider, life, object } = parent;
  const kind = parent.kind === HANDLE_OWN ? HANDLE_CALL : parent.kind;
  return {
    handle: makeHandle(world, holder, { provider, life, kind, object, mask: parent.mask & mask, parent }),
    how,
  };
}

/** A handle of the caller; the host, which is no process, may name all. */
function named(world: World, caller: Process | undefined, number: number): Handle | undefined {
  if (caller !== undefined) return find(caller, number);
  return [...world.handles].find((one) => one.holder !== undefined && one.number === number);
}

export function revoke(world: World, caller: Process | undefined, number: number): number {
  const handle = named(world, caller, number);
  if (handle === undefined) return STATUS_REVOKED;
  const withAllDerived = (one: Handle): Handle[] => [...[...one.children].flatMap(withAllDerived), one];
  for (const one of withAllDerived(handle)) if (one.holder !== undefined) letGo(world, one, AUDIT_REVOKED);
  return STATUS_OK;
}

export function drop(world: World, caller: Process | undefined, number: number): number {
  const handle = named(world, caller, number);
  if (handle === undefined) return STATUS_REVOKED;
  letGo(world, handle, AUDIT_DROPPED);
  return STATUS_OK;
}

export function dropAll(world: World, process: Process): void {
  for (const handle of process.handles.toReversed()) letGo(world, handle, AUDIT_DROPPED);
}

function letGo(world: World, handle: Handle, how: number): void {
  audit(world, handle, how);
  takeFromHolder(handle);
  for (const one of lineOf(handle)) {
    if (one.holder !== undefined || one.children.size > 0) break;
    one.parent?.children.delete(one);
    world.handles.delete(one);
  }
  const child = handle.kind === HANDLE_OWN ? world.find(handle.provider) : undefined;
  if (child !== undefined) endChild(world, child);
}
