// Handles: what a process may do, as entries that only the kernel writes.
//
//       0 HOLDER     4 SERIAL     8 PROVIDER  12 PROVIDER_LIFE
//      16 KIND      20 OBJECT    24 MASK      28 NEXT
//      32 PREVIOUS  36 PARENT    40 CHILD     44 SIBLING
//      48 ELDER     52 USES      56 RATE      60 RATE_USED
//      64 DEPTH     68 LIMITED   72 RATE_SINCE (64 bits)
//      80 UNTIL (64 bits)
//
// An entry derived from another one is its child, and works only within the
// limits of all its ancestors: their leases, rates and counts are checked and
// used up with its own. So a dropped entry that others are derived from stays
// behind without a holder, as a limit, until the last of them is gone.
import {
  COMMAND_AUDIT,
  FIELD_HANDLES,
  HANDLE_CALL,
  HANDLE_LOOK,
  HANDLE_OWN,
  HANDLE_SPAWN,
  RATE_WINDOW,
  REF_GENERATIONS,
  REF_INDEX_BITS,
  STATUS_DENIED,
  STATUS_EXPIRED,
  STATUS_RATE,
  STATUS_REVOKED,
} from "../abi";
import { now } from "./clock";
import { command } from "./commands";
import {
  find,
  get as getProcess,
  HANDLE_HEAD,
  HANDLES,
  LIFE,
  pidOf,
  set as setProcess,
  slotOf,
} from "./process";
import { HANDLE_BYTES, handleBase, handleCount } from "./tables";
import { field } from "./template";

export const HOLDER = 0;
const SERIAL = 4;
export const PROVIDER = 8;
/** 0: any life, for an edge that a restart of the provider leaves in place. */
export const PROVIDER_LIFE = 12;
export const KIND = 16;
export const OBJECT = 20;
export const MASK = 24;
const NEXT = 28;
const PREVIOUS = 32;
export const PARENT = 36;
export const CHILD = 40;
const SIBLING = 44;
const ELDER = 48;
export const USES = 52;
export const RATE = 56;
const RATE_USED = 60;
export const DEPTH = 64;
/** Whether USES counts. */
export const LIMITED = 68;
const RATE_SINCE = 72;
const UNTIL = 80;

let freshHandle: i32 = 1;
let freeHandle: i32 = 0;
export let usedHandles: i32 = 0;

export function clearHandles(): void {
  freshHandle = 1;
  freeHandle = 0;
  usedHandles = 0;
}

export function get(entry: i32, name: i32): i32 {
  return load<i32>(handleBase + entry * HANDLE_BYTES + name);
}

export function set(entry: i32, name: i32, value: i32): void {
  store<i32>(handleBase + entry * HANDLE_BYTES + name, value);
}

export function setUntil(entry: i32, time: i64): void {
  store<i64>(handleBase + entry * HANDLE_BYTES + UNTIL, time);
}

export function handleOf(entry: i32): i32 {
  return entry === 0 ? 0 : (get(entry, SERIAL) << REF_INDEX_BITS) | entry;
}

/** The entry of a handle that `holder` has; 0 for others'. Holder 0 is the host, who may name all. */
export function findHandle(holder: i32, handle: i32): i32 {
  const entry = handle & ((1 << REF_INDEX_BITS) - 1);
  if (handle <= 0 || entry === 0 || entry > handleCount) return 0;
  if (get(entry, HOLDER) === 0 || get(entry, SERIAL) !== handle >> REF_INDEX_BITS) return 0;
  return holder === 0 || get(entry, HOLDER) === holder ? entry : 0;
}

/** Slot of the provider; 0 when that is no more. */
export function providerOf(entry: i32): i32 {
  return find(get(entry, PROVIDER));
}

/** Slot of the provider of an entry that was just found usable, so that it is there. */
export function targetOf(entry: i32): i32 {
  return slotOf(get(entry, PROVIDER));
}

/** The entry, when its provider is there and all its limits allow one more use; else a status. */
export function usable(holder: i32, handle: i32): i32 {
  const entry = findHandle(holder, handle);
  if (entry === 0) return STATUS_REVOKED;
  const provider = providerOf(entry);
  if (provider === 0) return STATUS_REVOKED;
  const life = get(entry, PROVIDER_LIFE);
  if (life !== 0 && life !== getProcess(provider, LIFE)) return STATUS_REVOKED;
  for (let limit = entry; limit !== 0; limit = get(limit, PARENT)) {
    const until = load<i64>(handleBase + limit * HANDLE_BYTES + UNTIL);
    if (until !== 0 && now >= until) return STATUS_EXPIRED;
    if (get(limit, LIMITED) !== 0 && get(limit, USES) === 0) return STATUS_EXPIRED;
    if (get(limit, RATE) !== 0 && rateUsed(limit) >= get(limit, RATE)) return STATUS_RATE;
  }
  return entry;
}

function rateUsed(entry: i32): i32 {
  const since = load<i64>(handleBase + entry * HANDLE_BYTES + RATE_SINCE);
  return now - since >= RATE_WINDOW ? 0 : get(entry, RATE_USED);
}

