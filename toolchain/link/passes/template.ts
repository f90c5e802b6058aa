/**
 * Pass: a component becomes a template; its core modules are rewritten.
 */
import { printFunction, type FunctionType } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import {
  functionValues,
  type CanonOptions,
  type ExportedItem,
  type Graph,
  type InstanceNode,
  type LiftedFunction,
  type LoweredFunction,
  type ResourceBuiltin,
} from "../evaluate/graph.ts";
import type { ModuleTable } from "../module-table.ts";
import {
  HANDLES_HOLE,
  INNER_HOLE,
  RESERVED,
  type CoreInstance,
  type CoreItem,
  type ExportedFunction,
  type Template,
} from "../plan.ts";
import { rewriteModule, type RewrittenModule } from "../rewrite/rewrite.ts";
import type { ComponentExport } from "./functions.ts";
import type { LoadedComponent } from "./load-component.ts";
import { portsOf } from "./process.ts";
import type { ComponentResources } from "./resources.ts";

/** Canonical options of one end of an edge, as items of its template. */
export interface EndOptions {
  readonly encoding: CanonOptions["encoding"];
  /** The component instance; see `CanonOptions.instance`. */
  readonly instance: number;
  readonly memory?: CoreItem;
  readonly realloc?: CoreItem;
  readonly postReturn?: CoreItem;
}

/** A template with what edges need and the plan does not hold. */
export interface BuiltTemplate {
  readonly template: Template;
  /** Canonical options of each imported function that has slots, by hole and function. */
  readonly imports: ReadonlyMap<string, EndOptions>;
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
}

/** A call between two component instances of one component. */
export interface InnerCall {
  readonly type: FunctionType;
  readonly caller: EndOptions;
  readonly callee: EndOptions;
  readonly core: CoreItem;
  /** Neither instance contains the other. */
  readonly mayEnter: boolean;
}

export interface TemplateBuiltin {
  readonly kind: ResourceBuiltin["name"];
  /** The component instance whose handles it works on. */
  readonly instance: number;
  /** Position in `ComponentResources.all`. */
  readonly resource: number;
}

/** For people. */
const BUILTIN_TYPES: Readonly<Record<ResourceBuiltin["name"], string>> = {
  "resource.new": "func(rep: u32) -> own",
  "resource.rep": "func(handle: own) -> u32",
  "resource.drop": "func(handle: own)",
};

/** Key of `BuiltTemplate.imports`. */
export function importKey(hole: string, name: string): string {
  return `${hole}#${name}`;
}

export interface TemplateSource {
  readonly component: LoadedComponent;
  /** Bytes of linear memory. */
  readonly memory?: number;
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
  readonly #builtins = new Map<
    string,
    { readonly builtin: TemplateBuiltin; readonly slots: { instance: number; entry: number }[] }
  >();
  readonly #inner = new Map<
    string,
    { readonly call: InnerCall; readonly slots: { instance: number; entry: number }[] }
  >();
  readonly #slots = new Map<
    string,
    { readonly lowered: LoweredFunction; readonly slots: { instance: number; entry: number }[] }
  >();

  constructor(source: TemplateSource, modules: ModuleTable) {
    this.#source = source;
    this.#modules = modules;
    this.#name = modules.freshName(baseName(source.component.file));
    this.#positions = new Map(source.component.graph.instances.map((node, i) => [node, i]));
  }

