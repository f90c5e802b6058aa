// Spawning: a new child under a dynamic supervisor, for the holder of a handle that allows it.
//
// The child starts with no authority. Whoever spawned it can give it some of
// its own, by the own handle that it got, and nothing more. That handle allows
// the functions that the one to spawn by allows.
import {
  AUDIT_SPAWNED,
  FIELD_CHILDREN,
  HANDLE_OWN,
  HANDLE_SPAWN,
  STATE_UP,
  STATUS_EXHAUSTED,
  STATUS_UNAVAILABLE,
} from "../abi";
import {
  audit,
  consume,
  get,
  handleOf,
  hasHandleRoom,
  makeHandle,
  MASK,
  OBJECT,
  providerOf,
  useKind,
} from "./handle";
import { CHILDREN, get as getProcess, makeProcess, mark, pidOf, STATE, WANTED } from "./process";
import { start } from "./supervisor";
import { field } from "./template";

export function spawn(caller: i32, handle: i32, name: i32): i32 {
  const entry = useKind(caller, handle, HANDLE_SPAWN);
  if (entry < 0) return entry;
  const supervisor = providerOf(entry);
  if (getProcess(supervisor, STATE) !== STATE_UP) return STATUS_UNAVAILABLE;
  if (getProcess(supervisor, CHILDREN) >= field(supervisor, FIELD_CHILDREN)) return STATUS_EXHAUSTED;
  if (!hasHandleRoom(caller)) return STATUS_EXHAUSTED;
  const child = makeProcess(supervisor, get(entry, OBJECT), name);
  if (child === 0) return STATUS_EXHAUSTED;
  consume(entry);
  mark(child, WANTED);
  const own = makeHandle(caller, pidOf(child), HANDLE_OWN, 0, get(entry, MASK));
  audit(own, AUDIT_SPAWNED);
  start(child);
  return handleOf(own);
}
