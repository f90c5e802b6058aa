/**
 * Templates: what a process is made of, and what it can be asked.
 */

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
  /** The interfaces of WASI that a shim in it provides, for people; absent where there is none. */
  readonly wasi?: readonly string[];
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
   * In a fused domain, and of a process that is spawned: the instance is a part of the one that the domain or
   * the process has, and this precedes the names of its exports there. `module` is that, and `imports` is empty.
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
