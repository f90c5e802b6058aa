/** Puts other code where a module calls some of its imports. */
import { CodeWriter, type CoreModule, instructionsOf } from "../../wasm/index.ts";
import { PREVIEW1 } from "./examine.ts";

/** What is written in place of a call, by the index of the called function. */
export type Replacements = ReadonlyMap<number, (out: CodeWriter) => void>;

export interface Imported {
  /** Of the function, and of its type. */
  readonly index: number;
  readonly type: number;
  readonly params: readonly string[];
}

/** The imports of preview 1 with one of these names that return an error number, by name. */
export function importedFunctions(module: CoreModule, names: ReadonlySet<string>): Map<string, Imported> {
  const types = module.types.flat();
  const found = new Map<string, Imported>();
  let position = 0;
  for (const { module: from, name, type } of module.imports) {
    if (type.kind !== "func") continue;
    const index = position++;
    const composite = types[type.type]?.composite;
    // One of another type is left to the component tools, which say what is wrong with it.
    if (from !== PREVIEW1 || !names.has(name) || composite?.kind !== "func") continue;
    const { params, results } = composite;
    if (results.length !== 1 || results[0] !== "i32") continue;
    found.set(name, { index, type: type.type, params: params.map(String) });
  }
  return found;
}

export function withCallsReplaced(module: CoreModule, replacements: Replacements): CoreModule {
  if (replacements.size === 0) return module;
  const code = module.code.map((body) => ({ ...body, code: bodyWith(body.code, replacements) }));
  return { ...module, code };
}

function bodyWith(code: Uint8Array, replacements: Replacements): Uint8Array {
  const out = new CodeWriter();
  const instructions = instructionsOf(code);
  let copied = 0;
  while (instructions.next()) {
    if (instructions.mnemonic !== "call") continue;
    const write = replacements.get(instructions.operand(0).value);
    if (write === undefined) continue;
    out.raw(code.subarray(copied, instructions.start));
    write(out);
    copied = instructions.end;
  }
  return copied === 0 ? code : out.raw(code.subarray(copied)).bytes();
}
