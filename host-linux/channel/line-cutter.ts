/**
 * Lines of bytes: where the next one ends.
 *
 * Lines are bytes until the last moment: a stream of text that is split where its
 * pieces end would break characters that lie across them.
 */
import { isUtf8 } from "node:buffer";
import { LINE_BYTES } from "./control.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A line, and with how many bytes it ends. */
export interface CutLine {
  /** UTF-8, without its end. */
  readonly line: Uint8Array;
  readonly length: number;
}

/**
 * The first line of `bytes`, at most LINE_BYTES; undefined where its end has not come yet.
 * @param searched bytes in which there is none.
 * @param isAll nothing follows: a last line needs no end.
 */
export function cutLine(bytes: Buffer, searched: number, isAll: boolean): CutLine | undefined {
  const end = bytes.indexOf(LINE_FEED, searched);
  if (end >= 0 && end <= LINE_BYTES) return lineOf(bytes, withoutReturn(bytes, end), end + 1);
  if (bytes.length > LINE_BYTES) return pieceOf(bytes);
  return isAll && bytes.length > 0 ? lineOf(bytes, bytes.length, bytes.length) : undefined;
}

/** A piece of a line that is too long, cut before a character, not through it. */
function pieceOf(bytes: Buffer): CutLine {
  let end = LINE_BYTES;
  while (end > LINE_BYTES - 4 && (bytes[end]! & 0xc0) === 0x80) end--;
  return lineOf(bytes, end, end);
}

function withoutReturn(bytes: Buffer, end: number): number {
  return end > 0 && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
}

function lineOf(bytes: Buffer, end: number, length: number): CutLine {
  const line = bytes.subarray(0, end);
  return { line: isUtf8(line) ? line : Buffer.from(line.toString("utf8")), length };
}
