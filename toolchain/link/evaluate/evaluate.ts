/**
 * Evaluates a component without running it: who instantiates what with what.
 *
 * Definitions are walked in order, as an engine would, but instances are nodes
 * of a graph and functions say where they come from. Imports of the outermost
 * component stay symbolic. Source: Component Model Explainer.md, "Component
 * Definitions".
 */
import type { ComponentTypes } from "../../abi/index.ts";
import type { Component, component, CoreModule } from "../../wasm/index.ts";
import { RESERVED } from "../plan.ts";
import { Forwarders } from "./forwarders.ts";
import {
  functionValues,
  type CoreValue,
  type DefinedResource,
  type ExportedItem,
  type ExportNode,
  type FunctionNode,
  type Graph,
  type InstanceNode,
  type ModuleNode,
} from "./graph.ts";
import { alias, argument, canon, lift, coreExport, imported } from "./definitions.ts";
import { Scope, type CoreInstanceValue, type InstanceValue, type Item } from "./values.ts";

/** A file can describe exponentially many instances in few bytes; real ones have under ten. */
const MAX_INSTANTIATIONS = 1000;
/** Of all core instances together: a module with many imports can be instantiated many times. */
const MAX_IMPORTS = 1_000_000;
/** Of components instantiated inside each other. */
const MAX_DEPTH = 50;

/** What to evaluate, and who reads it. */
export interface EvaluationSource {
  readonly component: Component;
  readonly types: ComponentTypes;
  /** For messages. */
  readonly file: string;
  readonly decode: (bytes: Uint8Array, at: string) => CoreModule;
}

/** @throws LinkError (`component`, `not-yet`) with the byte offset of the definition. */
export function evaluate(source: EvaluationSource): Graph {
  return new Evaluation(source).run(source.component);
}

class Evaluation {
  readonly #file: string;
  readonly #decode: EvaluationSource["decode"];
  readonly #forwarders: Forwarders;
  readonly #instances: InstanceNode[] = [];
  /** By definition, so that a component instantiated twice has one module. */
  readonly #modules = new Map<Uint8Array, ModuleNode>();
  readonly #resources: DefinedResource[] = [];
  readonly #parents: (number | undefined)[] = [];
  #lifts = 0;
  #instantiations = 0;
  #imports = 0;

  constructor({ file, decode, types }: EvaluationSource) {
    this.#file = file;
    this.#decode = decode;
    this.#forwarders = new Forwarders(types);
  }

  run(component: Component): Graph {
    const exports = this.#component(component, this.#scope(), undefined, 0);
    return {
      instances: this.#instances,
      initialisers: this.#instances.flatMap((node) => startOf(node)),
      exports: [...exports].flatMap(([name, item]) => exported(name, item)),
      handedOn: new Map([...exports].flatMap(([name, item]) => handedOn(name, item))),
      parents: this.#parents,
      resources: this.#resources,
    };
  }

  /** The scope of one more component instance: inside `parent`, of a component that stands in `outer`. */
  #scope(parent?: number, outer?: Scope): Scope {
    this.#parents.push(parent);
    return new Scope(this.#parents.length - 1, (value, at) => this.#exporting(value, at), outer);
  }