  build(): BuiltTemplate {
    const { component, memory } = this.#source;
    const instances = component.graph.instances.map((node, i) => this.#instance(node, i));
    const exports = component.exports.map((e) => ({
      ...e,
      item: this.#item(e.core),
      end: this.#end(e.options),
    }));
    const holes = portsOf(component.world.imports).map((port) => ({
      name: port.name,
      functions: port.functions.map(({ name, type }) => ({
        name,
        type: printFunction(type),
        async: type.async,
        slots: this.#slots.get(importKey(port.name, name))?.slots ?? [],
      })),
    }));
    const template: Template = {
      name: this.#name,
      component: component.hash,
      wit: component.wit,
      instances,
      initialisers: component.graph.initialisers.map((item) => this.#item(item)),
      holes: [...holes, ...this.#innerHole(), ...this.#builtinHole()],
      exports: exports.map(exportedFunction),
      memories: "guarded",
      quotas: memory === undefined ? {} : { memory },
    };
    const imports = [...this.#slots].map(([key, { lowered }]): [string, EndOptions] => [
      key,
      this.#end(lowered.options),
    ]);
    return {
      template,
      imports: new Map(imports),
      inner: new Map([...this.#inner].map(([name, { call }]) => [name, call])),
      builtins: new Map([...this.#builtins].map(([name, { builtin }]) => [name, builtin])),
      resources: component.resources,
      destructors: new Map(
        component.resources.all.flatMap(({ position, defined }) =>
          defined?.destructor?.kind === "export" ? [[position, this.#item(defined.destructor)]] : [],
        ),
      ),
      exports: new Map(exports.map((e) => [e.name, e])),
      ...(component.keepsMayLeave && { mayLeave: { instance: 0, export: RESERVED.mayLeave } }),
    };
  }

  #innerHole(): Template["holes"] {
    if (this.#inner.size === 0) return [];
    const functions = [...this.#inner].map(([name, { call, slots }]) => ({
      name,
      type: printFunction(call.type),
      async: call.type.async,
      slots,
    }));
    return [{ name: INNER_HOLE, functions }];
  }

  /** Unique for what is called, from which instance, with which options. */
  #innerName({ func, options }: LoweredFunction & { readonly func: LiftedFunction }): string {
    const { encoding, instance, memory, realloc } = this.#end(options);
    const places = [memory, realloc].map((item) => (item ? `${item.instance} ${item.export}` : "none"));
    const from = [`instance ${instance}`, encoding, ...places].join(", ");
    return `function ${func.number} of instance ${func.options.instance}, from ${from}`;
  }

  #builtinHole(): Template["holes"] {
    if (this.#builtins.size === 0) return [];
    const functions = [...this.#builtins].map(([name, { builtin, slots }]) => ({
      name,
      type: BUILTIN_TYPES[builtin.kind],
      async: false,
      slots,
    }));
    return [{ name: HANDLES_HOLE, functions }];
  }

  #builtinName({ name, resource, instance }: ResourceBuiltin): string {
    const { label } = this.#source.component.resources.ofNode(resource);
    return `${name} ${label}${instance === 0 ? "" : `, instance ${instance}`}`;
  }

  #instance(node: InstanceNode, position: number): CoreInstance {
    const { module } = node.module;
    const functions = functionValues(node);
    const outward = new Map<number, string>();
    for (const [func, value] of functions.entries()) {
      if (value.kind === "lowered")
        outward.set(func, isInner(value) ? this.#innerName(value) : slotKey(value));
      if (value.kind === "builtin") outward.set(func, this.#builtinName(value));
    }
    const rewritten = this.#rewrite(node, outward, position === 0 && this.#source.component.keepsMayLeave);
    for (const [entry, func] of rewritten.module.slots.entries()) {
      const value = functions[func];
      if (value?.kind === "lowered") this.#addSlot(value, { instance: position, entry });
      if (value?.kind === "builtin") this.#addBuiltin(value, { instance: position, entry });
    }
    const imports = module.imports.flatMap(({ module: from, name }, i) => {
      const value = node.imports[i];
      return value?.kind === "export" ? [{ module: from, name, from: this.#item(value) }] : [];
    });
    return { module: rewritten.position, imports };
  }

  #rewrite(
    node: InstanceNode,
    outward: ReadonlyMap<number, string>,
    mayLeave: boolean,
  ): { readonly module: RewrittenModule; readonly position: number } {
    const { number, module } = node.module;
    const own = this.#source.component.graph.initialisers;
    const exportStart = own.some((item) => item.instance === node && item.name === RESERVED.start);
    const key = JSON.stringify([number, [...outward], mayLeave, exportStart]);
    const known = this.#rewritten.get(key);
    if (known) return known;
    const alone = this.#source.component.graph.instances.length === 1;
    const name = alone ? this.#name : this.#modules.freshName(`${this.#name}.${number}`);
    const limit = this.#source.memory;
    const made = rewriteModule(module, {
      name,
      outward,
      mayLeave,
      exportStart,
      ...(limit !== undefined && { memoryLimit: limit }),
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

  #addSlot(lowered: LoweredFunction, slot: { instance: number; entry: number }): void {
    if (isInner(lowered)) return this.#addInner(lowered, slot);
    const key = slotKey(lowered);
    const known = this.#slots.get(key);
    if (known === undefined) {
      this.#slots.set(key, { lowered, slots: [slot] });
      return;
    }
    if (JSON.stringify(this.#end(known.lowered.options)) !== JSON.stringify(this.#end(lowered.options))) {
      throw new LinkError(
        "not-yet",
        `${this.#source.component.file}: lowers "${key}" twice, with different canonical options: Atoll cannot link that yet`,
      );
    }
    known.slots.push(slot);
  }

  #addInner(
    lowered: LoweredFunction & { readonly func: LiftedFunction },
    slot: { instance: number; entry: number },
  ): void {
    const name = this.#innerName(lowered);
    const known = this.#inner.get(name);
    if (known) {
      known.slots.push(slot);
      return;
    }
    const { core, number, options } = lowered.func;
    const type = this.#source.component.lifted[number];
    if (type === undefined || core.kind !== "export") throw new TypeError("checked before: it can be linked");
    const { parents } = this.#source.component.graph;
    const [caller, callee] = [lowered.options.instance, options.instance];
    const call = {
      type,
      caller: this.#end(lowered.options),
      callee: this.#end(options),
      core: this.#item(core),
      mayEnter: !contains(parents, caller, callee) && !contains(parents, callee, caller),
    };
    this.#inner.set(name, { call, slots: [slot] });
  }

  #addBuiltin(builtin: ResourceBuiltin, slot: { instance: number; entry: number }): void {
    const name = this.#builtinName(builtin);
    const known = this.#builtins.get(name);
    if (known) known.slots.push(slot);
    else {
      const { position: resource } = this.#source.component.resources.ofNode(builtin.resource);
      const { name: kind, instance } = builtin;
      this.#builtins.set(name, { builtin: { kind, instance, resource }, slots: [slot] });
    }
  }

  #item(value: ExportedItem): CoreItem {
    return { instance: this.#positions.get(value.instance) ?? 0, export: value.name };
  }

  #end({ encoding, instance, memory, realloc, postReturn }: CanonOptions): EndOptions {
    return {
      encoding,
      instance,
      ...(memory?.kind === "export" && { memory: this.#item(memory) }),
      ...(realloc?.kind === "export" && { realloc: this.#item(realloc) }),
      ...(postReturn?.kind === "export" && { postReturn: this.#item(postReturn) }),
    };
  }
}

function isInner(lowered: LoweredFunction): lowered is LoweredFunction & { readonly func: LiftedFunction } {
  return lowered.func.kind === "lifted";
}

/** Whether a component instance is another, or around it. */
function contains(parents: Graph["parents"], outer: number, inner: number): boolean {
  let at: number | undefined = inner;
  while (at !== undefined && at !== outer) at = parents[at];
  return at === outer;
}

/** A function imported by itself is a hole of its own, with one function of the same name. */
function slotKey({ func }: LoweredFunction): string {
  if (func.kind === "lifted") throw new TypeError("checked before: a slot calls out of the component");
  return importKey(func.interface ?? func.name, func.name);
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
