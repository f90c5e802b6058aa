/**
 * The names by which linked modules, the linker and a host know each other.
 *
 * Exports and imports of modules that a plan holds, and offsets in the memory of
 * its handle module. They are a part of the plan: hosts take them from plan.ts.
 */

/**
 * Names that the linker adds to a guest module's exports. No guest export may begin with the prefix,
 * except functions of Atoll's own interfaces, whose names have a slash (`atoll:device/clock#now`).
 */
export const RESERVED = {
  prefix: "atoll:",
  /** Table of functions: one entry for each function that the module calls outside itself. */
  slots: "atoll:slots",
  /** Mutable i32 global, 1 while the component instance may call out (CanonicalABI.md, `may_leave`). */
  mayLeave: "atoll:may-leave",
  /** The module's start function, which the linker took out of the start section; see `Template.initialisers`. */
  start: "atoll:start",
  /** Function `() -> ()`; see `Template.resets`. */
  reset: "atoll:reset",
  /** Module name by which a metered process imports `ACCOUNTS.fuel`; see `Template.sliceEnded`. */
  fuel: "atoll:fuel",
  /** Mutable i32 global: how many more calls of the process may nest. See `Template.depth`. */
  depth: "atoll:depth",
  /** Before the index of each memory, table and mutable global that a module with a reset defines. */
  memory: "atoll:memory ",
  table: "atoll:table ",
  global: "atoll:global ",
  /** Before the index of each memory and table that another module grows too: mutable global, its size as they see it. */
  memorySize: "atoll:memory-size ",
  tableSize: "atoll:table-size ",
  /** Of a module that processes are spawned as: mutable i32 global, the pid; see the source `pid`. */
  pid: "atoll:pid",
  /** As above: its mark; see `LIVENESS.inside`. */
  inside: "atoll:inside",
  /** As above, before the position of a hole: see the source `authority`. */
  authority: "atoll:authority ",
  /** As above, before the number of a table: the address of the process's own table in its place; see `HandleTables`. */
  handleTable: "atoll:handle-table ",
  /** As above, where it is metered: mutable i32 global, its account. */
  account: "atoll:account",
  /** As above: core function `(message: i32) -> i32`, the target of the delivery that the message names. */
  deliver: "atoll:deliver",
} as const;

/** Name of the function that a metered module calls when its fuel is used up; it traps. */
export const FUEL_EXHAUSTED = "trap: fuel exhausted";

/** Name of the function by which a metered module asks whether there is more fuel. */
export const SLICE_ENDED = "fuel: slice ended";

/** Name of the function that a module calls when its calls are nested too deeply; it traps. */
export const DEPTH_EXHAUSTED = "trap: call depth exhausted";

/** Name of the function of the handle module that traps when a handle is to go into a table that is full. */
export const HANDLES_EXHAUSTED = "trap: handle table is full";

/** The hole of a template whose functions are its built-ins for resources, such as `resource.drop blob`. */
export const HANDLES_HOLE = "atoll:handles";

/** The hole of a template for calls between the components nested in its component. */
export const INNER_HOLE = "atoll:inner";

/** Byte offsets in a table and in an entry of it, drawn in `handles/layout.ts`. */
export const HANDLE_LAYOUT = {
  table: { base: 0, length: 4, free: 8, capacity: 12, room: 16 },
  entry: { kind: 0, rep: 4, lends: 8, scope: 12 },
  entrySize: 16,
  /** On the stack of loans, for a call that lends or gives handles. */
  record: { caller: 0, callee: 4, borrows: 8 },
  recordSize: 12,
} as const;

/**
 * Exports of an adapter whose guarded functions carry handles: what a guard looks at when a call ended
 * in a trap that is not its callee's. Mutable i32 globals; a host sets those that it has read to 0.
 */
