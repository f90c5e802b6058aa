/**
 * A process while it is linked: its component, what it was granted, its wires.
 */
import type { FunctionType, World } from "../../abi/index.ts";
import type { ProcessConfig } from "../config/system.ts";
import type { Grant } from "../plan.ts";
import type { LoadedComponent } from "./load-component.ts";

/** A process of the system, before it has a position in the plan. */
export interface ProcessNode {
  readonly name: string;
  readonly component: LoadedComponent;
  readonly config: ProcessConfig;
  readonly grants: readonly Grant[];
  /** One for each import that has functions, in the order of the world. */
  readonly wires: Wire[];
}

export interface Wire {
  /** The import's name. */
  readonly name: string;
  readonly provider:
    | {
        readonly kind: "process";
        readonly process: ProcessNode;
        /** The export's name. */ readonly name: string;
      }
    | { readonly kind: "device"; readonly grant: number };
}

/** An import or export with functions: an interface, or one function by itself. */
export interface Port {
  readonly name: string;
  readonly kind: "interface" | "function";
  readonly functions: readonly { readonly name: string; readonly type: FunctionType }[];
}

export function portsOf(items: World["imports"]): Port[] {
  return items.flatMap((item): Port[] => {
    if (item.kind === "type") return [];
    if (item.kind === "function") {
      return [{ name: item.name, kind: item.kind, functions: [{ name: item.name, type: item.type }] }];
    }
    const { functions } = item.interface;
    return functions.length > 0 ? [{ name: item.name, kind: item.kind, functions }] : [];
  });
}
