/**
 * Sizes that can shrink: what a module sees of its memories and tables that grow.
 *
 * An engine never takes back what a memory or table grew by. So the module's own
 * idea of the size is kept in a global; a reset sets it back, and growing again
 * first uses what is there. What lies behind is zero, and null. A guest that
 * goes beyond its size is not stopped there as long as the memory is larger in
 * truth: that is the one thing in which a process that was reset differs from a new one.
 */
import { CodeWriter, index, type CoreGlobalIndex, type core } from "../../../wasm/index.ts";
import type { Additions } from "../additions.ts";

export interface KeptSize {
  readonly size: CoreGlobalIndex;
  /** Calls the function that stands for `memory.grow` or `table.grow`. */
  readonly grow: CodeWriter;
}

const [N, ROOM] = [0, 1];

/** The type that sizes have. */
export function sizeType({ index64 = false }: core.Limits): "i32" | "i64" {
  return index64 ? "i64" : "i32";
}

/** A constant of the type that sizes have. */
export function sizeConst(limits: core.Limits, value: bigint): CodeWriter {
  const code = new CodeWriter();
  return sizeType(limits) === "i64" ? code.i64Const(value) : code.i32Const(Number(value));
}

/** `shared`: the global that another module keeps the size in. */
export function keepMemorySize(
  additions: Additions,
  memory: number,
  limits: core.Limits,
  shared?: CoreGlobalIndex,
): KeptSize {
  const type = sizeType(limits);
  const at = index<never>(memory);
  const size = shared ?? additions.global(type, sizeConst(limits, limits.min));
  const code = new CodeWriter();
  room(code.memorySize(at), type, size);
  code.localGet(N).localGet(ROOM).op(`${type}.gt_u`).if();
  code.localGet(N).localGet(ROOM).op(`${type}.sub`).memoryGrow(at);
  failed(code, limits);
  code.end();
  grown(code, type, size);
  const func = additions.func({
    name: `atoll:grow memory ${memory}`,
    type: { params: [type], results: [type] },
    locals: [{ count: 1, type }],
    code: code.end(),
  });
  return { size, grow: new CodeWriter().call(func) };
}

export function keepTableSize(
  additions: Additions,
  table: number,
  { element, limits }: core.TableType,
  shared?: CoreGlobalIndex,
): KeptSize {
  const type = sizeType(limits);
  const at = index<never>(table);
  const [value, n, rest] = [0, 1, 2];
  const size = shared ?? additions.global(type, sizeConst(limits, limits.min));
  const code = new CodeWriter();
  code.op("table.size", at).globalGet(size).op(`${type}.sub`).localSet(rest);
  code.localGet(n).localGet(rest).op(`${type}.gt_u`).if();
  code.localGet(value).localGet(n).localGet(rest).op(`${type}.sub`).op("table.grow", at);
  failed(code, limits);
  code.else().localGet(n).localSet(rest).end();
  code.globalGet(size).localGet(value).localGet(rest).op("table.fill", at);
  code.globalGet(size).globalGet(size).localGet(n).op(`${type}.add`).globalSet(size);
  const func = additions.func({
    name: `atoll:grow table ${table}`,
    type: { params: [element, type], results: [type] },
    locals: [{ count: 1, type }],
    code: code.end(),
  });
  return { size, grow: new CodeWriter().call(func) };
}

/** What the engine has beyond the size that the module sees; its own size is on the stack. */
function room(code: CodeWriter, type: "i32" | "i64", size: CoreGlobalIndex): void {
  code.globalGet(size).op(`${type}.sub`).localSet(ROOM);
}

/** Returns -1 when that is what growing returned. */
function failed(code: CodeWriter, limits: core.Limits): void {
  const minusOne = sizeConst(limits, -1n).bytes();
  code
    .raw(minusOne)
    .op(`${sizeType(limits)}.eq`)
    .if()
    .raw(minusOne)
    .op("return")
    .end();
}

/** Leaves the old size. */
function grown(code: CodeWriter, type: "i32" | "i64", size: CoreGlobalIndex): void {
  code.globalGet(size).globalGet(size).localGet(N).op(`${type}.add`).globalSet(size);
}
