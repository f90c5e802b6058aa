/**
 * Types of core modules: read off a module, or off the declarations of a module type.
 *
 * The engine validates modules. What components add is that the two-level names
 * of imports must be distinct. Binary.md, `core:moduletype`; Explainer.md,
 * "Definition Types".
 */
import type { CoreModuleDeclaration, CoreType } from "../component/component.ts";
import { decodeModule } from "../core/decode.ts";
import type { CoreModule, ExternType, Limits } from "../core/module.ts";
import { CoreTypes, type CoreItem, type CoreTypeId } from "./core-types.ts";
import type { Context } from "./context.ts";
import { SECTION } from "./error.ts";
import { importKey, type ModuleType } from "./types.ts";

type Draft = {
  imports: Map<string, { module: string; name: string; item: CoreItem }>;
  exports: Map<string, CoreItem>;
};
type Known = (CoreTypeId | undefined)[];

/** Decodes a module and has the engine validate it. @throws WasmError when it does not decode. */
export function readCoreModule(bytes: Uint8Array, context: Context): CoreModule {
  const module = decodeModule(bytes, context.place);
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) {
    context.fail(SECTION.component, `invalid core module: ${engineReason(bytes)}`);
  }
  return module;
}

/** The type of a valid module. */
export function typeOfModule(module: CoreModule, core: CoreTypes, context: Context): ModuleType {
  const known: Known = [];
  for (const group of module.types) for (const id of core.add(group, known)) known.push(id);
  const draft: Draft = { imports: new Map(), exports: new Map() };
  const item = (type: ExternType): CoreItem => itemOf(type, known, core, context);
  for (const { module: from, name, type } of module.imports)
    addImport(draft, from, name, item(type), context);
  const spaces = spacesOf(module, item);
  for (const exported of module.exports) {
    const found = spaces[exported.kind][exported.index];
    if (found !== undefined) draft.exports.set(exported.name, found);
  }
  return draft;
}

function engineReason(bytes: Uint8Array): string {
  try {
    // oxlint-disable-next-line no-new
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    return "the engine gives no reason";
  } catch (error) {
    return String(error).replace(/^.*?WebAssembly\.Module\(\): /, "");
  }
}

type Spaces = Record<ExternType["kind"], CoreItem[]>;

function spacesOf(module: CoreModule, item: (type: ExternType) => CoreItem): Spaces {
  const spaces: Spaces = { func: [], table: [], memory: [], global: [], tag: [] };
  const define = (type: ExternType): number => spaces[type.kind].push(item(type));
  for (const { type } of module.imports) define(type);
  for (const type of module.functions) define({ kind: "func", type });
  for (const { type } of module.tables) define({ kind: "table", type });
  for (const type of module.memories) define({ kind: "memory", type });
  for (const { type } of module.globals) define({ kind: "global", type });
  for (const type of module.tags) define({ kind: "tag", type });
  return spaces;
}

function itemOf(type: ExternType, known: Known, core: CoreTypes, context: Context): CoreItem {
  switch (type.kind) {
    case "func":
    case "tag": {
      const id = known[type.type];
      if (id === undefined || core.composite(id).kind !== "func") {
        return context.fail(
          SECTION.type,
          id === undefined
            ? "core type index out of bounds"
            : `core type index ${type.type} is not a function type`,
          `a function type below ${known.length}`,
          `${type.type}`,
        );
      }
      return { kind: type.kind, type: id };
    }
    case "table":
      return { kind: "table", element: core.value(type.type.element, known), limits: type.type.limits };
    case "memory":
      return { kind: "memory", limits: type.type };
    case "global":
      return { kind: "global", type: core.value(type.type.type, known), mutable: type.type.mutable };
  }
}

function addImport(draft: Draft, module: string, name: string, item: CoreItem, context: Context): void {
  const key = importKey(module, name);
  if (draft.imports.has(key)) {
    context.fail(SECTION.type, `duplicate import name \`${module}:${name}\``);
  }
  draft.imports.set(key, { module, name, item });
}

