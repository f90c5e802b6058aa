/**
 * Keeps a program's allocator away from what the adapter allocates.
 *
 * The adapter has its state in the program's memory: it grows the memory, unless
 * the program exports `cabi_realloc`. It is called before the first allocation,
 * and a C library from before 2023 then asks how large the memory is, and takes
 * all of it for its heap (wasi-libc of Debian 12 does; later ones ask the linker).
 * Both write over one another. So `memory.size` is made to say what the program
 * knows of: what it began with, and what lies below the end of what it grew.
 */
import {
  CodeWriter,
  type core,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreMemoryIndex,
  type CoreModule,
  type CoreTypeIndex,
  decodeModule,
  encodeModule,
  index,
  instructionsOf,
  WasmError,
} from "../../wasm/index.ts";

const MEMORY = index<CoreMemoryIndex>(0);

/** The module as it is where it never asks, or allocates for the adapter itself. */
export function withOwnHeap(bytes: Uint8Array): Uint8Array {
  const module = decodeModule(bytes);
  const [memory, ...others] = module.memories;
  if (memory === undefined || others.length > 0 || memory.index64 === true) return bytes;
  if (module.exports.some(({ name }) => name === "cabi_realloc")) return bytes;
  try {
    if (!module.code.some(asksForSize)) return bytes;
    return encodeModule(rewritten(module, Number(memory.min))).bytes;
  } catch (error) {
    // Code that is none: the component tools say so, with their reason.
    if (error instanceof WasmError) return bytes;
    throw error;
  }
}

function asksForSize({ code }: core.FunctionBody): boolean {
  const instructions = instructionsOf(code);
  while (instructions.next()) if (instructions.mnemonic === "memory.size") return true;
  return false;
}

/** `pages`: what the program begins with. */
function rewritten(module: CoreModule, pages: number): CoreModule {
  const imported = (kind: core.ExternKind): number =>
    module.imports.filter(({ type }) => type.kind === kind).length;
  const size = index<CoreGlobalIndex>(imported("global") + module.globals.length);
  const grow = index<CoreFuncIndex>(imported("func") + module.functions.length);
  const type = index<CoreTypeIndex>(module.types.flat().length);
  const code = module.code.map((body) => ({ ...body, code: bodyWith(body.code, size, grow) }));
  return {
    ...module,
    types: [...module.types, [{ final: true, supertypes: [], composite: GROW_TYPE }]],
    functions: [...module.functions, type],
    globals: [
      ...module.globals,
      { type: { type: "i32", mutable: true }, init: new CodeWriter().i32Const(pages).end().bytes() },
    ],
    code: [...code, { locals: [{ count: 1, type: "i32" }], code: growCode(size), offset: 0 }],
  };
}

const GROW_TYPE: core.CompositeType = { kind: "func", params: ["i32"], results: ["i32"] };

/** `memory.grow`, which notes what the program knows of then. */
function growCode(size: CoreGlobalIndex): Uint8Array {
  const code = new CodeWriter().localGet(0).memoryGrow(MEMORY).localTee(1).i32Const(-1).op("i32.ne").if();
  code.localGet(1).localGet(0).op("i32.add").globalSet(size).end();
  return code.localGet(1).end().bytes();
}

function bodyWith(code: Uint8Array, size: CoreGlobalIndex, grow: CoreFuncIndex): Uint8Array {
  const out = new CodeWriter();
  const instructions = instructionsOf(code);
  let copied = 0;
  const replace = (write: () => void): void => {
    out.raw(code.subarray(copied, instructions.start));
    write();
    copied = instructions.end;
  };
  while (instructions.next()) {
    if (instructions.mnemonic === "memory.size") replace(() => out.globalGet(size));
    else if (instructions.mnemonic === "memory.grow") replace(() => out.call(grow));
  }
  return copied === 0 ? code : out.raw(code.subarray(copied)).bytes();
}
