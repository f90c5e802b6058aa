/**
 * Core instances that export what no core instance of a component exports.
 *
 * A plan names a core function by an instance and an export. A lowered function
 * and a built-in have neither, and may be used as a canonical option, as a
 * destructor, or be lifted again. Then a module of one function that calls it
 * stands in, and is linked like any other of the component.
 */
import { flattenFunction, type ComponentTypes, type FunctionType } from "../../abi/index.ts";
import { CodeWriter, encodeModule, index, ModuleBuilder, type core } from "../../wasm/index.ts";
import type { CoreValue, ExportedItem, FunctionNode, InstanceNode, ResourceBuiltin } from "./graph.ts";

type Made = Exclude<CoreValue, ExportedItem>;

const EXPORT = "forward";

const BUILTINS: Readonly<Record<ResourceBuiltin["name"], core.FuncType>> = {
  "resource.new": { params: ["i32"], results: ["i32"] },
  "resource.rep": { params: ["i32"], results: ["i32"] },
  "resource.drop": { params: ["i32"], results: [] },
};

export class Forwarders {
  readonly #types: ComponentTypes;
  readonly #items = new Map<Made, ExportedItem>();

  constructor(types: ComponentTypes) {
    this.#types = types;
  }

  /** `instantiate` makes an instance of a module whose only import is the value. */
  item(value: Made, instantiate: (module: Uint8Array) => InstanceNode): ExportedItem {
    const known = this.#items.get(value);
    if (known) return known;
    const instance = instantiate(forwarder(this.#typeOf(value)));
    const item: ExportedItem = { kind: "export", sort: "func", instance, name: EXPORT };
    this.#items.set(value, item);
    return item;
  }

  #typeOf(value: Made): core.FuncType {
    if (value.kind === "builtin") return BUILTINS[value.name];
    const { params, results } = flattenFunction(this.#functionType(value.func), "lower");
    return { params, results };
  }

  #functionType(func: FunctionNode): FunctionType {
    const type = func.kind === "lifted" ? this.#types.lifted[func.number] : this.#importedType(func);
    if (type === undefined) throw new TypeError("checked before: every function of a component has a type");
    return type;
  }

  #importedType(func: Extract<FunctionNode, { kind: "import" }>): FunctionType | undefined {
    for (const item of this.#types.world.imports) {
      if (item.kind === "function" && func.interface === undefined && item.name === func.name)
        return item.type;
      if (item.kind === "interface" && item.name === func.interface)
        return item.interface.functions.find(({ name }) => name === func.name)?.type;
    }
    return undefined;
  }
}

function forwarder(type: core.FuncType): Uint8Array {
  const module = new ModuleBuilder();
  const callee = module.importFunc("", "", type);
  const code = new CodeWriter();
  for (const i of type.params.keys()) code.localGet(index(i));
  module.exportFunc(EXPORT, module.addFunc({ type, code: code.call(callee).end() }));
  return encodeModule(module.build()).bytes;
}
