/**
 * Pass: a component becomes a template; its core modules are rewritten.
 */
import { printFunction } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import {
  functionValues,
  type CanonOptions,
  type ExportedItem,
  type InstanceNode,
  type LoweredFunction,
} from "../evaluate/graph.ts";
import { checkValid, type ModuleTable } from "../module-table.ts";
import {
  RESERVED,
  type CoreInstance,
  type CoreItem,
  type ExportedFunction,
  type Quotas,
  type Template,
} from "../plan.ts";
import { rewriteModule, type RewrittenModule } from "../rewrite/rewrite.ts";
import type { ComponentExport } from "./functions.ts";
import type { LoadedComponent } from "./load-component.ts";
import { portsOf } from "./process.ts";

/** Canonical options of one end of an edge, as items of its template. */
export interface EndOptions {
  readonly encoding: CanonOptions["encoding"];
  readonly memory?: CoreItem;
  readonly realloc?: CoreItem;
  readonly postReturn?: CoreItem;
}

/** A template with what edges need and the plan does not hold. */
export interface BuiltTemplate {
  readonly template: Template;
  /** Canonical options of each imported function that has slots, by hole and function. */
  readonly imports: ReadonlyMap<string, EndOptions>;
  /** By `ExportedFunction.name`. */
  readonly exports: ReadonlyMap<
    string,
    ComponentExport & { readonly item: CoreItem; readonly end: EndOptions }
  >;
  /** The component's flag, when it has to be kept. */
  readonly mayLeave?: CoreItem;
}

/** Key of `BuiltTemplate.imports`. */
export function importKey(hole: string, name: string): string {
  return `${hole}#${name}`;
}

export interface TemplateSource {
  readonly component: LoadedComponent;
  readonly quotas: Quotas;
  /** Its processes can be reset in place. */
  readonly reset: boolean;
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
    const { component, quotas, reset } = this.#source;
    const instances = component.graph.instances.map((node, i) => this.#instance(node, i));
    const exports = component.exports.map((e) => ({
      ...e,
      item: this.#item(e.core),
      end: this.#end(e.options),
    }));
    const template: Template = {
      name: this.#name,
      component: component.hash,
      wit: component.wit,
      instances,
      ...(reset && { resets: instances.map((_, instance) => ({ instance, export: RESERVED.reset })) }),
      initialisers: component.graph.initialisers.map((item) => this.#item(item)),
      ...(quotas.fuel !== undefined &&
        instances.length > 0 && { fuel: { instance: 0, export: RESERVED.fuel } }),
      holes: portsOf(component.world.imports).map((port) => ({
        name: port.name,
        functions: port.functions.map(({ name, type }) => ({
          name,
          type: printFunction(type),
          async: type.async,
          slots: this.#slots.get(importKey(port.name, name))?.slots ?? [],
        })),
      })),
      exports: exports.map(exportedFunction),
      memories: "guarded",
      quotas,
    };
    const imports = [...this.#slots].map(([key, { lowered }]): [string, EndOptions] => [
      key,
      this.#end(lowered.options),
    ]);
    return {
      template,
      imports: new Map(imports),
      exports: new Map(exports.map((e) => [e.name, e])),
      ...(component.keepsMayLeave && { mayLeave: { instance: 0, export: RESERVED.mayLeave } }),
    };
  }

  #instance(node: InstanceNode, position: number): CoreInstance {
    const { module } = node.module;
    const functions = functionValues(node);
    const outward = new Map<number, string>();
    for (const [func, value] of functions.entries()) {
      if (value.kind === "lowered") outward.set(func, slotKey(value));
    }
    const rewritten = this.#rewrite(node, outward, position === 0);
    for (const [entry, func] of rewritten.module.slots.entries()) {
      const value = functions[func];
      if (value?.kind === "lowered") this.#addSlot(value, { instance: position, entry });
    }
    const imports = module.imports.flatMap(({ module: from, name }, i) => {
      const value = node.imports[i];
      return value?.kind === "export" ? [{ module: from, name, from: this.#item(value) }] : [];
    });
    if (position > 0 && this.#source.quotas.fuel !== undefined) {
      imports.push({ module: RESERVED.fuel, name: "", from: { instance: 0, export: RESERVED.fuel } });
    }
    return { module: rewritten.position, imports };
  }

  #rewrite(
    node: InstanceNode,
    outward: ReadonlyMap<number, string>,
    first: boolean,
  ): { readonly module: RewrittenModule; readonly position: number } {
    const { number, module } = node.module;
    const own = this.#source.component.graph.initialisers;
    const exportStart = own.some((item) => item.instance === node && item.name === RESERVED.start);
    const mayLeave = first && this.#source.component.keepsMayLeave;
    const { quotas, reset } = this.#source;
    const fuel = quotas.fuel === undefined ? undefined : first ? "own" : "imported";
    const key = JSON.stringify([number, [...outward], mayLeave, exportStart, fuel]);
    const known = this.#rewritten.get(key);
    if (known) return known;
    const alone = this.#source.component.graph.instances.length === 1;
    const name = alone ? this.#name : this.#modules.freshName(`${this.#name}.${number}`);
    // What reads code in order to change it may rely on its being valid.
    if (reset || fuel !== undefined) checkValid(node.module.bytes, `core module ${name} is not valid`);
    const made = rewriteModule(module, {
      name,
      outward,
      mayLeave,
      exportStart,
      reset,
      ...(fuel !== undefined && { fuel }),
      ...(quotas.memory !== undefined && { memoryLimit: quotas.memory }),
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

  #addSlot(lowered: LoweredFunction, slot: { instance: number; entry: number }): void {
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

  #item(value: ExportedItem): CoreItem {
    return { instance: this.#positions.get(value.instance) ?? 0, export: value.name };
  }

  #end({ encoding, memory, realloc, postReturn }: CanonOptions): EndOptions {
    return {
      encoding,
      ...(memory?.kind === "export" && { memory: this.#item(memory) }),
      ...(realloc?.kind === "export" && { realloc: this.#item(realloc) }),
      ...(postReturn?.kind === "export" && { postReturn: this.#item(postReturn) }),
    };
  }
}

/** A function imported by itself is a hole of its own, with one function of the same name. */
function slotKey({ func }: LoweredFunction): string {
  if (func.kind === "lifted") throw new TypeError("checked before: a slot calls out of the component");
  return importKey(func.interface ?? func.name, func.name);
}

function exportedFunction(
  e: ComponentExport & { readonly item: CoreItem; readonly end: EndOptions },
): ExportedFunction {
  return { name: e.name, type: printFunction(e.type), func: e.item, ...e.end };
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
