/**
 * The kernel's interfaces, as types: what a process can ask of it, and what it calls.
 *
 * The same as `wit/kernel.wit`, which a test compares. What processes import is
 * wired as devices are; what they export is called by the host, with core values.
 */
import { FAULT, type Interface } from "../abi/index.ts";
import {
  bool,
  enumeration,
  func,
  interfaceOf,
  list,
  option,
  record,
  string,
  u32,
  u64,
} from "./interface-types.ts";
import type { Grant } from "./plan.ts";

export const KERNEL_PACKAGE = "atoll:kernel";
const VERSION = "0.1.0";

const types = `${KERNEL_PACKAGE}/types@${VERSION}`;
const reason = enumeration(types, "reason", [
  "normal",
  "shutdown",
  "crashed",
  "killed",
  "exhausted",
  "linked",
  "start-timeout",
  "stop-timeout",
  "intensity",
  "unowned",
  "collateral",
]);

const authority = enumeration(types, "authority", ["call", "spawn", "own", "look"]);
const handleInfo = record(types, "handle-info", {
  handle: u32,
  holder: u32,
  provider: u32,
  allows: authority,
  functions: u32,
  "uses-left": u32,
  "derived-from": u32,
});

const identity = record(`${KERNEL_PACKAGE}/process@${VERSION}`, "identity", {
  name: string,
  pid: u32,
  life: u32,
});

const load = record(`${KERNEL_PACKAGE}/mailbox@${VERSION}`, "load", {
  messages: u32,
  bytes: u32,
  "most-messages": u32,
  "most-bytes": u32,
});

const introspect = `${KERNEL_PACKAGE}/introspect@${VERSION}`;
const state = enumeration(introspect, "state", [
  "down",
  "backoff",
  "starting",
  "idle",
  "ready",
  "running",
  "waiting",
  "up",
  "stopping",
]);
const quotas = record(introspect, "quotas", {
  mail: u32,
  "mail-bytes": u32,
  records: u32,
  handles: u32,
  fuel: option(u64),
});
const processInfo = record(introspect, "process-info", {
  name: string,
  pid: u32,
  life: u32,
  state,
  parent: u32,
  reason: option(reason),
  mail: u32,
  "mail-bytes": u32,
  handles: u32,
  records: u32,
  cpu: u64,
  "waits-for": u32,
  quotas: option(quotas),
});
const totals = record(introspect, "system-totals", {
  processes: u32,
  messages: u32,
  handles: u32,
  timers: u32,
  now: u64,
  cpu: u64,
});
const event = record(introspect, "event", { kind: string, pid: u32, accepted: bool, time: u64 });
const change = enumeration(introspect, "change", [
  "endowed",
  "granted",
  "narrowed",
  "spawned",
  "revoked",
  "dropped",
  "given",
]);
const audit = record(introspect, "audit-record", {
  what: change,
  holder: u32,
  life: u32,
  handle: u32,
  provider: u32,
  "derived-from": u32,
  time: u64,
});

const orFault = { kind: "result", err: FAULT } as const;

/** What processes import. */
export const KERNEL_INTERFACES: Readonly<
  Record<Extract<Grant["device"], `${typeof KERNEL_PACKAGE}/${string}`>, Interface>
> = {
  "atoll:kernel/time": interfaceOf({
    sleep: func({ microseconds: u64 }),
    "set-alarm": func({ token: u32, microseconds: u64 }, { kind: "result", ok: u32, err: FAULT }),
    "cancel-alarm": func({ alarm: u32 }, bool),
  }),
  "atoll:kernel/wakeup": interfaceOf({ wait: func({ nanoseconds: u64 }) }),
  "atoll:kernel/process": interfaceOf({ self: func({}, identity), exit: func({}) }, [identity]),
  "atoll:kernel/mailbox": interfaceOf({ fullness: func({}, load) }, [load]),
  "atoll:kernel/capability": interfaceOf({ held: func({}, list(handleInfo)) }),
  "atoll:kernel/supervisor": interfaceOf({
    kill: func({ pid: u32 }, orFault),
    stop: func({ pid: u32 }, orFault),
  }),
  "atoll:kernel/introspect": interfaceOf(
    {
      processes: func({}, list(processInfo)),
      handles: func({}, list(handleInfo)),
      totals: func({}, totals),
      events: func({ most: u32 }, list(event)),
      audit: func({ most: u32 }, list(audit)),
    },
    [state, quotas, processInfo, totals, event, change, audit],
  ),
};

/** What processes export, for the kernel to call. */
export const KERNEL_SIGNALS: Readonly<Record<`${typeof KERNEL_PACKAGE}/${"alarms" | "notices"}`, Interface>> =
  {
    "atoll:kernel/alarms": interfaceOf({ alarm: func({ token: u32 }) }),
    "atoll:kernel/notices": interfaceOf({ notice: func({ token: u32, reason }) }),
  };
