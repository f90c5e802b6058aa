/**
 * What an adapter is asked for: two sides, and the functions that cross.
 *
 * The caller's side has the options of its `canon lower`, the callee's those of
 * its `canon lift`. The linker has checked that both ends agree on the types.
 */
import type { FunctionType, ResourceType } from "../../abi/index.ts";
import type { component } from "../../wasm/index.ts";

/** Canonical options of one end of an edge (CanonicalABI.md, "Canonical ABI Options"). */
export interface SideOptions {
  readonly encoding: component.StringEncoding;
  /** The end names a memory. */
  readonly memory: boolean;
  /** The end names a `realloc`. */
  readonly realloc: boolean;
  /** Of a process that is made at run time: what is its own, as its handle table, is told when it is made. */
  readonly spawned?: boolean;
}

export interface AdapterFunction {
  readonly name: string;
  readonly type: FunctionType;
  /** The callee wants its core results back once they are lifted. */
  readonly postReturn: boolean;
  /** The caller's type is that of the guarded view: the result in a `result<_, fault>`. */
  readonly view?: "guarded";
  /** The call ends in a value at the caller when the callee dies in it. */
  readonly guard?: FunctionGuard;
}

/** How a fault of the callee is caught, and what the caller gets for it. */
export interface FunctionGuard {
  /**
   * `javascript`: a frame of the host, which catches everything. `try-table`: the callee's code cannot trap, but what it
   * returns may be wrong. `none`: that cannot be wrong either.
   */
  readonly frame: "javascript" | "try-table" | "none";
  /** Of the error that the function's own result has: its case. Absent where the fault itself is the error. */
  readonly onFault?: FaultError;
}

/** The error of a `result` that stands for every fault; without `case` it has no payload. */
interface FaultError {
  /** Position of the payload-free case of the enum or variant that the error is. */
  readonly case?: number;
}

/** A resource whose handles cross. */
export interface ResourceUse {
  /** Number among the resources of the adapter; different types may be one resource. */
  readonly position: number;
  /** A borrow arrives at the callee as the rep. */
  readonly calleeImplements: boolean;
  /** Handles are the kernel's too, and it is told who has them now: see handle.ts. */
  readonly kernel?: true;
}
export type ResourceUses = ReadonlyMap<ResourceType, ResourceUse>;

export interface AdapterSpec {
  readonly caller: SideOptions;
  readonly callee: SideOptions;
  readonly functions: readonly AdapterFunction[];
  /** Of the functions' types. */
  readonly resources: ResourceUses;
  /** The caller's code may run before a call has ended. */
  readonly callsBack: boolean;
  /** Check on entry that the caller may leave; clear its flag around its `realloc`. */
  readonly callerMayLeave: boolean;
  /** Clear the callee's flag around its `realloc` and its post-return functions. */
  readonly calleeMayLeave: boolean;
  /** Keep the callee's mark: see marks.ts. */
  readonly marksCallee: boolean;
  /** Charge the caller for what crosses: see fuel.ts. */
  readonly chargesCaller?: boolean;
  /** Nobody else runs while the caller's `realloc` does: see accounts/module.ts. */
  readonly holdsOthers?: boolean;
  /** The callee pays for its own work. */
  readonly calleePays?: boolean;
}

/** The system's entry: one function without parameters; the caller's side is the transfer memory, UTF-8. */
export interface EntrySpec {
  readonly callee: SideOptions;
  readonly function: AdapterFunction;
  readonly calleeMayLeave: boolean;
}

/** Functions that are sent as messages, by one consumer to one provider: see message-send.ts. */
export interface SendSpec {
  readonly caller: SideOptions;
  /** Of the receiver, and so of texts in messages. */
  readonly encoding: component.StringEncoding;
  readonly functions: readonly SendFunction[];
  readonly callerMayLeave: boolean;
  /** Charge the caller for what crosses: see fuel.ts. */
  readonly chargesCaller: boolean;
  /**
   * Number of a resource: to the processes that handles of it stand for, which are the first parameters; see
   * addressee.ts. Absent: to the provider of a wire.
   */
  readonly addressee?: number;
  /** Of the functions' types: handles of processes, which are given. */
  readonly resources: ResourceUses;
}

export interface SendFunction extends Pick<AdapterFunction, "name" | "type" | "view"> {
  readonly kind: "call" | "cast";
  /** Position in `Mailbox.deliveries` of the receiver. */
  readonly delivery: number;
  /** The kernel's number of the function. */
  readonly number: number;
  /** Microseconds; absent: none. */
  readonly deadline?: number;
  /** As in `FunctionGuard`. */
  readonly onFault?: FaultError;
}

/** Functions of one provider that are called for messages: see message-receive.ts. */
export interface DeliverSpec {
  readonly callee: SideOptions;
  readonly functions: readonly Pick<AdapterFunction, "name" | "type" | "postReturn">[];
  /** As in `SendSpec`. */
  readonly resources: ResourceUses;
  /** As in `AdapterSpec`. */
  readonly calleeMayLeave: boolean;
  readonly marksCallee: boolean;
}

/** The linker asked for what cannot be emitted: an option is missing, or a type cannot cross. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
}
