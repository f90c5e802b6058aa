/**
 * Offsets of a module's instructions in the C that wasm2c makes of it: as lines of it.
 *
 * wasm2c says nothing of where its statements come from. So before each instruction that
 * can trap or call stands a constant that is dropped, which is the offset of that
 * instruction; wasm2c writes an assignment for it, and that becomes `#line`. What the C
 * compiler then knows of lines, also of code that it puts in line, is about offsets.
 */
import {
  CodeWriter,
  type CoreModule,
  INSTRUCTIONS,
  instructionsOf,
  type Mnemonic,
} from "../../../toolchain/wasm/index.ts";

/** The upper half of such a constant. */
const SIGN = 0x41744c4en;
const HALF = 32n;

const MARKED: readonly boolean[] = INSTRUCTIONS.map(({ mnemonic }) => canEnd(mnemonic));

/** Whether it can trap, throw or call. */
function canEnd(mnemonic: Mnemonic): boolean {
  if (/\.(load|store|atomic)|\.(div|rem)_|\.trunc_f/.test(mnemonic)) return true;
  if (/^(return_)?call|^throw|^rethrow|^unreachable$/.test(mnemonic)) return true;
  return /^(memory|table)\.(copy|fill|init|get|set|grow)$|^data\.|^elem\./.test(mnemonic);
}

/** The module with marks; as it was where one of its own constants looks like a mark. */
export function withMarks(module: CoreModule): CoreModule {
  if (module.code.some(({ code }) => hasSign(code))) return module;
  const code = module.code.map(({ code, offset, locals }) => ({
    locals,
    offset,
    code: marked(code, offset),
  }));
  return { ...module, code };
}

function hasSign(code: Uint8Array): boolean {
  const cursor = instructionsOf(code);
  while (cursor.next())
    if (cursor.mnemonic === "i64.const" && BigInt.asUintN(64, cursor.i64(0)) >> HALF === SIGN) return true;
  return false;
}

function marked(code: Uint8Array, offset: number): Uint8Array {
  const out = new CodeWriter();
  const cursor = instructionsOf(code);
  let copied = 0;
  while (cursor.next()) {
    if (MARKED[cursor.number] !== true) continue;
    out.raw(code.subarray(copied, cursor.start));
    out.i64Const((SIGN << HALF) | BigInt(offset + cursor.start)).op("drop");
    copied = cursor.start;
  }
  return out.raw(code.subarray(copied)).bytes();
}

/** The C that wasm2c made of a module with marks, with its lines; `name` is that of the file they are in. */
export function withLines(code: string, name: string): string {
  return code.replace(/^\s*\w+ = (\d{19})ull;$/gm, (statement, digits: string) => {
    const value = BigInt(digits);
    return value >> HALF === SIGN ? `#line ${value & 0xffffffffn} "${name}"` : statement;
  });
}

/** The offsets that have marks, in order; none where the module has none. */
export function marksOf(module: CoreModule): number[] {
  if (module.code.some(({ code }) => hasSign(code))) return [];
  return module.code.flatMap(({ code, offset }) => {
    const found: number[] = [];
    const cursor = instructionsOf(code);
    while (cursor.next()) if (MARKED[cursor.number] === true) found.push(offset + cursor.start);
    return found;
  });
}
