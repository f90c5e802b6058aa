/**
 * Pass: a component becomes a template; its core modules are rewritten.
 */
import { printFunction } from "../../abi/index.ts";
import { functionValues, type ExportedItem, type InstanceNode } from "../evaluate/graph.ts";
import { checkValid, type ModuleTable } from "../module-table.ts";
import {
  RESERVED,
  type CoreInstance,
  type CoreItem,
  type ExportedFunction,
  type Quotas,
  type Template,
} from "../plan.ts";
import { rewriteModule, type RewriteOptions, type RewrittenModule } from "../rewrite/rewrite.ts";
import { sizeName, type SharedSizes } from "../rewrite/reset/shared-sizes.ts";
import type { ComponentExport } from "./functions.ts";
import { Growth } from "./growth.ts";
import { memoryBounds, roomToGrow } from "./limits.ts";
import type { LoadedComponent } from "./load-component.ts";
import type { ComponentResources } from "./resources.ts";
import {
  Slots,
  type DirectImport,
  type EndOptions,
  type ImportCall,
  type InnerCall,
  type TemplateBuiltin,
} from "./slots.ts";

/** A template with what edges need and the plan does not hold. */
export interface BuiltTemplate {
  readonly template: Template;
  /** Imported functions that have slots, by hole and function; see `importKey`. */
  readonly imports: ReadonlyMap<string, ImportCall>;
  /** Where functions that stay imports are imported, by hole and function. */
  readonly direct: ReadonlyMap<string, readonly DirectImport[]>;
  /** The functions of `INNER_HOLE`, by name. */
  readonly inner: ReadonlyMap<string, InnerCall>;
  /** The functions of `HANDLES_HOLE`, by name. */
  readonly builtins: ReadonlyMap<string, TemplateBuiltin>;
  /** By position of the resource in `ComponentResources.all`. */
  readonly destructors: ReadonlyMap<number, CoreItem>;
  /** Of the component that the template was made from. */
  readonly resources: ComponentResources;
  /** By `ExportedFunction.name`. */
  readonly exports: ReadonlyMap<
    string,
    ComponentExport & { readonly item: CoreItem; readonly end: EndOptions }
  >;
  /** The component's flag, when it has to be kept. */
  readonly mayLeave?: CoreItem;
  /** There are no processes of it at first. */
  readonly spawned: boolean;
}

export interface TemplateSource {
  readonly component: LoadedComponent;
  readonly quotas: Quotas;
  /** Its processes can be reset in place. */
  readonly reset: boolean;
  /** There may be thousands of them, made while the system runs. */
  readonly spawned?: boolean;
  /** For a process of a fused domain. */
  readonly fused?: FusedSource;
}

interface FusedSource {
  /** Names of the imports that other processes of the domain answer: they stay imports, for the merge. */
  readonly direct: ReadonlySet<string>;
}

export function buildTemplate(source: TemplateSource, modules: ModuleTable): BuiltTemplate {
  return new TemplateBuilder(source, modules).build();
}

class TemplateBuilder {
  readonly #source: TemplateSource;
  readonly #modules: ModuleTable;
  readonly #name: string;
  readonly #positions: ReadonlyMap<InstanceNode, number>;
  /** Modules that are instantiated twice in the same way are rewritten once. */
  readonly #rewritten = new Map<string, { readonly module: RewrittenModule; readonly position: number }>();
  readonly #slots: Slots;
  readonly #sliceEnded: NonNullable<Template["sliceEnded"]>[number][] = [];
  /** Only where something depends on it: reading all code takes time. */
  readonly #growth: Growth | undefined;
  /** Bytes that each memory may grow by. */
  readonly #room: number | undefined;

  constructor(source: TemplateSource, modules: ModuleTable) {
    this.#source = source;
    this.#modules = modules;
    this.#name = modules.freshName(baseName(source.component.file));
    this.#positions = new Map(source.component.graph.instances.map((node, i) => [node, i]));
    this.#slots = new Slots(source.component, source.fused?.direct, (value) => this.#item(value));
    const { graph } = source.component;
    const { memory } = source.quotas;
    const several = graph.instances.length > 1 && source.reset;
    this.#growth = several || memory !== undefined ? new Growth(graph) : undefined;
    this.#room = this.#growth && memory !== undefined ? roomToGrow(graph, this.#growth, memory) : undefined;
  }

