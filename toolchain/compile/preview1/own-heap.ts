/**
 * Keeps a program's allocator away from what the adapter allocates.
 *
 * The adapter has its state in the program's memory: it grows the memory, unless
 * the program exports `cabi_realloc`. It is called before the first allocation,
 * and a C library from before 2023 then asks how large the memory is, and takes
 * all of it for its heap (wasi-libc of Debian 12 does; later ones ask the linker).
 * Both write over one another. So `memory.size` is made to say what the program
 * knows of: what it began with, and what lies below the end of what it grew. A
 * memory that may not grow as far as the adapter needs may grow further, and the
 * program's own growth still ends where it did.
 */
import {
  CodeWriter,
  type core,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreMemoryIndex,
  type CoreModule,
  type CoreTypeIndex,
  index,
  instructionsOf,
} from "../../wasm/index.ts";

const MEMORY = index<CoreMemoryIndex>(0);
/** Pages of the adapter: one for its state, one for its stack. */
const ROOM = 2;
const MOST_PAGES = 65_536;

interface Own {
  /** Pages that the program begins with. */
  readonly min: number;
  /** Where its memory may end: some of the room may lie below what it grew. */
  readonly most: number;
}

/** The module as it is where it has room and never asks, or allocates for the adapter itself. */
export function withOwnHeap(module: CoreModule): CoreModule {
  const [memory, ...others] = module.memories;
  if (memory === undefined || others.length > 0 || memory.index64 === true) return module;
  if (module.exports.some(({ name }) => name === "cabi_realloc")) return module;
  const max = memory.max === undefined ? MOST_PAGES : Number(memory.max);
  if (max === MOST_PAGES && !module.code.some(asksForSize)) return module;
  const most = max + ROOM;
  const room = BigInt(Math.min(most + ROOM, MOST_PAGES));
  const memories = [memory.max === undefined ? memory : { ...memory, max: room }];
  return { ...rewritten(module, { min: Number(memory.min), most }), memories };
}

function asksForSize({ code }: core.FunctionBody): boolean {
  const instructions = instructionsOf(code);
  while (instructions.next()) if (instructions.mnemonic === "memory.size") return true;
  return false;
}

function rewritten(module: CoreModule, own: Own): CoreModule {
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
      { type: { type: "i32", mutable: true }, init: new CodeWriter().i32Const(own.min).end().bytes() },
    ],
    code: [...code, { locals: [{ count: 1, type: "i32" }], code: growCode(size, own), offset: 0 }],
  };
}

const GROW_TYPE: core.CompositeType = { kind: "func", params: ["i32"], results: ["i32"] };

/** `memory.grow`, which notes what the program knows of then. */
function growCode(size: CoreGlobalIndex, { most }: Own): Uint8Array {
  const code = new CodeWriter();
  code.localGet(0).i32Const(most).globalGet(size).op("i32.sub").op("i32.gt_u").if();
  code.i32Const(-1).op("return").end();
  code.localGet(0).memoryGrow(MEMORY).localTee(1).i32Const(-1).op("i32.ne").if();
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
