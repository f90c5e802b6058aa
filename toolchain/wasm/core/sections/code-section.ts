/** Code section: locals and instructions of each function. Core spec 3.0 §5.5.13. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import { ByteWriter } from "../../byte-writer.ts";
import type { FunctionBody, Locals } from "../module.ts";
import { readValType, writeValType } from "../value-types.ts";

const END = 0x0b;

/** `origin`: position of the module's first byte, from which body offsets count. */
export function readCodeSection(reader: ByteReader, origin: number): FunctionBody[] {
  return reader.vec("function bodies", "function", 3, () => readBody(reader, origin));
}

function readBody(reader: ByteReader, origin: number): FunctionBody {
  const body = reader.slice(reader.u32("size of a function body"), "a function body");
  const locals = readLocals(body);
  const offset = body.position - origin;
  const code = body.take(body.remaining, "instructions");
  const last = code.at(-1);
  if (last !== END) {
    const found = last === undefined ? "no instruction" : hex(last);
    body.fail("the instruction end, 0x0b, as the body's last byte", found, body.end - 1);
  }
  return { locals, code, offset };
}

function readLocals(reader: ByteReader): Locals[] {
  let total = 0;
  return reader.vec("groups of locals", "local group", 2, () => {
    const start = reader.position;
    const count = reader.u32("count of locals");
    total += count;
    if (total > 0xffff_ffff) reader.fail("fewer than 2^32 locals", String(total), start);
    return { count, type: readValType(reader) };
  });
}

/** Returns where each body's code begins, in bytes from where `out` stood. */
export function writeCodeSection(out: ByteWriter, code: readonly FunctionBody[]): number[] {
  const start = out.length;
  const offsets: number[] = [];
  const locals = new ByteWriter();
  out.vec(code, (body) => {
    locals.clear();
    locals.vec(body.locals, ({ count, type }) => {
      locals.u32(count);
      writeValType(locals, type);
    });
    out.u32(locals.length + body.code.length);
    out.written(locals);
    offsets.push(out.length - start);
    out.bytes(body.code);
  });
  return offsets;
}
