/**
 * The table of lines behind a program for Linux, in its own file:
 *
 *     │ the program │ the table │ its length, 8 bytes │ the sign, 8 bytes │
 *
 * No part of what is loaded, since it is read when something trapped (runtime/linux/platform.c).
 */
const SIGN = "ATOLLINE";
const END_BYTES = 16;

export function withLinesBehind(file: Uint8Array, lines: Uint8Array): Uint8Array {
  const end = Buffer.alloc(END_BYTES);
  end.writeBigUInt64LE(BigInt(lines.length));
  end.write(SIGN, END_BYTES - SIGN.length);
  return Buffer.concat([file, lines, end]);
}

/** Of a file of any kind: the bytes of such a table, and of what tells of it. */
export function bytesOfLinesBehind(file: Uint8Array): number {
  const end = Buffer.from(file.buffer, file.byteOffset, file.byteLength).subarray(-END_BYTES);
  if (end.length < END_BYTES || end.toString("latin1", END_BYTES - SIGN.length) !== SIGN) return 0;
  return Number(end.readBigUInt64LE()) + END_BYTES;
}