/** What a module type may see outside: core types of the scopes around it. */
export interface OuterCoreTypes {
  /** The core type `index` of the scope `count` outward; 0 is the scope around the module type. */
  coreType(count: number, index: number): CoreTypeId | ModuleType;
}

/** The type of a `core:moduletype`. Its own index space begins empty. */
export function typeOfModuleType(
  declarations: readonly CoreModuleDeclaration[],
  outer: OuterCoreTypes,
  core: CoreTypes,
  context: Context,
): ModuleType {
  const known: Known = [];
  const draft: Draft = { imports: new Map(), exports: new Map() };
  for (const [i, declaration] of declarations.entries()) {
    context.within(`${declaration.kind} ${i}`, undefined, () => {
      declare(declaration, known, draft, outer, core, context);
    });
  }
  return draft;
}

function declare(
  declaration: CoreModuleDeclaration,
  known: Known,
  draft: Draft,
  outer: OuterCoreTypes,
  core: CoreTypes,
  context: Context,
): void {
  switch (declaration.kind) {
    case "type":
      for (const id of core.add(groupOf(declaration.type, context), known)) known.push(id);
      return;
    case "alias":
      known.push(aliased(declaration, known, outer, context));
      return;
    case "import": {
      const item = checkedItem(declaration.type, known, core, context);
      return addImport(draft, declaration.module, declaration.name, item, context);
    }
    case "export":
      if (draft.exports.has(declaration.name)) {
        context.fail(SECTION.type, `export name \`${declaration.name}\` already defined`);
      }
      draft.exports.set(declaration.name, checkedItem(declaration.type, known, core, context));
  }
}

/** The recursion group of a core type that is not a module type. */
export function groupOf(type: CoreType, context: Context): CoreModule["types"][number] {
  if (type.kind === "module")
    return context.fail(SECTION.type, "core module types cannot nest in core module types");
  return type.kind === "rec" ? type.types : [type.type];
}

function aliased(
  { count, index }: { count: number; index: number },
  known: Known,
  outer: OuterCoreTypes,
  context: Context,
): CoreTypeId {
  const type = count === 0 ? known[index] : outer.coreType(count - 1, index);
  if (type === undefined)
    context.fail(
      SECTION.alias,
      "core type index out of bounds",
      `an index below ${known.length}`,
      `${index}`,
    );
  if (typeof type === "number") return type;
  return context.fail(SECTION.type, "core module types cannot be aliased into core module types");
}

const MAX_PAGES_32 = 2n ** 16n;
const MAX_PAGES_64 = 2n ** 48n;

/** An item of a declaration, with the checks that the engine makes for modules. Core spec 3.0 §3.2. */
function checkedItem(type: ExternType, known: Known, core: CoreTypes, context: Context): CoreItem {
  const item = itemOf(type, known, core, context);
  if (item.kind === "memory") {
    const pages = (item.limits.index64 ? MAX_PAGES_64 : MAX_PAGES_32) << 16n;
    checkLimits(item.limits, pages >> BigInt(item.limits.pageSizeLog2 ?? 16), "memory size", context);
    if (item.limits.shared && item.limits.max === undefined) {
      context.fail(SECTION.core, "shared memory must have maximum size");
    }
  }
  if (item.kind === "table")
    checkLimits(item.limits, item.limits.index64 ? 2n ** 64n - 1n : 2n ** 32n - 1n, "table size", context);
  if (item.kind === "tag") {
    const type = core.composite(item.type);
    if (type.kind === "func" && type.results.length > 0)
      context.fail(SECTION.core, "invalid exception type: non-empty tag result type");
  }
  return item;
}

function checkLimits({ min, max }: Limits, most: bigint, what: string, context: Context): void {
  const largest = max === undefined || min > max ? min : max;
  if (largest > most) context.fail(SECTION.core, `${what} must be at most ${most}`, undefined, `${largest}`);
  if (max !== undefined && min > max) {
    context.fail(SECTION.core, "size minimum must not be greater than maximum", `at most ${max}`, `${min}`);
  }
}
