// Capabilities: how authority comes, is shared, made less, and taken back.
//
// It comes from the plan (`endow`) and from spawning, and only shrinks from
// there: whoever grants or narrows gives at most what it holds, and what is
// given is its giver's no more.
import {
  AUDIT_DROPPED,
  AUDIT_ENDOWED,
  AUDIT_GIVEN,
  AUDIT_GRANTED,
  AUDIT_NARROWED,
  AUDIT_REVOKED,
  DERIVATION_LIMIT,
  HANDLE_CALL,
  HANDLE_LOOK,
  HANDLE_OWN,
  STATUS_EXHAUSTED,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_REVOKED,
  STATUS_STALE,
  STATUS_UNAVAILABLE,
} from "../abi";
import { timeOf } from "./clock";
import {
  audit,
  CHILD,
  DEPTH,
  derive,
  findHandle,
  get,
  handleOf,
  hasHandleRoom,
  isHandleKind,
  KIND,
  LIMITED,
  makeHandle,
  MASK,
  mayHoldMore,
  OBJECT,
  pass,
  PROVIDER,
  PROVIDER_LIFE,
  providerOf,
  RATE,
  release,
  set,
  setUntil,
  usable,
  USES,
  useTarget,
} from "./handle";
import { find, get as getProcess, HANDLE_HEAD, isAlive } from "./process";
import { endChild } from "./supervisor";
import { fits, isDynamic, isSupervisor, isWorkerTemplate } from "./template";

/** From the plan, by the host: authority out of nothing. */
export function endow(holderPid: i32, providerPid: i32, kind: i32, object: i32, mask: i32, life: i32): i32 {
  const holder = find(holderPid);
  const provider = find(providerPid);
  if (!isHandleKind(kind) || life < 0) return STATUS_INVALID;
  if (holder === 0 || provider === 0 || !isAlive(holder)) return STATUS_STALE;
  if (!leads(provider, kind, object)) return STATUS_INVALID;
  if (!hasHandleRoom(holder)) return STATUS_EXHAUSTED;
  const entry = makeHandle(holder, providerPid, kind, object, mask);
  set(entry, PROVIDER_LIFE, life);
  audit(entry, AUDIT_ENDOWED);
  return handleOf(entry);
}

function leads(provider: i32, kind: i32, object: i32): bool {
  if (kind === HANDLE_LOOK) return true;
  if (kind === HANDLE_CALL) return !isSupervisor(provider);
  return isDynamic(provider) && fits(object, provider) && isWorkerTemplate(object);
}

/** To the process that `via` leads to: whoever can call it can hand it things. */
export function grant(caller: i32, via: i32, handle: i32, mask: i32): i32 {
  const way = useTarget(caller, via);
  if (way < 0) return way;
  const parent = usable(caller, handle);
  if (parent < 0) return parent;
  const receiver = providerOf(way);
  if (!isAlive(receiver)) return STATUS_UNAVAILABLE;
  if (!canDerive(parent, receiver)) return STATUS_EXHAUSTED;
  return handleOf(deriveFor(receiver, parent, mask, AUDIT_GRANTED));
}

export function narrow(caller: i32, handle: i32, mask: i32, uses: i32, rate: i32, low: i32, high: i32): i32 {
  const until = timeOf(low, high);
  if (uses < 0 || rate < 0 || until < 0) return STATUS_INVALID;
  const parent = usable(caller, handle);
  if (parent < 0) return parent;
  if (!canDerive(parent, caller)) return STATUS_EXHAUSTED;
  const entry = deriveFor(caller, parent, mask, AUDIT_NARROWED);
  set(entry, USES, uses);
  set(entry, LIMITED, uses > 0 ? 1 : 0);
  set(entry, RATE, rate);
  setUntil(entry, until);
  return handleOf(entry);
}

/**
 * Hands the handle itself over, with its limits, its kind and all that is derived from it. One that is of no
 * use any more can be given, too: its holder finds that out as any would. `via` 0: the host knows the receiver,
 * since the caller calls it on its own stack.
 */
export function give(caller: i32, via: i32, handle: i32, receiverPid: i32): i32 {
  const way = via === 0 ? 0 : useTarget(caller, via);
  if (way < 0) return way;
  const entry = findHandle(caller, handle);
  if (entry === 0) return STATUS_REVOKED;
  const receiver = via === 0 ? find(receiverPid) : providerOf(way);
  if (!isAlive(receiver) || isSupervisor(receiver)) return STATUS_UNAVAILABLE;
  if (receiver === caller) return STATUS_OK;
  if (!mayHoldMore(receiver)) return STATUS_EXHAUSTED;
  pass(entry, receiver);
  audit(entry, AUDIT_GIVEN);
  return STATUS_OK;
}

function canDerive(parent: i32, holder: i32): bool {
  return get(parent, DEPTH) < DERIVATION_LIMIT && hasHandleRoom(holder);
}

/** What is derived from an own handle may call, and keeps nobody alive. */
function deriveFor(holder: i32, parent: i32, mask: i32, how: i32): i32 {
  const kind = get(parent, KIND) === HANDLE_OWN ? HANDLE_CALL : get(parent, KIND);
  const entry = makeHandle(
    holder,
    get(parent, PROVIDER),
    kind,
    get(parent, OBJECT),
    get(parent, MASK) & mask,
  );
  set(entry, PROVIDER_LIFE, get(parent, PROVIDER_LIFE));
  derive(entry, parent);
  audit(entry, how);
  return entry;
}

/** The handle and all that is derived from it. Caller 0 is the host. */
export function revoke(caller: i32, handle: i32): i32 {
  const root = findHandle(caller, handle);
  if (root === 0) return STATUS_REVOKED;
  let entry = root;
  do {
    entry = root;
    while (get(entry, CHILD) !== 0) entry = get(entry, CHILD);
    letGo(entry, AUDIT_REVOKED);
  } while (entry !== root);
  return STATUS_OK;
}

/** The handle alone; what was derived from it stays, within its limits. Caller 0 is the host. */
export function drop(caller: i32, handle: i32): i32 {
  const entry = findHandle(caller, handle);
  if (entry === 0) return STATUS_REVOKED;
  letGo(entry, AUDIT_DROPPED);
  return STATUS_OK;
}

export function dropAll(slot: i32): void {
  while (getProcess(slot, HANDLE_HEAD) !== 0) letGo(getProcess(slot, HANDLE_HEAD), AUDIT_DROPPED);
}

function letGo(entry: i32, how: i32): void {
  const child = get(entry, KIND) === HANDLE_OWN ? providerOf(entry) : 0;
  release(entry, how);
  if (child !== 0) endChild(child);
}
