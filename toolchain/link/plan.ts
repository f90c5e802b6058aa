/**
 * The link plan: the data between build time and run time.
 *
 * A host needs this file and nothing else of the toolchain. **Templates** say
 * what a process is made of; the **static root** says which processes exist,
 * what each is bound to, and where the system starts. Positions are indices
 * into the arrays of this plan. docs/architecture.md draws the whole.
 *
 * A host brings a plan up in this order: instantiate `transfer`, `handles` and `liveness`, then each
 * process's core instances in order; instantiate each edge's adapters; fill the
 * slots; run the initialisers, process by process; call the entry.
 */

import type { KernelPlan, Limits, Mailbox, MessageSend } from "./plan-kernel.ts";

export * from "./plan-kernel.ts";
export * from "./plan-names.ts";

/** Raised when the meaning of a field changes. A newer file is refused by name. */
export const PLAN_VERSION = 3;

export interface LinkPlan {
  readonly version: typeof PLAN_VERSION;
  readonly system: string;
  readonly modules: readonly PlanModule[];
  readonly templates: readonly Template[];
  readonly root: StaticRoot;
}

/** A core module; the same bytes appear once, whoever uses them. */
export interface PlanModule {
  /** Also the module's name in its name section, so that an engine's stack trace leads back here. */
  readonly name: string;
  readonly role: "guest" | "adapter" | "transfer" | "handles" | "liveness" | "accounts" | "kernel" | "mail";
  /** SHA-256 of `bytes`, hexadecimal. */
  readonly hash: string;
  readonly bytes: Uint8Array;
  /** Source map version 3 (JSON), whose generated columns are byte offsets in `bytes`. */
  readonly sourceMap?: string;
}

/** An export of one core instance of a template. */
export interface CoreItem {
  /** Position in `Template.instances`. */
  readonly instance: number;
  readonly export: string;
}

/** What a process is made of. */
export interface Template {
  readonly name: string;
  /** SHA-256 of the component that it was made from. */
  readonly component: string;
  /** The component's world, as WIT text, for people. */
  readonly wit: string;
  /** In the order of instantiation: an import refers to earlier instances only. */
  readonly instances: readonly CoreInstance[];
  /**
   * Called once the slots are filled, in order, before any initialiser of the system: they fill memories and tables.
   * Called again, and then the initialisers, they make the process as new. Absent when it cannot be reset.
   */
  readonly resets?: readonly CoreItem[];
  /** Called once the slots are filled, in order, without arguments. */
  readonly initialisers: readonly CoreItem[];
  /**
   * Of a metered process: the entries of slot tables that are filled with `ACCOUNTS.ended` of it. Its instances
   * import the counter as `RESERVED.fuel`. The host gives it `quotas.fuel` before the initialisers run.
   */
  readonly sliceEnded?: readonly Slot[];
  /** The counter of a process whose call depth is limited: the host sets it to `quotas.depth` then. */
  readonly depth?: CoreItem;
  readonly holes: readonly Hole[];
  /** What its processes can be asked: for callers outside the system, such as `atoll call`. */
  readonly exports: readonly ExportedFunction[];
  /** `checked` when out-of-bounds accesses are found by comparison, not by guard pages. */
  readonly memories: "guarded" | "checked";
  readonly quotas: Quotas;
}

export interface CoreInstance {
  /** Position in `LinkPlan.modules`. */
  readonly module: number;
  readonly imports: readonly { readonly module: string; readonly name: string; readonly from: CoreItem }[];
  /**
   * In a fused domain: the instance is a part of the domain's one, and this precedes the names of its
   * exports there. `module` is the domain's, and `imports` is empty.
   */
  readonly fused?: string;
}

/** A lifted function of a component, and the canonical options to call it with. */
export interface ExportedFunction {
  /** Such as `search:index/api@0.1.0#query`; a function of the world itself is its bare name. */
  readonly name: string;
  /** WIT text of the function's type, for people. */
  readonly type: string;
  readonly func: CoreItem;
  readonly memory?: CoreItem;
  readonly realloc?: CoreItem;
  /** Takes the core results of `func`, once they are lifted. */
  readonly postReturn?: CoreItem;
  readonly encoding: "utf8" | "utf16" | "latin1+utf16";
}

