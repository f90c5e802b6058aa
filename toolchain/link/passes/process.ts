/**
 * A process while it is linked: its component, what it was granted, its wires.
 */
import type { FunctionType, ResourceType, World } from "../../abi/index.ts";
import type { ProcessConfig } from "../config/system.ts";
import type { Grant } from "../plan.ts";
import type { LoadedComponent } from "./load-component.ts";

/** A process of the system, before it has a position in the plan. */
export interface ProcessNode {
  readonly name: string;
  readonly component: LoadedComponent;
  readonly config: ProcessConfig;
  readonly grants: readonly Grant[];
  /** One for each of the imports' ports, in the order of the world. */
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

/** An import or export with functions or resources: an interface, or one function by itself. */
export interface Port {
  readonly name: string;
  readonly kind: "interface" | "function";
  readonly functions: readonly { readonly name: string; readonly type: FunctionType }[];
  readonly resources: readonly { readonly name: string; readonly resource: ResourceType }[];
}

export function portsOf(items: World["imports"]): Port[] {
  return items.flatMap((item): Port[] => {
    if (item.kind === "type") return [];
    if (item.kind === "function") {
      const functions = [{ name: item.name, type: item.type }];
      return [{ name: item.name, kind: item.kind, functions, resources: [] }];
    }
    const { functions } = item.interface;
    const resources = item.interface.types.flatMap(({ name, type }) =>
      type.kind === "resource" ? [{ name, resource: type.resource }] : [],
    );
    if (functions.length === 0 && resources.length === 0) return [];
    return [{ name: item.name, kind: item.kind, functions, resources }];
  });
}

/** Both ends are in one domain. */
export function isFused({ config }: ProcessNode, { provider }: Wire): boolean {
  return (
    config.domain !== undefined &&
    provider.kind === "process" &&
    provider.process.config.domain === config.domain
  );
}