  /** Nobody exports a function that the linker makes: an instance of its own does, then. */
  #exporting(value: CoreValue, scope: Scope): ExportedItem {
    if (value.kind === "export") return value;
    return this.#forwarders.item(value, (bytes) => {
      this.#count(scope);
      const node = { module: this.#module(bytes, scope), imports: [value] };
      this.#instances.push(node);
      return node;
    });
  }

  /** Walks one component; `args` is absent for the outermost one. Returns what it exports. */
  #component(
    component: Component,
    scope: Scope,
    args: ReadonlyMap<string, Item> | undefined,
    depth: number,
  ): ReadonlyMap<string, Item> {
    const exports = new Map<string, Item>();
    for (const definition of component.definitions) {
      scope.at = `${this.#file}, byte 0x${definition.offset.toString(16)}`;
      this.#definition(definition, scope, args, exports, depth);
    }
    return exports;
  }

  #definition(
    definition: component.Definition,
    scope: Scope,
    args: ReadonlyMap<string, Item> | undefined,
    exports: Map<string, Item>,
    depth: number,
  ): void {
    switch (definition.kind) {
      case "custom":
        return;
      case "core module":
        return scope.add({ sort: "core module", value: this.#module(definition.bytes, scope) });
      case "core instance":
        return scope.add({ sort: "core instance", value: this.#coreInstance(definition.instance, scope) });
      case "core type":
        return scope.add({ sort: "core type", value: null });
      case "component":
        return scope.add({ sort: "component", value: { component: definition.component, scope } });
      case "instance":
        return scope.add({ sort: "instance", value: this.#instance(definition.instance, scope, depth) });
      case "alias":
        return scope.add(alias(definition.alias, scope));
      case "type":
        return scope.add({ sort: "type", value: this.#resource(definition.type, scope) });
      case "canon":
        return scope.add(this.#canon(definition.canon, scope));
      case "import":
        return scope.add(
          args ? argument(definition.import, args, scope) : imported(definition.import, scope),
        );
      case "export": {
        const item = scope.item(definition.export.item.sort, definition.export.item.index);
        const name = definition.export.name.name;
        if (exports.has(name)) throw scope.malformed(`the export "${name}" is there twice`);
        exports.set(name, item);
        return scope.add(item);
      }
      case "start":
        throw scope.notYet("a component start function");
      case "value":
        throw scope.notYet("a value definition");
    }
  }

  #canon(c: component.Canon, scope: Scope): Item {
    return c.kind === "lift" ? lift(c, this.#lifts++, scope) : canon(c, scope);
  }

  #resource(type: component.Type, scope: Scope): DefinedResource | null {
    if (type.kind !== "resource") return null;
    const destructor =
      type.destructor === undefined ? undefined : scope.exported("core func", type.destructor);
    const resource: DefinedResource = {
      kind: "defined",
      instance: scope.instance,
      ...(destructor && { destructor }),
    };
    this.#resources.push(resource);
    return resource;
  }

  #module(bytes: Uint8Array, scope: Scope): ModuleNode {
    let node = this.#modules.get(bytes);
    if (node === undefined) {
      const number = this.#modules.size;
      const module = this.#decode(bytes, `${scope.at}, core module ${number}`);
      node = { number, bytes, module, exports: new Map(module.exports.map((e) => [e.name, e])) };
      this.#modules.set(bytes, node);
    }
    return node;
  }

  #count(scope: Scope): void {
    this.#instantiations++;
    if (this.#instantiations > MAX_INSTANTIATIONS) {
      throw scope.malformed(`expected at most ${MAX_INSTANTIATIONS} instantiations, found more`);
    }
  }

  #coreInstance(instance: component.CoreInstance, scope: Scope): CoreInstanceValue {
    if (instance.kind === "exports") {
      const items = instance.exports.map((e): [string, Item] => [
        e.name,
        scope.item(e.item.sort, e.item.index),
      ]);
      return { kind: "bundle", items: new Map(items) };
    }
    this.#count(scope);
    const module = scope.get("core module", instance.module);
    this.#imports += module.module.imports.length;
    if (this.#imports > MAX_IMPORTS) {
      throw scope.malformed(`expected at most ${MAX_IMPORTS} imports of core instances, found more`);
    }
    const args = new Map(instance.args.map((arg) => [arg.name, scope.get("core instance", arg.instance)]));
    const imports = module.module.imports.map(({ module: from, name, type }) => {
      const arg = args.get(from);
      if (arg === undefined) {
        throw scope.malformed(
          `core module ${module.number} imports from "${from}", and nothing is given for it`,
        );
      }
      return coreExport(
        arg,
        type.kind,
        name,
        scope,
        `core module ${module.number}, import "${from}" "${name}"`,
      );
    });
    const node = { module, imports };
    this.#instances.push(node);
    return { kind: "instance", node };
  }

  #instance(instance: component.Instance, scope: Scope, depth: number): InstanceValue {
    if (instance.kind === "exports") {
      const items = instance.exports.map((e): [string, Item] => [
        e.name.name,
        scope.item(e.item.sort, e.item.index),
      ]);
      return { kind: "items", items: new Map(items) };
    }
    this.#count(scope);
    if (depth >= MAX_DEPTH)
      throw scope.malformed(`expected components nested at most ${MAX_DEPTH} deep, found more`);
    const { component, scope: outer } = scope.get("component", instance.component);
    const args = instance.args.map((arg): [string, Item] => [
      arg.name,
      scope.item(arg.item.sort, arg.item.index),
    ]);
    const items = this.#component(component, this.#scope(scope.instance, outer), new Map(args), depth + 1);
    return { kind: "items", items };
  }
}

/** What instantiation would run: its own function, or one of an earlier instance. */
function startOf(node: InstanceNode): ExportedItem[] {
  const { start } = node.module.module;
  if (start === undefined) return [];
  const imported = functionValues(node)[start];
  if (imported?.kind === "export") return [imported];
  return [{ kind: "export", sort: "func", instance: node, name: RESERVED.start }];
}

/** An imported instance as an export. */
function handedOn(name: string, item: Item): [string, string][] {
  return item.sort === "instance" && item.value.kind === "import" ? [[name, item.value.name]] : [];
}

/** The functions behind one export of the outermost component. */
function exported(name: string, item: Item): ExportNode[] {
  if (item.sort === "func") return [{ name, func: item.value }];
  if (item.sort !== "instance" || item.value.kind === "import") return [];
  const functions: { name: string; func: FunctionNode }[] = [];
  for (const [inner, member] of item.value.items) {
    if (member.sort === "func") functions.push({ name: `${name}#${inner}`, func: member.value });
  }
  return functions;
}
