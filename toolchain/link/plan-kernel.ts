/**
 * What a plan holds of a system that has supervisors: it runs under the kernel.
 *
 * The kernel decides what is started, run, ended and restarted; a host tells it
 * what happens, and does what it commands (kernel/abi.ts, docs/kernel.md). Times
 * are microseconds. A system without supervisors has none of this.
 */
import type { Adapter, Source } from "./plan-edge.ts";

export interface KernelPlan {
  /** Position of kernel.wasm in `LinkPlan.modules`. */
  readonly module: number;
  /** Position of the module that holds messages in flight (kernel/mail); absent when there are no messages. */
  readonly mail?: number;
  /** Sizes of the kernel's tables: what `initialise` is given. */
  readonly tables: {
    readonly processes: number;
    readonly messages: number;
    readonly handles: number;
    /** Of the newest events, which the kernel keeps. */
    readonly events: number;
  };
  /**
   * The supervision tree: the root first, each supervisor before its children, children in the order of
   * their start. The kernel's template of a node is its position here plus one.
   */
  readonly tree: readonly TreeNode[];
  /** Path of the control socket, which is found as a directory's is (see `Grant`); absent: there is none. */
  readonly control?: string;
}

export type TreeNode = SupervisorNode | WorkerNode;

interface CommonNode {
  /** Position in the tree; absent for the root. */
  readonly parent?: number;
  readonly restart: "permanent" | "transient" | "temporary";
  /** 0: none. */
  readonly startDeadline: number;
  /** 0: it is killed at once. */
  readonly stopDeadline: number;
  /** The wait before the first restart, doubled with each failure up to the limit; 0 and 0: none. */
  readonly backoff: { readonly first: number; readonly limit: number };
}

export interface SupervisorNode extends CommonNode {
  readonly kind: "supervisor";
  readonly name: string;
  readonly strategy: "one_for_one" | "one_for_all" | "rest_for_one" | "dynamic";
  /** Failures that it bears within `window`. */
  readonly intensity: number;
  readonly window: number;
  /** Of a dynamic one: how many it may have. */
  readonly most?: number;
}

export interface WorkerNode extends CommonNode {
  readonly kind: "worker";
  /**
   * Position in `StaticRoot.processes`. Under a dynamic supervisor: what its children are made as. A fused
   * domain has one life: its first process stands for all, and the others are not in the tree.
   */
  readonly process: number;
  /** 0 (first) to 3. */
  readonly priority: number;
  /** Messages that its mailbox holds, and their bytes. */
  readonly mail: number;
  readonly mailBytes: number;
  /** Alarms, monitors and links that it may have. */
  readonly records: number;
  /** Handles of the kernel that it may have. */
  readonly handles: number;
}

/** What a process is sent as a message: calls into one that has a stack of its own, and casts. */
export interface Mailbox {
  readonly adapters: readonly Adapter[];
  /** By number of the delivery: its position here. */
  readonly deliveries: readonly Delivery[];
}

export interface Delivery {
  /** As in `ExportedFunction.name`. */
  readonly function: string;
  /**
   * The kernel's number of the function, which handles allow or not: its position among the functions of
   * the interface, 0 to 31.
   */
  readonly number: number;
  /**
   * Core function `(message: i32) -> i32`: takes the parameters out of the message, which it frees, calls,
   * and returns the message with the result, 0 where there is none to be sent, or a negative status of
   * kernel/abi.ts for the caller: there was no room for the result.
   */
  readonly target: Source;
}

/** How a function of an edge is sent as a message. */
export interface MessageSend {
  readonly kind: "call" | "cast";
  /** Position in `Mailbox.deliveries` of the process that is entered. */
  readonly delivery: number;
  /** Microseconds until the caller goes on with `timeout`; absent: none. */
  readonly deadline?: number;
  /** Why it is a message, for `atoll inspect`. */
  readonly reason: string;
}

/**
 * What a wire of `system.ts` allows of the provider, less than all of it; the kernel checks it with each message.
 * Over a wire that spawns: processes instead of messages, and functions of each.
 */
export interface Limits {
  /** Numbers of functions, as in `Delivery.number`; absent: all. */
  readonly functions?: readonly number[];
  /** Messages until it expires. */
  readonly uses?: number;
  /** Messages in a second. */
  readonly rate?: number;
  /** Until so long after the consumer's start. */
  readonly until?: number;
}

/**
 * Statuses of `wait` beside those of kernel/abi.ts: the process was killed while it waited, and what
 * it waited in has to trap.
 */
export const WAIT_KILLED = -100;

/** Names of the mail module's exports; see kernel/mail. */
export const MAIL = {
  memory: "memory",
  /** `(delivery: i32, size: i32) -> i32`: begins a message of so many bytes, and returns its address; 0 when there is no room. */
  begin: "begin",
  /**
   * The canonical realloc, for what the message that was begun last refers to; 0 when there is no room. It
   * traps once that is sealed.
   */
  realloc: "realloc",
  /** `() -> i32`: what was begun last is whole; returns its bytes. What is not sealed goes when the next begins. */
  seal: "seal",
  /** `(message: i32, reader: i32) -> ()`: the process with that pid reads it; it frees it then, or closes it. */
  open: "open",
  /** `(message: i32) -> ()`: it stays, and is read by nobody. */
  close: "close",
  /** `(message: i32) -> ()`; traps when it is none. */
  free: "free",
  /** `(reader: i32) -> ()`: the process with that pid has ended; frees what it was reading or writing. */
  abandon: "abandon",
  /** `() -> i32`: bytes of memory that messages take. */
  used: "used",
  /** `(bytes: i32) -> i32`: what they may take together, once, before any is begun; 0 when that cannot be. */
  limit: "limit",
  /** Byte offset from a message's address of the number of its delivery, an i32. */
  deliveryOffset: -4,
} as const;
