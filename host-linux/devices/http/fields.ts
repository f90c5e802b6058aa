/**
 * Header fields between Node and the transfer memory, in core values.
 *
 * Node has them as a flat list of names and values, one character for a byte. A
 * list<tuple<string, string or list<u8>>> has elements of 16 bytes: name (offset,
 * length), value (offset, length). All texts of a request are stored as one, since
 * what each allocation and each conversion costs is more than the rest.
 */
import { Buffer, isUtf8 } from "node:buffer";
import type { Span, Transfer } from "../transfer.ts";

/** Names and values in turn, as Node has them. */
export type RawFields = readonly string[];

const FIELD_SIZE = 16;
/** Of a guest, in one list: no peer takes as many. */
const MOST_FIELDS = 4096;
const MOST_BYTES = 1024 * 1024;

/** Bytes of a request that only says what it has to. */
const SHORT = 64;
const LAST_ASCII = 0x7f;

const encoder = new TextEncoder();

/** How values are stored: as text in UTF-8, or as the bytes that came. */
export type ValueKind = "text" | "bytes";

/**
 * Stores a record that begins with some texts and then has a list of fields, behind `before` bytes that are
 * cleared. Returns the offset of all; texts and the list are written from `before` on, 8 bytes each.
 */
export function storeRecord(
  transfer: Transfer,
  shape: { readonly before: number; readonly size: number },
  texts: readonly string[],
  fields: RawFields,
  kind: ValueKind,
): Span {
  const pairs = fields.length >> 1;
  const table = shape.size + pairs * FIELD_SIZE;
  const length = lengthOfAll(texts) + lengthOfAll(fields);
  const span = transfer.allocate(table + length, 4);
  const store = length > SHORT ? storeLong : storeShort;
  const isAscii = store(transfer, { offset: span.offset + table, length }, texts, fields);
  const lengths = isAscii ? undefined : storeEach(transfer, texts, fields, kind);
  // The memory may have grown.
  const view = transfer.words(span.offset, table);
  const first = span.offset + shape.before;
  const list = first + texts.length * 8;
  const elements = span.offset + shape.size;
  for (let at = span.offset; at < elements; at += 4) view.setUint32(at, 0, true);
  const behind = storeTexts(view, first, texts, span.offset + table, lengths);
  view.setUint32(list, elements, true);
  view.setUint32(list + 4, pairs, true);
  storeTexts(view, elements, fields, behind, lengths?.slice(texts.length));
  return span;
}

/** Writes where texts lie: one behind the other from `from` on, unless `stored` says it. Returns what is behind them. */
function storeTexts(
  view: DataView,
  at: number,
  texts: readonly string[],
  from: number,
  stored: readonly Span[] | undefined,
): number {
  let next = from;
  for (let i = 0; i < texts.length; i++) {
    const { length } = texts[i]!;
    view.setUint32(at + i * 8, stored?.[i]?.offset ?? next, true);
    view.setUint32(at + i * 8 + 4, stored?.[i]?.length ?? length, true);
    next += length;
  }
  return next;
}

function lengthOfAll(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += text.length;
  return length;
}

/** Stores all of them as one. False where some of it is not ASCII: what lies there then means nothing. */
function storeLong(
  transfer: Transfer,
  { offset, length }: Span,
  texts: readonly string[],
  fields: RawFields,
): boolean {
  let all = "";
  for (const text of texts) all += text;
  for (let i = 0; i < fields.length; i += 2) all += fields[i]!.toLowerCase() + fields[i + 1]!;
  return encoder.encodeInto(all, transfer.bytes(offset, length)).read === length;
}

/** The same, without a call of Node for a few bytes. */
function storeShort(
  transfer: Transfer,
  { offset, length }: Span,
  texts: readonly string[],
  fields: RawFields,
): boolean {
  const view = transfer.words(offset, length);
  let [at, bits] = [offset, 0];
  const store = (text: string): void => {
    for (let i = 0; i < text.length; i++) {
      const byte = text.charCodeAt(i);
      bits |= byte;
      view.setUint8(at++, byte);
    }
  };
  for (const text of texts) store(text);
  for (let i = 0; i < fields.length; i++) store(i % 2 === 0 ? fields[i]!.toLowerCase() : fields[i]!);
  return bits <= LAST_ASCII;
}

/** Where some of it is not ASCII, each by itself. */
function storeEach(
  transfer: Transfer,
  texts: readonly string[],
  fields: RawFields,
  kind: ValueKind,
): readonly Span[] {
  const stored = texts.map((text) => transfer.store(utf8Of(text)));
  for (const [i, text] of fields.entries()) {
    if (i % 2 === 0) stored.push(transfer.store(utf8Of(text.toLowerCase())));
    else stored.push(transfer.store(kind === "text" ? utf8Of(text) : Buffer.from(text, "latin1")));
  }
  return stored;
}

/** The bytes that came; where they are not UTF-8, as text with U+FFFD in their place. */
function utf8Of(text: string): Uint8Array {
  const bytes = Buffer.from(text, "latin1");
  return isUtf8(bytes) ? bytes : encoder.encode(bytes.toString("utf8"));
}

/** The fields of a list that a guest passes, their texts as the bytes that go out. Undefined where they are too many. */
export function readFields(transfer: Transfer, offset: number, length: number): RawFields | undefined {
  const fields: string[] = [];
  const count = length >>> 0;
  if (count > MOST_FIELDS) return undefined;
  let bytes = 0;
  const start = offset >>> 0;
  const view = transfer.words(offset, count * FIELD_SIZE);
  for (let i = 0; i < count * 2; i++) {
    const at = start + i * 8;
    bytes += view.getUint32(at + 4, true);
    if (bytes > MOST_BYTES) return undefined;
    fields.push(transfer.latin1(view.getUint32(at, true), view.getUint32(at + 4, true)));
  }
  return fields;
}
