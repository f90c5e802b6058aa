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
  let all = "";
  for (const text of texts) all += text;
  for (let i = 0; i < fields.length; i += 2) all += fields[i]!.toLowerCase() + fields[i + 1]!;
  const span = transfer.allocate(table + all.length, 4);
  const { read } = encoder.encodeInto(all, transfer.bytes(span.offset + table, all.length));
  const lengths = read === all.length ? undefined : storeEach(transfer, texts, fields, kind);
  // The memory may have grown.
  const view = transfer.words(span.offset, table);
  for (let i = 0; i < shape.size; i += 4) view.setUint32(span.offset + i, 0, true);
  let at = span.offset + table;
  let next = 0;
  const put = (where: number, length: number): void => {
    const stored = lengths?.[next++];
    view.setUint32(where, stored?.offset ?? at, true);
    view.setUint32(where + 4, stored?.length ?? length, true);
    at += length;
  };
  const first = span.offset + shape.before;
  for (let i = 0; i < texts.length; i++) put(first + i * 8, texts[i]!.length);
  const list = first + texts.length * 8;
  view.setUint32(list, span.offset + shape.size, true);
  view.setUint32(list + 4, pairs, true);
  for (let i = 0; i < fields.length; i++) put(span.offset + shape.size + i * 8, fields[i]!.length);
  return span;
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