export const UNFINISHED = {
  /** 1 when a handle was stale. */
  stale: "unfinished stale",
  /** Address of the record of the call that is being made; 0 when it has none, and then nothing is to be undone. */
  record: "unfinished record",
  /** Top of the stack of loans when the callee was called; 0 when it was not, or the function gives no owns. */
  begun: "unfinished begun",
} as const;

/** Names of the accounts module's imports and exports. */
export const ACCOUNTS = {
  /**
   * Module and name of the import `(payer: i32, runner: i32) -> i32`, called whenever a slice has ended;
   * 1 when somebody else has to run first.
   */
  host: "host",
  sliceEnded: "slice-ended",
  /** Import of the same module, `() -> i32`: lets others run, by suspending the stack. Not 0: the runner was killed. */
  yield: "yield",
  /** Mutable i64 global: what is left of the slice, negative once more was used. */
  fuel: "fuel",
  /** Mutable i32 global: the account that pays, or -1. */
  payer: "payer",
  /** Mutable i32 global, not 0 while nobody else may run: see `accounts/module.ts`. */
  held: "held",
  /** `(account: i32) -> ()`: it pays from now on. */
  pay: "pay",
  /** `(account: i32) -> i64`: what it has left. */
  left: "left",
  /** `(account: i32, left: i64, slice: i64) -> ()` */
  fill: "fill",
  /** `(account: i32, units: i64) -> ()` */
  credit: "credit",
  /** Before an account: `() -> i32`, which makes it the payer, and returns who was. */
  enter: "enter ",
  /** Before an account: `() -> i32`, 1 when its process has no more fuel. */
  ended: "ended ",
  /** `(account: i32) -> i32`, as above, for processes that are made at run time. */
  endedOf: "ended",
} as const;

/** Names of the liveness module's exports. */
export const LIVENESS = {
  /** Before the position of a process: mutable i32 global, 1 while it is inside a call that a guard may end. */
  inside: "inside ",
  /** Names of the functions in which a call into a process that is dead, or over a binding that was revoked, traps. */
  rules: { unavailable: "trap: the process is dead", revoked: "trap: the binding was revoked" },
} as const;

/**
 * What a sender of a message traps of, by fault, where it cannot be told: on a plain wire. `killed`: it was killed
 * while it waited. Clauses about the sender; the function that traps is named `trap: ` and this.
 */
export const UNANSWERED = {
  crashed: "called a process that crashed",
  revoked: "sent what it may not send any more",
  timeout: "called a process that did not answer before the deadline",
  overloaded: "sent more than the other process takes",
  exhausted: "sent what there is no room for",
  unavailable: "called a process that does not run",
  killed: "was killed while it waited",
} as const;

/** Names by which a meter and a host know each other; see passes/meter.ts. */
export const METER = {
  /** Module of the import `now: () -> f64`, nanoseconds from some moment on. */
  clock: "clock",
  /** Exported function `(n: i32) -> f64`: the time that n readings of the clock take, in nanoseconds. */
  readings: "readings",
  /** Before a function's name: the exported f64 globals with its calls and its time in nanoseconds. */
  calls: "calls ",
  time: "time ",
} as const;

/** Between whose function it is and the function's own name, in a fused module and in the names of its source map. */
export const FUSED_NAME_END = "!";

/** Instead of a position of an edge, after the process's name: the function takes messages to it out of the mail. */
export const FUSED_MAILBOX = " mailbox";

/** Source of code that no file is known for, in the source map of a fused module. */
export const NO_SOURCE = "atoll:no-source";

/**
 * What the kernel calls in processes, as messages: names of `ExportedFunction`s, which a process has or has not.
 * `alarm: (token: i32) -> ()`, `notice: (token: i32, reason: i32) -> ()`, the reason a position among those of
 * `wit/kernel.wit`; what there is of a `postReturn` is called after it.
 */
export const SIGNALS = {
  alarm: "atoll:kernel/alarms@0.1.0#alarm",
  notice: "atoll:kernel/notices@0.1.0#notice",
} as const;
