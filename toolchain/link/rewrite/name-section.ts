/**
 * The name section: what an engine prints in a stack trace.
 *
 * Only the names of the module and of its functions are kept; names of locals
 * and labels never reach a user of a linked system. Core spec, Appendix
 * "Name Section".
 */
import { ByteReader, ByteWriter, WasmError } from "../../wasm/index.ts";
import type { CoreModule, CustomSection } from "../../wasm/core/module.ts";

const MODULE = 0;
const FUNCTIONS = 1;
/** Identifier of the data section: the name section comes last. */
const AFTER_DATA = 11;

export type FunctionNames = ReadonlyMap<number, string>;

/** Names of functions by index; a section that is damaged gives none. */
export function functionNames(module: CoreModule): FunctionNames {
  const section = module.customs.find((custom) => custom.name === "name");
  if (section === undefined) return new Map();
  try {
    return readFunctionNames(new ByteReader(section.bytes));
  } catch (error) {
    if (error instanceof WasmError) return new Map();
    throw error;
  }
}

function readFunctionNames(reader: ByteReader): FunctionNames {
  while (reader.remaining > 0) {
    const id = reader.byte("subsection");
    const content = reader.slice(reader.u32("size of the subsection"), "the subsection");
    if (id !== FUNCTIONS) continue;
    return new Map(
      content.vec("function names", "name", 2, () => [content.u32("function index"), content.name("name")]),
    );
  }
  return new Map();
}

export function nameSection(moduleName: string, functions: FunctionNames): CustomSection {
  const out = new ByteWriter();
  const name = new ByteWriter();
  name.name(moduleName);
  out.byte(MODULE);
  out.sized(name.toBytes());
  const names = new ByteWriter();
  names.vec(
    [...functions].sort(([a], [b]) => a - b),
    ([index, text]) => {
      names.u32(index);
      names.name(text);
    },
  );
  out.byte(FUNCTIONS);
  out.sized(names.toBytes());
  return { name: "name", bytes: out.toBytes(), after: AFTER_DATA };
}