/** What a component imports: to be bound to a provider when a process is made. */
interface Hole {
  /** The import's name, such as `search:index/api@0.1.0`. */
  readonly name: string;
  readonly functions: readonly HoleFunction[];
}
interface HoleFunction {
  readonly name: string;
  /** WIT text of the function's type, for people. */
  readonly type: string;
  readonly async: boolean;
  /** Entries of the instances' slot tables that call this function. */
  readonly slots: readonly Slot[];
}
interface Slot {
  readonly instance: number;
  /** Entry of the table that the instance exports as `RESERVED.slots`. */
  readonly entry: number;
}

/** Upper bounds; absent means the host's own. */
export interface Quotas {
  /** Bytes of linear memory. */
  readonly memory?: number;
  /** Elements of each table. */
  readonly table?: number;
  /** Units of fuel, until the process is reset; see docs/metering.md for what costs how much. */
  readonly fuel?: number;
  /** Units of fuel after which the host is told, and may do something else first. */
  readonly slice?: number;
  /** Calls nested in the process's own code; docs/metering.md says which calls count. */
  readonly depth?: number;
  /** Handles in the tables of its component instances together. */
  readonly handles?: number;
}

export interface StaticRoot {
  readonly processes: readonly Process[];
  /** Absent when no processes are fused. */
  readonly domains?: readonly FusedDomain[];
  /** Providers before consumers. */
  readonly edges: readonly Edge[];
  /** The module with the memory through which devices and the entry are called; exports: `TransferExport`. */
  readonly transfer?: number;
  /** Absent in a system without resources. */
  readonly handles?: HandleTables;
  /** Absent in a system without metered processes. */
  readonly accounts?: Accounts;
  /** The module with the marks of processes and the stand-ins for functions: see `LIVENESS`. */
  readonly liveness?: number;
  /** Absent in a system without supervisors. */
  readonly kernel?: KernelPlan;
  /** Absent in a system whose functions are called from outside only (`atoll call`). */
  readonly entry?: Entry;
}

/**
 * The module that holds all handle tables; its layout is drawn in `handles/layout.ts`. A host that
 * wants to know what a process holds reads its `memory`; only linked code writes to it.
 */
export interface HandleTables {
  readonly module: number;
  /**
   * Exported functions that carry handles, in a system that is called from outside: names of the
   * global with the instance's table, and of those with the kinds of the resources that the
   * function's type names, in the order of their first occurrence. `implemented`: by the instance.
   */
  readonly callable: readonly {
    readonly process: number;
    readonly function: string;
    readonly table: string;
    readonly types: readonly { readonly kind: string; readonly implemented: boolean }[];
  }[];
  /**
   * Whose the exported globals `table N` are: component instance `instance` of a process, or a device,
   * which has one in the whole system.
   */
  readonly tables: readonly (
    | { readonly process: number; readonly instance: number }
    | { readonly device: Grant["device"] }
  )[];
  readonly types: readonly HandleType[];
}

/** What an exported global `type N` is: whose resource, and its name. */
export type HandleType =
  | {
      readonly process: number;
      /** For people. */
      readonly name: string;
      /** The core function `(rep) -> ()` of the process that destroys one, if there is one. */
      readonly destructor?: CoreItem;
    }
  | {
      readonly device: Grant["device"];
      /** In WIT. */
      readonly name: string;
      /** A grant of the device, whose function `deviceDestructor` destroys those of all. */
      readonly holder: { readonly process: number; readonly grant: number };
    }
  | {
      /** Processes that are made by this import; the rep is the kernel's handle. They go with their spawner. */
      readonly spawner: { readonly process: number; readonly hole: number };
      /** In WIT. */
      readonly name: string;
    };

/** The function `(rep) -> ()` of a device that ends one of its resources. */
export function deviceDestructor(resource: string): string {
  return `[resource-drop]${resource}`;
}

export interface Process {
  readonly name: string;
  readonly template: number;
  readonly grants: readonly Grant[];
  /**
   * Functions that its component exports and another process implements: those of processes that it
   * is wired to, which it hands on. Absent when there are none.
   */
  readonly handsOn?: readonly {
    readonly name: string;
    readonly process: number;
    /** `ExportedFunction.name` of that process. */
    readonly function: string;
  }[];
  /** Position in `StaticRoot.domains`; members of a domain follow each other. */
  readonly domain?: number;
  /**
   * Under the kernel: it may be suspended, so it has a stack of its own, and calls into it are messages.
   * Why, for people. Absent: it runs on its caller's stack.
   */
  readonly ownStack?: string;
  /** Under the kernel; absent when nothing is sent to it. */
  readonly mailbox?: Mailbox;
  /** It is not there at first: processes like it are spawned while the system runs. */
  readonly spawned?: true;
}

