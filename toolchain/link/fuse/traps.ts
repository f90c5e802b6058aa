/**
 * Functions that do nothing but trap, and whose names say why.
 *
 * They are all alike, and an optimiser would make them one, or put them in line,
 * and the reason of a trap would be lost. So parts import them until the rest is
 * done, and then each is there once. The small functions that V8 wants to see
 * before it inlines are added with them, because an optimiser drops these too.
 */
import { CodeWriter, ModuleBuilder, type CoreModule, type core } from "../../wasm/index.ts";
import { missingSmallFunctions } from "../rewrite/inlining-hint.ts";
import { nameSection } from "../rewrite/name-section.ts";
import type { OffsetMap } from "../rewrite/offset-map.ts";
import { mergeModules, type PartExport } from "./merge.ts";

/** Module name of the imports that stand for them meanwhile. */
export const TRAPS = "atoll:traps";

const PREFIX = "trap: ";

export function isTrap(name: string, { code, locals }: core.FunctionBody): boolean {
  return name.startsWith(PREFIX) && locals.length === 0 && code.length === 2 && code[0] === 0;
}

/** Defines what `module` imports from `TRAPS`. @param name Of the module that is made. */
export function withTraps(
  name: string,
  module: CoreModule,
): { readonly bytes: Uint8Array; readonly offsets: OffsetMap } {
  const names = module.imports.flatMap((i) => (i.module === TRAPS ? [i.name] : []));
  const exports = new Map(module.exports.map((e) => [e.name, { part: 0, export: e.name }]));
  const parts = [
    { module, prefix: "", answers },
    { module: trapModule(names, missingSmallFunctions(module, names.length)), prefix: "", answers },
  ];
  const { bytes, offsets } = mergeModules(name, parts, exports);
  const [own] = offsets;
  if (own === undefined) throw new TypeError("there is a map for each part");
  return { bytes, offsets: own };
}

function answers(imported: core.Import): PartExport | core.Import {
  return imported.module === TRAPS ? { part: 1, export: imported.name } : imported;
}

function trapModule(names: readonly string[], others: number): CoreModule {
  const builder = new ModuleBuilder();
  const trap = { type: { params: [], results: [] }, code: new CodeWriter().op("unreachable").end() };
  const named = new Map(names.map((name) => [builder.addFunc(trap), name] as const));
  for (const [func, name] of named) builder.exportFunc(name, func);
  for (let i = 0; i < others; i++) builder.addFunc(trap);
  return { ...builder.build(), customs: [nameSection("traps", named)] };
}