/** Counts one use, on the entry and on all that it is derived from. */
export function consume(entry: i32): void {
  for (let limit = entry; limit !== 0; limit = get(limit, PARENT)) {
    if (get(limit, LIMITED) !== 0) set(limit, USES, get(limit, USES) - 1);
    if (get(limit, RATE) === 0) continue;
    const used = rateUsed(limit);
    if (used === 0) store<i64>(handleBase + limit * HANDLE_BYTES + RATE_SINCE, now);
    set(limit, RATE_USED, used + 1);
  }
}

/** For a call of function `name`. */
export function useFunction(holder: i32, handle: i32, name: i32): i32 {
  const entry = useTarget(holder, handle);
  if (entry < 0) return entry;
  if (name < 0 || name > 31 || ((get(entry, MASK) >>> name) & 1) === 0) return STATUS_DENIED;
  return entry;
}

/** For anything that concerns the process itself that the handle leads to. */
export function useTarget(holder: i32, handle: i32): i32 {
  const entry = usable(holder, handle);
  if (entry < 0) return entry;
  const kind = get(entry, KIND);
  return kind === HANDLE_CALL || kind === HANDLE_OWN ? entry : STATUS_DENIED;
}

export function useKind(holder: i32, handle: i32, kind: i32): i32 {
  const entry = usable(holder, handle);
  if (entry < 0) return entry;
  return get(entry, KIND) === kind ? entry : STATUS_DENIED;
}

export function isHandleKind(kind: i32): bool {
  return kind === HANDLE_CALL || kind === HANDLE_SPAWN || kind === HANDLE_LOOK;
}

export function hasHandleRoom(holder: i32): bool {
  return (freshHandle <= handleCount || freeHandle !== 0) && mayHoldMore(holder);
}

export function mayHoldMore(holder: i32): bool {
  return getProcess(holder, HANDLES) < field(holder, FIELD_HANDLES);
}

/** A new entry without limits of its own. There must be room. */
export function makeHandle(holder: i32, provider: i32, kind: i32, object: i32, mask: i32): i32 {
  let entry = freeHandle;
  if (entry !== 0) freeHandle = get(entry, NEXT);
  else {
    entry = freshHandle;
    freshHandle += 1;
  }
  const serial = (get(entry, SERIAL) % REF_GENERATIONS) + 1;
  memory.fill(handleBase + entry * HANDLE_BYTES, 0, HANDLE_BYTES);
  set(entry, SERIAL, serial);
  set(entry, PROVIDER, provider);
  set(entry, KIND, kind);
  set(entry, OBJECT, object);
  set(entry, MASK, mask);
  hold(holder, entry);
  usedHandles += 1;
  return entry;
}

function hold(holder: i32, entry: i32): void {
  const head = getProcess(holder, HANDLE_HEAD);
  set(entry, HOLDER, holder);
  set(entry, NEXT, head);
  if (head !== 0) set(head, PREVIOUS, entry);
  setProcess(holder, HANDLE_HEAD, entry);
  setProcess(holder, HANDLES, getProcess(holder, HANDLES) + 1);
}

/** Another process holds it from now on. */
export function pass(entry: i32, holder: i32): void {
  unhold(get(entry, HOLDER), entry);
  set(entry, PREVIOUS, 0);
  hold(holder, entry);
}

/** Makes `entry` a child of `parent`. */
export function derive(entry: i32, parent: i32): void {
  const child = get(parent, CHILD);
  set(entry, PARENT, parent);
  set(entry, DEPTH, get(parent, DEPTH) + 1);
  set(entry, SIBLING, child);
  if (child !== 0) set(child, ELDER, entry);
  set(parent, CHILD, entry);
}

/** Takes it out of its holder's table; with nothing derived from it, it is gone. */
export function release(entry: i32, how: i32): void {
  const holder = get(entry, HOLDER);
  if (holder !== 0) {
    audit(entry, how);
    unhold(holder, entry);
  }
  if (get(entry, CHILD) === 0) discardEntry(entry);
}

function unhold(holder: i32, entry: i32): void {
  const next = get(entry, NEXT);
  const previous = get(entry, PREVIOUS);
  if (previous === 0) setProcess(holder, HANDLE_HEAD, next);
  else set(previous, NEXT, next);
  if (next !== 0) set(next, PREVIOUS, previous);
  set(entry, HOLDER, 0);
  setProcess(holder, HANDLES, getProcess(holder, HANDLES) - 1);
}

function discardEntry(start: i32): void {
  let entry = start;
  while (entry !== 0) {
    const parent = get(entry, PARENT);
    leaveFamily(entry, parent);
    set(entry, KIND, 0);
    set(entry, NEXT, freeHandle);
    freeHandle = entry;
    usedHandles -= 1;
    // A limit that nobody holds goes with the last entry that it limits.
    const orphaned = parent !== 0 && get(parent, HOLDER) === 0 && get(parent, CHILD) === 0;
    entry = orphaned ? parent : 0;
  }
}

function leaveFamily(entry: i32, parent: i32): void {
  const sibling = get(entry, SIBLING);
  const elder = get(entry, ELDER);
  if (sibling !== 0) set(sibling, ELDER, elder);
  if (elder !== 0) set(elder, SIBLING, sibling);
  else if (parent !== 0) set(parent, CHILD, sibling);
}

export function audit(entry: i32, what: i32): void {
  const holder = get(entry, HOLDER);
  command(
    COMMAND_AUDIT,
    pidOf(holder),
    getProcess(holder, LIFE),
    what,
    handleOf(entry),
    get(entry, PROVIDER),
    handleOf(get(entry, PARENT)),
  );
}
