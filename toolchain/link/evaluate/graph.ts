/**
 * A component, evaluated: the core instances it consists of, and what joins them.
 *
 * Nesting, aliases and bundles are gone. What remains is what a host makes: core
 * modules, instantiated in order, whose imports come from each other or are
 * lowered functions; and functions that the component lifts for others.
 */
import type { CoreModule, core, component } from "../../wasm/index.ts";

export interface Graph {
  /** In the order of instantiation. */
  readonly instances: readonly InstanceNode[];
  /**
   * Start functions, in the order in which instantiation would run them; one that a module defines
   * is that module's export `RESERVED.start`, which the rewriter adds.
   */
  readonly initialisers: readonly ExportedItem[];
  readonly exports: readonly ExportNode[];
  /** Instances that are imported, and exported as they are: the export's name, then the import's. */
  readonly handedOn: ReadonlyMap<string, string>;
  /** The component instance around each, by number; none around the outermost. */
  readonly parents: readonly (number | undefined)[];
  /** Resource types that the file defines, in the order in which instantiation meets them. */
  readonly resources: readonly DefinedResource[];
}

/** A core module of the component; instantiated any number of times. */
export interface ModuleNode {
  /** Position among the core modules of the file, outer before inner. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly module: CoreModule;
  /** The module's exports by name. */
  readonly exports: ReadonlyMap<string, core.Export>;
}

/** Identity is the object. */
export interface InstanceNode {
  readonly module: ModuleNode;
  /** One for each import of the module, in its order. A pass may redirect them. */
  imports: readonly CoreValue[];
}

/** The values of the imports that are functions; their positions are the first function indices. */
export function functionValues({ module: { module }, imports }: InstanceNode): CoreValue[] {
  return imports.filter((_, i) => module.imports[i]?.type.kind === "func");
}

/** What stands in a core index space, or fills the import of a core module. */
export type CoreValue = ExportedItem | LoweredFunction | ResourceBuiltin;

/** An export of a core instance. */
export interface ExportedItem {
  readonly kind: "export";
  readonly sort: core.ExternKind;
  readonly instance: InstanceNode;
  readonly name: string;
}

/** `canon lower`: a component function that a core module can call. */
interface LoweredFunction {
  readonly kind: "lowered";
  readonly func: FunctionNode;
  readonly options: CanonOptions;
}

/** `canon resource.new`, `resource.rep` and `resource.drop`: functions that the linker makes. */
export interface ResourceBuiltin {
  readonly kind: "builtin";
  readonly name: "resource.new" | "resource.rep" | "resource.drop";
  readonly resource: ResourceNode;
  /** The component instance whose handles it works on; see `CanonOptions.instance`. */
  readonly instance: number;
}

/** A resource type, as an index of a component stands for it. */
export type ResourceNode =
  | DefinedResource
  | {
      readonly kind: "import";
      /** The imported interface that has the type. */
      readonly interface: string;
      readonly name: string;
    };

/** Identity is the object. */
export interface DefinedResource {
  readonly kind: "defined";
  /** The component instance that implements it. */
  readonly instance: number;
  /** Called with the rep when the last handle goes. A pass may redirect it. */
  destructor?: ExportedItem;
}

/** A component function: one that somebody else implements, or one of this component. */
export type FunctionNode = ImportedFunction | LiftedFunction;

export interface ImportedFunction {
  readonly kind: "import";
  /** The imported interface; absent for a function that the component imports by itself. */
  readonly interface?: string;
  readonly name: string;
}

/** `canon lift`: a core function that can be called as a component function. */
export interface LiftedFunction {
  readonly kind: "lifted";
  /** Position among the `canon lift`s, in the order in which instantiation meets them. */
  readonly number: number;
  readonly core: ExportedItem;
  readonly options: CanonOptions;
}

/** `canonopt`, the synchronous ones (CanonicalABI.md, "Canonical ABI Options"). */
export interface CanonOptions {
  readonly encoding: component.StringEncoding;
  /** The component instance that lifts or lowers, numbered in the order of instantiation; 0 is the outermost. */
  readonly instance: number;
  readonly memory?: ExportedItem;
  readonly realloc?: ExportedItem;
  readonly postReturn?: ExportedItem;
}

export interface ExportNode {
  /** `interface#function`, or the name of a function exported by itself. */
  readonly name: string;
  readonly func: FunctionNode;
}
