/**
 * Makes a core module piece by piece; gives each piece its index.
 *
 * Imports come first in an index space, so all imports of a kind must be added
 * before the first definition of that kind; the builder refuses otherwise.
 * Equal function types are kept once.
 */
import {
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreMemoryIndex,
  type CoreTableIndex,
  type CoreTagIndex,
  type CoreTypeIndex,
  index,
  type Index,
} from "../index-space.ts";
import { CodeWriter } from "./code-writer.ts";
import type {
  CoreModule,
  CustomSection,
  DataSegment,
  ElementSegment,
  Export,
  ExternType,
  FunctionBody,
  FuncType,
  Global,
  GlobalType,
  Import,
  Limits,
  Locals,
  RecType,
  Table,
  TableType,
} from "./module.ts";

/** A function to be added: its instructions end with `end`. */
export interface FuncSource {
  readonly type: FuncType | CoreTypeIndex;
  readonly locals?: readonly Locals[];
  readonly code: CodeWriter | Uint8Array;
}

type Kind = ExternType["kind"];

/** Collects the parts of one module. */
export class ModuleBuilder {
  readonly #types: RecType[] = [];
  readonly #typeIndices = new Map<string, CoreTypeIndex>();
  readonly #imports: Import[] = [];
  readonly #imported: Record<Kind, number> = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
  readonly #functions: CoreTypeIndex[] = [];
  readonly #tables: Table[] = [];
  readonly #memories: Limits[] = [];
  readonly #tags: CoreTypeIndex[] = [];
  readonly #globals: Global[] = [];
  readonly #exports: Export[] = [];
  readonly #elements: ElementSegment[] = [];
  readonly #code: FunctionBody[] = [];
  readonly #data: DataSegment[] = [];
  readonly #customs: CustomSection[] = [];

  /** The index of a function type, the same for equal types. */
  addType(type: FuncType): CoreTypeIndex {
    const key = JSON.stringify([type.params, type.results]);
    const known = this.#typeIndices.get(key);
    if (known !== undefined) return known;
    const added = index<CoreTypeIndex>(this.#types.length);
    this.#types.push([{ final: true, supertypes: [], composite: { kind: "func", ...type } }]);
    this.#typeIndices.set(key, added);
    return added;
  }

  importFunc(module: string, name: string, type: FuncType | CoreTypeIndex): CoreFuncIndex {
    return this.#import(module, name, { kind: "func", type: this.#typeIndex(type) }, this.#functions);
  }
  importTable(module: string, name: string, type: TableType): CoreTableIndex {
    return this.#import(module, name, { kind: "table", type }, this.#tables);
  }
  importMemory(module: string, name: string, type: Limits): CoreMemoryIndex {
    return this.#import(module, name, { kind: "memory", type }, this.#memories);
  }
  importGlobal(module: string, name: string, type: GlobalType): CoreGlobalIndex {
    return this.#import(module, name, { kind: "global", type }, this.#globals);
  }
  importTag(module: string, name: string, type: FuncType | CoreTypeIndex): CoreTagIndex {
    return this.#import(module, name, { kind: "tag", type: this.#typeIndex(type) }, this.#tags);
  }

  addFunc(source: FuncSource): CoreFuncIndex {
    const code = source.code instanceof CodeWriter ? source.code.bytes() : source.code;
    this.#code.push({ locals: source.locals ?? [], code, offset: 0 });
    return this.#add("func", this.#functions, this.#typeIndex(source.type));
  }
  addTable(table: Table): CoreTableIndex {
    return this.#add("table", this.#tables, table);
  }
  addMemory(limits: Limits): CoreMemoryIndex {
    return this.#add("memory", this.#memories, limits);
  }
  addTag(type: FuncType | CoreTypeIndex): CoreTagIndex {
    return this.#add("tag", this.#tags, this.#typeIndex(type));
  }
  addGlobal(type: GlobalType, init: CodeWriter | Uint8Array): CoreGlobalIndex {
    return this.#add("global", this.#globals, {
      type,
      init: init instanceof CodeWriter ? init.bytes() : init,
    });
  }
  addElements(segment: ElementSegment): void {
    this.#elements.push(segment);
  }
  addData(segment: DataSegment): void {
    this.#data.push(segment);
  }
  /** `after` is the identifier of the section that it follows, 11 (data) for the end. */
  addCustom(name: string, bytes: Uint8Array, after = 11): void {
    this.#customs.push({ name, bytes, after });
  }

  export(item: Export): void {
    this.#exports.push(item);
  }
  exportFunc(name: string, func: CoreFuncIndex): void {
    this.export({ name, kind: "func", index: func });
  }

  /** The module so far. A data count section is there when there is data. */
  build(): CoreModule {
    return {
      types: [...this.#types],
      imports: [...this.#imports],
      functions: [...this.#functions],
      tables: [...this.#tables],
      memories: [...this.#memories],
      tags: [...this.#tags],
      globals: [...this.#globals],
      exports: [...this.#exports],
      elements: [...this.#elements],
      ...(this.#data.length > 0 && { dataCount: this.#data.length }),
      code: [...this.#code],
      data: [...this.#data],
      customs: [...this.#customs],
    };
  }

  #typeIndex(type: FuncType | CoreTypeIndex): CoreTypeIndex {
    return typeof type === "number" ? type : this.addType(type);
  }

  #import<I extends Index<string>>(
    module: string,
    name: string,
    type: ExternType,
    defined: readonly unknown[],
  ): I {
    if (defined.length > 0) {
      throw new RangeError(`import ${module} ${name}: add imports of a ${type.kind} before defining one`);
    }
    this.#imports.push({ module, name, type });
    return index<I>(this.#imported[type.kind]++);
  }

  #add<T, I extends Index<string>>(kind: Kind, defined: T[], item: T): I {
    defined.push(item);
    return index<I>(this.#imported[kind] + defined.length - 1);
  }
}
