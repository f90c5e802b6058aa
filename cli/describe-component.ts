/** What `atoll inspect` says of a component: its world as WIT, its functions, its sizes. */
import { printFunction, printWorld, type World } from "../toolchain/abi/index.ts";
import { decodeModule, type Component } from "../toolchain/wasm/index.ts";
import { decode, named } from "./decode.ts";
import { bold, dim } from "./report.ts";

export interface ComponentDescription {
  readonly file: string;
  readonly bytes: number;
  readonly imports: readonly string[];
  readonly exports: readonly FunctionDescription[];
  readonly modules: readonly ModuleDescription[];
  readonly wit: string;
}
interface FunctionDescription {
  /** Such as `search:index/api@0.1.0#query`. */
  readonly name: string;
  /** WIT text. */
  readonly type: string;
}
interface ModuleDescription {
  readonly bytes: number;
  /** Bytes of instructions. */
  readonly code: number;
  /** Bytes of data segments. */
  readonly data: number;
  /** Bytes that nothing runs: names, source map. */
  readonly custom: number;
}

/** Throws UsageError that says where the component is wrong. */
export function describeComponent(file: string, bytes: Uint8Array): ComponentDescription {
  const { component, world } = decode(file, bytes);
  return {
    file,
    bytes: bytes.length,
    imports: world.imports.map(({ name }) => name),
    exports: exportedFunctions(world),
    modules: named(file, () => coreModules(component).map(describeModule)),
    wit: printWorld(world),
  };
}

function exportedFunctions({ exports }: World): FunctionDescription[] {
  return exports.flatMap((item) => {
    if (item.kind === "function") return [{ name: item.name, type: printFunction(item.type) }];
    if (item.kind === "type") return [];
    return item.interface.functions.map(({ name, type }) => ({
      name: `${item.name}#${name}`,
      type: printFunction(type),
    }));
  });
}

function coreModules(component: Component): Uint8Array[] {
  return component.definitions.flatMap((definition) => {
    if (definition.kind === "core module") return [definition.bytes];
    return definition.kind === "component" ? coreModules(definition.component) : [];
  });
}

function describeModule(bytes: Uint8Array): ModuleDescription {
  const module = decodeModule(bytes);
  return {
    bytes: bytes.length,
    code: sum(module.code.map(({ code }) => code.length)),
    data: sum(module.data.map((segment) => segment.bytes.length)),
    custom: sum(module.customs.map((section) => section.bytes.length)),
  };
}

/** For people. */
export function printComponent({ file, bytes, modules, wit }: ComponentDescription): string {
  const rows = modules.map(
    (module, i) =>
      `  core module ${i}: ${size(module.bytes)} ` +
      dim(
        `(code ${size(module.code)}, data ${size(module.data)}, names and source map ${size(module.custom)})`,
      ),
  );
  return [`${bold(file)}: component, ${size(bytes)}`, ...rows, "", wit.trimEnd()].join("\n");
}

function size(bytes: number): string {
  return `${bytes.toLocaleString("en-US")} bytes`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
