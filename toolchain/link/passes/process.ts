/**
 * A process while it is linked: its component, what it was granted, its wires.
 */
import {
  PROCESS_FUNCTIONS,
  type FunctionType,
  type ResourceType,
  type World,
  type WorldItem,
} from "../../abi/index.ts";
import type { ProcessConfig, WireConfig } from "../config/system.ts";
import type { ImportedFunction } from "../evaluate/graph.ts";
import type { Edge, Grant } from "../plan.ts";
import type { LoadedComponent } from "./load-component.ts";

/** A process of the system, before it has a position in the plan. */
export interface ProcessNode {
  readonly name: string;
  readonly component: LoadedComponent;
  readonly config: ProcessConfig;
  /** What `system.ts` says, then what each process that imports it has. */
  readonly grants: Grant[];
  /** One for each of the imports' ports, in the order of the world. */
  readonly wires: Wire[];
  /** Those that may take the place of the one with their name while the system runs. */
  readonly standbys: Wire[];
  /**
   * Under the kernel: it may be suspended, so it has a stack of its own, and calls into it are messages.
   * Half a sentence that says why; see passes/messages.ts.
   */
  ownStack?: string;
  /** It has none, and calls into it are messages all the same. Why. */
  byMessage?: string;
}

/** The two are one process, or members of one fused domain: they live and die together. */
export function shareLife(a: ProcessNode, b: ProcessNode): boolean {
  return a === b || (a.config.domain !== undefined && a.config.domain === b.config.domain);
}

/** What a wire, or one that spawns, says of its messages. */
export type WireWishes = Pick<WireConfig, "cast" | "deadline" | "queue" | "limits">;

export interface Wire {
  /** The import's name. */
  readonly name: string;
  readonly fault: FaultHandling;
  /** What `system.ts` says of it; absent for a grant. */
  readonly config?: WireWishes;
  /** Under the kernel: the functions that are sent as messages; see passes/messages.ts. */
  readonly messages?: ReadonlyMap<string, MessageChoice>;
  readonly provider:
    | {
        readonly kind: "process";
        readonly process: ProcessNode;
        /** The export's name. */ readonly name: string;
      }
    | { readonly kind: "device"; readonly grant: number }
    /** Handles of processes that are made like this one while the system runs, or of this very process. */
    | {
        readonly kind: "spawner";
        readonly process: ProcessNode;
        /** The name of the export that the import is the process view of. */ readonly name: string;
        /** How the consumer comes to have them; see `Edge.provider`. */
        readonly by: HandlesBy;
      };
}

export type HandlesBy = Extract<Edge["provider"], { readonly kind: "spawner" }>["by"];

/** How a function of a wire is sent as a message. */
export interface MessageChoice {
  readonly kind: "call" | "cast";
  /** Whose function it is, and its `ComponentExport.name`. */
  readonly receiver: ProcessNode;
  readonly function: string;
  /** `Delivery.number` */
  readonly number: number;
  /** Microseconds. */
  readonly deadline?: number;
  /** `MessageSend.reason` */
  readonly reason: string;
}

/** Undefined for a function that is called on its caller's stack. */
export function messageOf({ messages }: Wire, name: string): MessageChoice | undefined {
  return messages?.get(name);
}

/**
 * The name in the plain interface of a method in a process view, such as `say` for `[method]process.say`;
 * undefined for what the system implements.
 */
export function methodOfProcess(name: string): string | undefined {
  const method = name.replace(/^\[method\][^.]*\./, "");
  return method === name || PROCESS_FUNCTIONS.some((own) => own === method) ? undefined : method;
}

/** The processes that it can call, now or after it was rebound; over those of its wires. */
export function providersOf(
  { wires, standbys }: ProcessNode,
  over: (wire: Wire) => boolean = () => true,
): ProcessNode[] {
  return [...wires, ...standbys].flatMap((wire) =>
    wire.provider.kind === "process" && over(wire) ? [wire.provider.process] : [],
  );
}

/** The functions of each of its imports that its code can call, by the port's name. */
export function calledFunctions({ graph }: LoadedComponent): ReadonlyMap<string, ReadonlySet<string>> {
  const called = new Map<string, Set<string>>();
  for (const value of graph.instances.flatMap(({ imports }) => imports)) {
    if (value.kind !== "lowered" || value.func.kind !== "import") continue;
    const port = portOf(value.func);
    called.set(port, (called.get(port) ?? new Set()).add(value.func.name));
  }
  return called;
}

/** What a death of the provider in a call is to the consumer. */
export interface FaultHandling {
  /** The import is the guarded view of what the provider exports. */
  readonly view?: "guarded";
  /** A call ends in a value at the consumer. */
  readonly guarded: boolean;
  /** For an import that is no guarded view: which error of a function's result. */
  readonly onFault?: { readonly err: string } | "err";
}

/**
 * An import or export with functions or resources: an interface, one function by itself, or a
 * resource that is imported or exported by itself, with its constructor, methods and static functions.
 */
export interface Port {
  readonly name: string;
  readonly kind: "interface" | "function" | "resource";
  readonly functions: readonly { readonly name: string; readonly type: FunctionType }[];
  readonly resources: readonly { readonly name: string; readonly resource: ResourceType }[];
}

/** `[constructor]r`, `[method]r.f`, `[static]r.f`: the resource's name. */
const OF_RESOURCE = /^\[(?:constructor|method|static)\]([^.]+)/;

/** The name of the port that has an imported function. */
export function portOf({ interface: from, name }: Pick<ImportedFunction, "interface" | "name">): string {
  return from ?? OF_RESOURCE.exec(name)?.[1] ?? name;
}

export function portsOf(items: World["imports"]): Port[] {
  const named = new Set<ResourceType>();
  return items.flatMap((item): Port[] => {
    if (item.kind === "type") return resourcePort(item, items, named);
    if (item.kind === "function") {
      if (portOf(item) !== item.name) return [];
      const functions = [{ name: item.name, type: item.type }];
      return [{ name: item.name, kind: item.kind, functions, resources: [] }];
    }
    const { functions } = item.interface;
    const resources = item.interface.types.flatMap(({ name, type }) =>
      type.kind === "resource" ? [{ name, resource: type.resource }] : [],
    );
    // Of other interfaces it only has names, which come with those.
    const isNew = resources.some(({ resource }) => !named.has(resource));
    for (const { resource } of resources) named.add(resource);
    if (functions.length === 0 && !isNew) return [];
    return [{ name: item.name, kind: item.kind, functions, resources }];
  });
}

/** None for just another name of a resource that an interface has: that comes with the interface. */
function resourcePort(
  { name, type }: Extract<WorldItem, { kind: "type" }>,
  items: World["imports"],
  named: Set<ResourceType>,
): Port[] {
  if (type.kind !== "resource") return [];
  const functions = items.flatMap((item) =>
    item.kind === "function" && item.name !== name && portOf(item) === name
      ? [{ name: item.name, type: item.type }]
      : [],
  );
  if (functions.length === 0 && named.has(type.resource)) return [];
  named.add(type.resource);
  return [{ name, kind: "resource", functions, resources: [{ name, resource: type.resource }] }];
}
