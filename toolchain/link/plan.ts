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

import type { Accounts, Edge, Entry, Source } from "./plan-edge.ts";
import type { HttpGrant } from "./plan-http.ts";
import type { KernelPlan, Mailbox } from "./plan-kernel.ts";
import type { CoreItem, Template } from "./plan-template.ts";

export * from "./plan-errors.ts";
export * from "./plan-edge.ts";
export * from "./plan-http.ts";
export * from "./plan-kernel.ts";
export * from "./plan-kernel-fields.ts";
export * from "./plan-names.ts";
export * from "./plan-template.ts";

/** Raised when the meaning of a field changes. A newer file is refused by name. */
export const PLAN_VERSION = 6;

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
   * which has one in the whole system. Where processes are spawned as that process, each has a table of its own,
   * which a host makes with `make`, and of which it tells the process's module: `RESERVED.handleTable`.
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
      /** Handles of processes made as this one, which have the interface; the rep is the kernel's handle. */
      readonly spawner: { readonly process: number; readonly name: string };
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
   * Why, for people. Absent: nothing suspends it, and it runs on its caller's stack, or its host's.
   */
  readonly ownStack?: string;
  /** Calls into it are messages although it has no such stack. Why, for people. */
  readonly byMessage?: string;
  /** Under the kernel; absent when nothing is sent to it. */
  readonly mailbox?: Mailbox;
  /** It is not there at first: processes like it are spawned while the system runs. */
  readonly spawned?: true;
  /** For one that is spawned, and for no other. */
  readonly merged?: MergedModule;
}

/**
 * What processes are spawned as. Their modules, those that take messages to them out of the mail, and the
 * adapters of edges that are never repointed are one module, so that one more process is one instance. It has
 * words of its own for what a host tells it: `RESERVED.pid`, `inside` and `authority`; and `deliver`, in
 * place of the targets of `Mailbox.deliveries`. Of the template's `exports` it exports only `SIGNALS`, and
 * what edges that are left are bound to.
 */
export interface MergedModule {
  /** Names of its functions are like those of a fused domain, or begin with the process's name and `FUSED_MAILBOX`. */
  readonly module: number;
  /** The template's `process` means the one that is being made. */
  readonly imports: readonly { readonly module: string; readonly name: string; readonly from: Source }[];
  /** Bytes of the template's modules before, for people. */
  readonly bytes: number;
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

/** One of the directories of a grant of `atoll:device/files`; no two of them are called the same. */
export interface GrantedDirectory {
  /** As a directory's; see `Grant`. */
  readonly path: string;
  /** What the process calls it. */
  readonly as: string;
  /** Whether what lies in it may be changed. */
  readonly write: boolean;
}

/** A port, or two of the same number, of which others reach the process; see `docs/security.md`. */
export interface ListenGrant {
  /** 0: any that is free. */
  readonly port: number;
  /** An address of this machine, "localhost" for both of its loopback addresses, or "*" for all that it has. */
  readonly host: string;
  /** UDP, and not TCP. */
  readonly udp?: true;
}

/** Whom the process may connect to. */
export interface ConnectGrant {
  /** A name, an address (IPv6 in brackets), or "*": every one. */
  readonly host: string;
  readonly port: number | "*";
  /** UDP, and not TCP. */
  readonly udp?: true;
}

/**
 * Authority over a device, given in `system.ts`, or over the kernel. `device` is the interface's id without version.
 * A directory's `path` is as written there: absolute, or relative to the folder of `system.ts`,
 * which is not part of the plan (the same inputs give the same bytes wherever they lie); whoever
 * runs the plan tells the host which folder that is.
 */
export type Grant =
  | { readonly device: "atoll:device/console" }
  /** `denied`: for a component that could not do without the device, and was not granted it: a call of it traps. */
  | { readonly device: "atoll:device/clock"; readonly denied?: true }
  | { readonly device: "atoll:device/entropy"; readonly seed?: string; readonly denied?: true }
  | { readonly device: "atoll:device/directory"; readonly path: string }
  | { readonly device: "atoll:device/files"; readonly directories: readonly GrantedDirectory[] }
  | {
      readonly device: "atoll:device/configuration";
      readonly arguments: readonly string[];
      readonly values: Readonly<Record<string, string>>;
      readonly environment?: Readonly<Record<string, string>>;
    }
  | HttpGrant
  | {
      readonly device: "atoll:device/sockets";
      readonly listen: readonly ListenGrant[];
      readonly connect: readonly ConnectGrant[];
    }
  /** `closed`: input is at its end, and nobody reads the output. */
  | { readonly device: "atoll:device/stdio"; readonly closed?: true }
  /** Every process that imports it has it. */
  | { readonly device: "atoll:kernel/time" }
  /** As above. */
  | { readonly device: "atoll:kernel/wakeup" }
  | { readonly device: "atoll:kernel/process" | "atoll:kernel/mailbox" | "atoll:kernel/capability" }
  | { readonly device: "atoll:kernel/supervisor" }
  | { readonly device: "atoll:kernel/introspect" };