/**
 * Processes whose modules, and the adapters between them, are one module with one instance. They have
 * one life and one budget: their counters of fuel are one global, and they are reset together.
 */
export interface FusedDomain {
  readonly name: string;
  /** Names of its functions begin with the process's name, or the position of the edge, and `FUSED_NAME_END`. */
  readonly module: number;
  /** Of the handle module, and of other modules of the root. */
  readonly imports: readonly { readonly module: string; readonly name: string; readonly from: Source }[];
  /** What became the module, for people. */
  readonly parts: readonly {
    readonly process: number;
    /** Bytes of the process's modules, and of the adapters of its edges to other members. */
    readonly bytes: number;
    readonly adapterBytes: number;
  }[];
}

/**
 * Authority over a device, given in `system.ts`, or over the kernel. `device` is the interface's id without version.
 * A directory's `path` is as written there: absolute, or relative to the folder of `system.ts`,
 * which is not part of the plan (the same inputs give the same bytes wherever they lie); whoever
 * runs the plan tells the host which folder that is.
 */
export type Grant =
  | { readonly device: "atoll:device/console" }
  | { readonly device: "atoll:device/clock" }
  | { readonly device: "atoll:device/entropy"; readonly seed?: string }
  | { readonly device: "atoll:device/directory"; readonly path: string }
  | {
      readonly device: "atoll:device/configuration";
      readonly arguments: readonly string[];
      readonly values: Readonly<Record<string, string>>;
    }
  /** Every process that imports it has it. */
  | { readonly device: "atoll:kernel/time" }
  /** As above. */
  | { readonly device: "atoll:kernel/process" }
  | { readonly device: "atoll:kernel/introspect" };

/** All calls from one process through one hole. */
export interface Edge {
  readonly consumer: number;
  /** Position in the consumer template's `holes`. */
  readonly hole: number;
  readonly provider:
    | { readonly kind: "process"; readonly process: number; readonly name: string }
    /** `grant` is a position in the consumer's `grants`. */
    | { readonly kind: "device"; readonly grant: number }
    /** Processes made as `process`, which is `spawned`, that export `name`; the hole is the process view of it. */
    | { readonly kind: "spawner"; readonly process: number; readonly name: string }
    /** For `HANDLES_HOLE`: what fills it are adapters on the system's handle tables. */
    | { readonly kind: "handles" }
    /** For `INNER_HOLE`: the consumer itself. */
    | { readonly kind: "inner" };
  /**
   * `guarded`: a call ends in a value at the consumer when the provider dies in it. `fused`: both are in
   * one domain, and nothing is left to bind; `target` is then the callee, for people.
   */
  readonly binding: "plain" | "guarded" | "fused";
  readonly adapters: readonly Adapter[];
  /** It fills no slots at first: it may take the place of the edge of the same consumer and hole. */
  readonly standby?: true;
  /** One for each function of the hole that has slots. */
  readonly functions: readonly EdgeFunction[];
  /** Of messages; absent: all is allowed. */
  readonly limits?: Limits;
  /** Positions in `adapters` of the two meters, in a system that was linked to be measured. */
  readonly meters?: { readonly outer: number; readonly inner: number };
}

/** Who has what fuel. */
export interface Accounts {
  /** See `accounts/module.ts`. */
  readonly module: number;
  /** By process: the process whose account it has, which is the first of its domain; absent for one that is not metered. */
  readonly of: readonly { readonly process: number; readonly account: number }[];
}

/** An adapter module with what it is instantiated on. */
export interface Adapter {
  readonly module: number;
  readonly imports: readonly { readonly module: string; readonly name: string; readonly from: Source }[];
}
/**
 * `memory`; `realloc`, a bump allocator with the canonical signature; `reset`, which frees everything.
 * `reset-i32` and the like are `reset` with one parameter that is ignored: a post-return takes the core result.
 */
export type TransferExport =
  | "memory"
  | "realloc"
  | "reset"
  | "reset-i32"
  | "reset-i64"
  | "reset-f32"
  | "reset-f64";
