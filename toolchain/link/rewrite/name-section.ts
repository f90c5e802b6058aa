/**
 * The names of a linked module: what an engine prints in a stack trace.
 *
 * Only the names of the module and of its functions are kept; names of locals
 * and labels never reach a user of a linked system.
 */
import {
  decodeNameSection,
  encodeNameSection,
  index,
  WasmError,
  type core,
  type CoreFuncIndex,
  type CoreModule,
} from "../../wasm/index.ts";

/** Identifier of the data section: the name section comes last. */
const AFTER_DATA = 11;

export type FunctionNames = ReadonlyMap<number, string>;

/** Names of functions by index: their own, else those they are exported by; a damaged section gives none. */
export function functionNames(module: CoreModule): FunctionNames {
  const names = new Map<number, string>();
  for (const e of module.exports) if (e.kind === "func") names.set(e.index, e.name);
  for (const [func, name] of ownNames(module)) names.set(func, name);
  return names;
}

function ownNames(module: CoreModule): FunctionNames {
  const section = module.customs.find((custom) => custom.name === "name");
  if (section === undefined) return new Map();
  try {
    return decodeNameSection(section.bytes).functions;
  } catch (error) {
    if (error instanceof WasmError) return new Map();
    throw error;
  }
}

export function nameSection(module: string, names: FunctionNames): core.CustomSection {
  const sorted = [...names].sort(([a], [b]) => a - b);
  const functions = new Map(sorted.map(([func, name]) => [index<CoreFuncIndex>(func), name]));
  const bytes = encodeNameSection({ module, functions, locals: new Map(), others: [] });
  return { name: "name", bytes, after: AFTER_DATA };
}
