/**
 * Whether a module has typed references or garbage-collected objects.
 */
import { readInstructions, type CoreModule, type core } from "../../wasm/index.ts";

const GC_PREFIX = 0xfb;
/** Of Core spec 3.0 that the opcode's prefix does not tell. */
const TYPED = new Set([
  "call_ref",
  "return_call_ref",
  "ref.as_non_null",
  "ref.eq",
  "br_on_null",
  "br_on_non_null",
]);

export function usesReferences(module: CoreModule): boolean {
  return (
    module.types.some((group) => group.length > 1 || group.some(isTyped)) ||
    module.tables.some(({ type, init }) => init !== undefined || isTypedValue(type.element)) ||
    [...module.globals.map(({ type }) => type), ...importedGlobals(module)].some(({ type }) =>
      isTypedValue(type),
    ) ||
    module.code.some(
      ({ locals, code }) => locals.some(({ type }) => isTypedValue(type)) || hasTypedCode(code),
    )
  );
}

function isTyped({ final, supertypes, composite }: core.SubType): boolean {
  if (!final || supertypes.length > 0 || composite.kind !== "func") return true;
  return [...composite.params, ...composite.results].some(isTypedValue);
}

function isTypedValue(type: core.ValType): boolean {
  return (
    typeof type !== "string" && !(type.nullable && ["func", "extern", "exn"].includes(String(type.heap)))
  );
}

function importedGlobals({ imports }: CoreModule): core.GlobalType[] {
  return imports.flatMap(({ type }) => (type.kind === "global" ? [type.type] : []));
}

function hasTypedCode(code: Uint8Array): boolean {
  for (const cursor of readInstructions(code)) {
    if (cursor.opcode >> 16 === GC_PREFIX || TYPED.has(cursor.mnemonic)) return true;
  }
  return false;
}