/** Where an adapter's import, or a slot, comes from. */
export type Source =
  | { readonly kind: "process"; readonly process: number; readonly item: CoreItem }
  | { readonly kind: "transfer"; readonly export: TransferExport }
  /**
   * A function of a device, on behalf of one process; `function` as in WIT (`write-line`). Its core
   * type is that of a lifted export (CanonicalABI.md, `flatten_functype` with "lift"), strings are
   * UTF-8: what has more than one flat result returns one i32, its offset in the transfer memory,
   * where the host has allocated it by `realloc`. The adapter empties the transfer memory by one of
   * the `reset`s after it has lifted the result; the host never does.
   */
  | { readonly kind: "device"; readonly process: number; readonly grant: number; readonly function: string }
  /** An export of an adapter of the same edge (or of the entry). */
  | { readonly kind: "adapter"; readonly adapter: number; readonly export: string }
  /** Such as `memory`, `table 3`, `type 0`; see `handles/module.ts`. */
  | { readonly kind: "handles"; readonly export: string }
  /** See `LIVENESS`. */
  | { readonly kind: "liveness"; readonly export: string }
  /** See `ACCOUNTS`. */
  | { readonly kind: "accounts"; readonly export: string }
  /**
   * A guard of a process: `() -> i32`, made by the host. It calls `inner: () -> ()`, an export of the
   * very adapter that imports it, and returns 0. When the process dies in that, it returns the
   * position of the fault in `FAULTS` plus one. What is not the process's to answer for goes on.
   * Without `inner`: the adapter found that what the process returned is not valid, and the host is
   * told that it died of that.
   */
  | { readonly kind: "guard"; readonly process: number; readonly inner?: string }
  /** The host's clock, for meters alone. */
  | { readonly kind: "clock" }
  /** See `MAIL`. */
  | { readonly kind: "mail"; readonly export: string }
  /** The kernel's function `event`; see kernel/abi.ts. */
  | { readonly kind: "kernel-event" }
  /** Immutable i32 global: the pid of the process. Mutable for one that is `spawned`: its instances are used again. */
  | { readonly kind: "pid"; readonly process: number }
  /** Mutable i32 global: the kernel's handle by which a process sends through one of its holes; 0 while it has none. */
  | { readonly kind: "authority"; readonly process: number; readonly hole: number }
  /**
   * A function of the host for the holder of a spawner, which asks the kernel. `spawn`: `() -> handle`, and the
   * process has started as far as it can; `monitor`: `(handle, token) -> status`; `link`: `(handle) -> status`;
   * negative ones are statuses of kernel/abi.ts. `drop`: `(handle) -> ()`.
   */
  | {
      readonly kind: "spawner";
      readonly process: number;
      readonly hole: number;
      readonly function: "spawn" | "monitor" | "link" | "drop";
    }
  /**
   * `(message: i32) -> i32`: waits for the result of a call that the kernel has taken; by suspending the
   * stack, so that no frame of the host may lie on it. Returns the address of the message with the result,
   * 0 for none; or a negative status.
   */
  | { readonly kind: "wait" };

/** A source that only a system under the kernel has. */
export type KernelSource = Extract<
  Source,
  { readonly kind: "mail" | "kernel-event" | "pid" | "authority" | "wait" | "spawner" }
>;

/** What a guarded call may end in, by position; `fault` in wit/fault.wit. */
export const FAULTS = ["crashed", "revoked", "timeout", "overloaded", "exhausted", "unavailable"] as const;

export type Fault = (typeof FAULTS)[number];

export interface EdgeFunction {
  readonly name: string;
  /** What fills the slots: the callee itself where the call needs no adapter. */
  readonly target: Source;
  /** What fills them while the provider is dead, and once the binding is revoked. Calls out of the process have them. */
  readonly standIns?: { readonly unavailable: Source; readonly revoked: Source };
  /** How the provider's death is caught; see passes/guard-choice.ts. For a call that is guarded. */
  readonly guard?: "javascript" | "try-table" | "none";
  /** Why it is bound so, for `atoll inspect`. */
  readonly reason: string;
  /** It is sent as a message; absent for a call. Its adapter is the sender's half. */
  readonly message?: MessageSend;
  /** Who implements it, where the edge's provider only hands it on; absent otherwise. */
  readonly handedOn?: {
    /** The process that is entered; absent for a device. */
    readonly process?: number;
    /** The imports by which it got to the edge's provider: names of holes, the provider's first. */
    readonly through: readonly { readonly process: number; readonly hole: string }[];
  };
}

/** Where the system starts. */
export interface Entry {
  readonly process: number;
  /** Such as `search:query/main@0.1.0#run`. */
  readonly function: string;
  readonly adapters: readonly Adapter[];
  /**
   * A core function `() -> i32`: the offset in the transfer memory of three u32:
   * exit code, then offset and length in bytes of a UTF-8 message, 0 and 0 for none.
   */
  readonly target: Source;
}
