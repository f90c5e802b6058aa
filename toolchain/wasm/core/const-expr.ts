/**
 * Constant expressions: read to find their end, kept as bytes.
 *
 * Which instructions are constant is for validation to say, not for the
 * binary format. Core spec 3.0 §5.4.9 "Expressions".
 */
import type { ByteReader } from "../byte-reader.ts";
import { InstructionReader } from "./instructions.ts";
import type { ConstExpr } from "./module.ts";

/** The expression at the reader, with its `end`, as a view of the input. */
export function readConstExpr(reader: ByteReader): ConstExpr {
  const start = reader.position;
  const cursor = new InstructionReader(reader);
  while (cursor.next());
  return reader.bytes.subarray(start, reader.position);
}
