/**
 * Edges: what the calls of a process are bound to, and what adapters stand on.
 */
import type { Limits, MessageSend } from "./plan-kernel.ts";
import type { CoreItem } from "./plan-template.ts";

/** All calls from one process through one hole. */
export interface Edge {
  readonly consumer: number;
  /** Position in the consumer template's `holes`. */
  readonly hole: number;
  readonly provider:
    | { readonly kind: "process"; readonly process: number; readonly name: string }
    /** `grant` is a position in the consumer's `grants`. */
    | { readonly kind: "device"; readonly grant: number }
    /**
     * Handles of processes that export `name`; the hole is the process view of it. They are made as `process`,
     * which is `spawned` (`spawn`); they are handles of that very process (`process`); or others hand them to
     * the consumer, who has no authority to begin with (`handles`).
     */
    | {
        readonly kind: "spawner";
        readonly process: number;
        readonly name: string;
        readonly by: "spawn" | "process" | "handles";
      }
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
  /**
   * Of a process that is `spawned`: all adapters are `merged`, and the process's module fills its slots itself.
   * Nothing is left to bind.
   */
  readonly merged?: true;
}

/** Who has what fuel. */
export interface Accounts {
  /** See `accounts/module.ts`. */
  readonly module: number;
  /**
   * By process: the process whose account it has, which is the first of its domain; absent for one that is not metered.
   * What is spawned has an account of its own, by its own position.
   */
  readonly of: readonly { readonly process: number; readonly account: number }[];
}

/** An adapter module with what it is instantiated on. */
export interface Adapter {
  readonly module: number;
  /**
   * Bytes that it had before it became a part of `module`, which a process is spawned as: it is not instantiated, and
   * its imports only say what it leads to. See `MergedModule`.
   */
  readonly merged?: number;
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
  /**
   * Mutable i32 global: the pid of a process that is spawned, which calls a function of a device. Those of one kind
   * share their devices, which may ask the kernel in the name of who calls.
   */
  | { readonly kind: "asker" }
  /** Mutable i32 global: the kernel's handle by which a process sends through one of its holes; 0 while it has none. */
  | { readonly kind: "authority"; readonly process: number; readonly hole: number }
  /**
   * A function of the host for the holder of handles of processes, which asks the kernel. `spawn`: `() -> handle`,
   * and the process has started as far as it can; `provider`: `() -> handle`; `monitor`: `(handle, token) -> status`;
   * `link` and `revoke`: `(handle) -> status`; `narrow`: `(handle, mask, uses, rate, microseconds: i64) -> handle`,
   * where 0 is no limit; negative ones are statuses of kernel/abi.ts.
   */
  | {
      readonly kind: "spawner";
      readonly process: number;
      readonly hole: number;
      readonly function: "spawn" | "provider" | "monitor" | "link" | "narrow" | "revoke";
    }
  /** A function of the host, `(handle) -> ()`: the process drops a handle of the kernel that it holds. */
  | { readonly kind: "drop"; readonly process: number }
  /**
   * A function of the host, `(handle) -> status`: the kernel's handle changes its holder. A negative status: the
   * process `to` cannot have one more. A handle that leads nowhere any more can be given, too.
   */
  | { readonly kind: "give"; readonly from: number; readonly to: number }
  /**
   * Functions of the host for handles of the kernel in messages, in the name of a process. `send`: `(handle to the
   * receiver, handle, message) -> status`, `reply`: `(handle, message) -> status`: the handle is given to the
   * receiver, or to who waits for the answer, and goes with the message; where it cannot be given it is dropped.
   * `sent`: `(message, status) -> ()`: the message was sent; or below 0, it was not, and its handles are dropped.
   * `take`: `(message) -> ()`: its handles are the process's now.
   */
  | {
      readonly kind: "carry";
      readonly process: number;
      readonly function: "send" | "reply" | "sent" | "take";
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
  {
    readonly kind:
      | "mail"
      | "kernel-event"
      | "pid"
      | "authority"
      | "wait"
      | "spawner"
      | "drop"
      | "give"
      | "carry";
  }
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