  build(): BuiltTemplate {
    const { component, quotas, reset } = this.#source;
    const instances = component.graph.instances.map((node, i) => this.#instance(node, i));
    const exports = component.exports.map((e) => ({
      ...e,
      item: this.#item(e.core),
      end: this.#slots.end(e.options),
    }));
    const template: Template = {
      name: this.#name,
      component: component.hash,
      wit: component.wit,
      ...(component.wasi.length > 0 && { wasi: component.wasi }),
      instances,
      ...(reset && { resets: instances.map((_, instance) => ({ instance, export: RESERVED.reset })) }),
      initialisers: component.graph.initialisers.map((item) => this.#item(item)),
      ...(quotas.fuel !== undefined && { sliceEnded: this.#sliceEnded }),
      ...(quotas.depth !== undefined &&
        instances.length > 0 && { depth: { instance: 0, export: RESERVED.depth } }),
      holes: this.#slots.holes(),
      exports: exports.map(exportedFunction),
      memories: "guarded",
      quotas,
    };
    return {
      template,
      spawned: this.#source.spawned ?? false,
      imports: this.#slots.imports,
      direct: this.#slots.direct,
      inner: this.#slots.inner,
      builtins: this.#slots.builtins,
      resources: component.resources,
      destructors: new Map(
        component.resources.all.flatMap(({ position, defined }) =>
          defined?.destructor ? [[position, this.#item(defined.destructor)]] : [],
        ),
      ),
      exports: new Map(exports.map((e) => [e.name, e])),
      ...(component.keepsMayLeave && { mayLeave: { instance: 0, export: RESERVED.mayLeave } }),
    };
  }

  #instance(node: InstanceNode, position: number): CoreInstance {
    const { module } = node.module;
    const functions = functionValues(node);
    const outward = new Map<number, string>();
    for (const [func, value] of functions.entries()) {
      const label = this.#slots.label(value);
      if (label !== undefined) outward.set(func, label);
    }
    const crossing = new Set(functions.flatMap((value, func) => (value.kind === "export" ? [] : [func])));
    const rewritten = this.#rewrite(node, { outward, crossing }, position === 0);
    const { sliceEnded } = rewritten.module;
    if (sliceEnded !== undefined) this.#sliceEnded.push({ instance: position, entry: sliceEnded });
    for (const [entry, func] of rewritten.module.slots.entries()) {
      const value = functions[func];
      if (value) this.#slots.add(value, { instance: position, entry });
    }
    const imports = module.imports.flatMap(({ module: from, name }, i) => {
      const value = node.imports[i];
      if (value) this.#slots.addDirect(value, { instance: position, module: from, name });
      return value?.kind === "export" ? [{ module: from, name, from: this.#item(value) }] : [];
    });
    if (position > 0 && this.#source.quotas.depth !== undefined) {
      imports.push({ module: RESERVED.depth, name: "", from: { instance: 0, export: RESERVED.depth } });
    }
    if (this.#source.reset) imports.push(...this.#sizeImports(node));
    return { module: rewritten.position, imports };
  }

  /** Sizes that other instances keep, of what they define. */
  #sizeImports(node: InstanceNode): CoreInstance["imports"][number][] {
    return (["memory", "table"] as const).flatMap((kind) =>
      [...(this.#growth?.shared(node, kind).imported ?? [])].map(([index, owner]) => ({
        module: sizeName(kind, index),
        name: "",
        from: { instance: this.#positions.get(owner.node) ?? 0, export: sizeName(kind, owner.index) },
      })),
    );
  }

  #rewrite(
    node: InstanceNode,
    { outward, crossing }: Required<Pick<RewriteOptions, "outward" | "crossing">>,
    first: boolean,
  ): { readonly module: RewrittenModule; readonly position: number } {
    const { number, module } = node.module;
    const own = this.#source.component.graph.initialisers;
    const exportStart = own.some((item) => item.instance === node && item.name === RESERVED.start);
    const mayLeave = first && this.#source.component.keepsMayLeave;
    const { quotas, reset } = this.#source;
    const fuel = quotas.fuel !== undefined;
    const depth = quotas.depth === undefined ? undefined : first ? "own" : "imported";
    const shared = reset && this.#growth ? sharedSizes(this.#growth, node) : undefined;
    const key = JSON.stringify([number, [...outward], mayLeave, exportStart, depth, shared, [...crossing]]);
    const known = this.#rewritten.get(key);
    if (known) return known;
    const alone = this.#source.component.graph.instances.length === 1;
    const name = alone ? this.#name : this.#modules.freshName(`${this.#name}.${number}`);
    // What reads code in order to change it may rely on its being valid.
    if (reset || fuel || depth !== undefined)
      checkValid(node.module.bytes, `core module ${name} is not valid`);
    const made = rewriteModule(module, {
      name,
      outward,
      mayLeave,
      exportStart,
      reset,
      ...(this.#source.spawned && { sparse: true }),
      fuel,
      crossing,
      ...(depth !== undefined && { depth }),
      ...(shared && { shared }),
      ...(this.#room !== undefined && { memoryLimits: memoryBounds(node, this.#room) }),
      ...(quotas.table !== undefined && { tableLimit: quotas.table }),
    });
    const { bytes, sourceMap } = made;
    const position = this.#modules.add({
      name,
      role: "guest",
      bytes,
      ...(sourceMap !== undefined && { sourceMap }),
    });
    const result = { module: made, position };
    this.#rewritten.set(key, result);
    return result;
  }

  #item(value: ExportedItem): CoreItem {
    return { instance: this.#positions.get(value.instance) ?? 0, export: value.name };
  }
}

function sharedSizes(growth: Growth, node: InstanceNode): SharedSizes {
  const of = (kind: "memory" | "table"): SharedSizes["memory"] => {
    const { own, imported } = growth.shared(node, kind);
    return { own, imported: [...imported.keys()] };
  };
  return { memory: of("memory"), table: of("table") };
}

function exportedFunction(
  e: ComponentExport & { readonly item: CoreItem; readonly end: EndOptions },
): ExportedFunction {
  const { encoding, memory, realloc, postReturn } = e.end;
  return {
    name: e.name,
    type: printFunction(e.type),
    func: e.item,
    ...(memory && { memory }),
    ...(realloc && { realloc }),
    ...(postReturn && { postReturn }),
    encoding,
  };
}

/** `./build/word-index.wasm` is `word-index`. */
function baseName(file: string): string {
  const base =
    file
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.[^.]*$/, "") ?? "";
  return base.replaceAll(/[^\w.-]/g, "_") || "component";
}
