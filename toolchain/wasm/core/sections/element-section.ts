/**
 * Element section. Core spec 3.0 §5.5.12.
 *
 * The first number is a field of bits: 1 not active, 2 table named or
 * declarative, 4 constant expressions instead of function indices.
 */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreFuncIndex, index } from "../../index-space.ts";
import { readConstExpr } from "../const-expr.ts";
import { type ElementSegment, FUNCREF, type RefType, type SegmentMode } from "../module.ts";
import { readRefType, writeRefType } from "../value-types.ts";

const NOT_ACTIVE = 1;
const NAMED = 2;
const EXPRESSIONS = 4;
const FUNC_KIND = 0x00;
/** What a list of function indices holds. */
const FUNCTION: RefType = { nullable: false, heap: "func" };

export function readElementSection(reader: ByteReader): ElementSegment[] {
  return reader.vec("element segments", "element segment", 2, () => readSegment(reader));
}

function readSegment(reader: ByteReader): ElementSegment {
  const start = reader.position;
  const flags = reader.u32("flags of an element segment");
  if (flags > 7) reader.fail("flags of an element segment, 0 to 7", String(flags), start);
  const mode = readMode(reader, flags);
  const expressions = (flags & EXPRESSIONS) !== 0;
  const typed = (flags & (NOT_ACTIVE | NAMED)) !== 0;
  const type = typed ? readElementType(reader, expressions) : expressions ? FUNCREF : FUNCTION;
  return { mode, type, items: expressions ? readExpressions(reader) : readFunctions(reader) };
}

function readMode(reader: ByteReader, flags: number): SegmentMode {
  if (flags & NOT_ACTIVE) return { kind: flags & NAMED ? "declarative" : "passive" };
  const into = flags & NAMED ? reader.u32("table") : 0;
  return { kind: "active", into, offset: readConstExpr(reader) };
}

function readElementType(reader: ByteReader, expressions: boolean): RefType {
  if (expressions) return readRefType(reader);
  const kind = reader.byte("kind of elements");
  if (kind !== FUNC_KIND) reader.fail("the kind of elements 0x00, functions", hex(kind), reader.position - 1);
  return FUNCTION;
}

function readExpressions(reader: ByteReader): ElementSegment["items"] {
  return { kind: "exprs", exprs: reader.vec("elements", "element", 1, () => readConstExpr(reader)) };
}

function readFunctions(reader: ByteReader): ElementSegment["items"] {
  const read = (): CoreFuncIndex => index<CoreFuncIndex>(reader.u32("function"));
  return { kind: "funcs", funcs: reader.vec("elements", "element", 1, read) };
}

export function writeElementSection(out: ByteWriter, elements: readonly ElementSegment[]): void {
  out.vec(elements, (segment) => writeSegment(out, segment));
}

function writeSegment(out: ByteWriter, { mode, type, items }: ElementSegment): void {
  const expressions = items.kind === "exprs";
  if (!expressions && type.heap !== "func")
    throw new RangeError("function indices make references to functions only");
  const implied = !expressions || (type.nullable && type.heap === "func");
  const flags = modeFlags(mode, implied) | (expressions ? EXPRESSIONS : 0);
  out.u32(flags);
  if (mode.kind === "active") {
    if (flags & NAMED) out.u32(mode.into);
    out.bytes(mode.offset);
  }
  if (flags & (NOT_ACTIVE | NAMED)) {
    if (expressions) writeRefType(out, type);
    else out.byte(FUNC_KIND);
  }
  if (items.kind === "exprs") out.vec(items.exprs, (expr) => out.bytes(expr));
  else out.vec(items.funcs, (func) => out.u32(func));
}

/** `implied`: the type is the one that the short form stands for. */
function modeFlags(mode: SegmentMode, implied: boolean): number {
  switch (mode.kind) {
    case "passive":
      return NOT_ACTIVE;
    case "declarative":
      return NOT_ACTIVE | NAMED;
    default:
      return mode.into === 0 && implied ? 0 : NAMED;
  }
}
