/**
 * The few small modules that this host makes for itself, as bytes.
 *
 * A function that suspends, or ends a process, must do so in WebAssembly: guests
 * catch what a host throws, and no frame of JavaScript may lie on a stack that is
 * left. Only what those modules need is here; sizes stay below 128 where LEB128
 * would need more bytes.
 */
type ValueType = "i32" | "i64" | "f32" | "f64";

interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface SmallModule {
  readonly types: readonly FunctionType[];
  /** Functions from module "", in the order of their indices; `type` is a position in `types`. */
  readonly imports: readonly { readonly name: string; readonly type: number }[];
  /** Whether a table of functions is imported as "table". */
  readonly table?: boolean;
  /** One function, exported as ""; without one the first import is exported. */
  readonly body?: {
    readonly type: number;
    readonly locals: readonly ValueType[];
    readonly code: readonly number[];
  };
}

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const;
const TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

/** Instructions; an index or a depth follows where the name says so. */
export const OP = {
  unreachable: 0x00,
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  call: 0x10,
  /** Type, then 0 for the table. */
  callIndirect: 0x11,
  drop: 0x1a,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  zero: [0x41, 0x00],
  equal: 0x46,
  notEqual: 0x47,
  lessThan: 0x48,
  floatZero: [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
  floatLessThan: 0x63,
  /** Of an i64, to i32. */
  lowWord: 0xa7,
  highWord: [0x42, 0x20, 0x87, 0xa7],
  floatToLong: 0xb0,
  and: 0x71,
  return: 0x0f,
} as const;

/** `i32.const`, of a number whose signed LEB128 has two bytes. */
export function constant(value: number): readonly number[] {
  return [0x41, (value & 0x7f) | 0x80, (value >> 7) & 0x7f];
}

export function moduleOf({ types, imports, table = false, body }: SmallModule): WebAssembly.Module {
  const tableImport = table ? [[...text(""), ...text("table"), 0x01, 0x70, 0x00, 0x00]] : [];
  const imported = imports.map(({ name, type }) => [...text(""), ...text(name), 0x00, type]);
  const code = body && [...vector(body.locals.map((type) => [0x01, TYPE[type]])), ...body.code, OP.end];
  const bytes = [
    ...PREAMBLE,
    ...section(
      1,
      types.map((type) => [0x60, ...typesOf(type.params), ...typesOf(type.results)]),
    ),
    ...section(2, [...imported, ...tableImport]),
    ...(body === undefined ? [] : section(3, [[body.type]])),
    ...section(7, [[...text(""), 0x00, body === undefined ? 0 : imports.length]]),
    ...(code === undefined ? [] : section(10, [[...size(code.length), ...code]])),
  ];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

function typesOf(types: readonly ValueType[]): number[] {
  return vector(types.map((type) => [TYPE[type]]));
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const content = vector(entries);
  return [id, ...size(content.length), ...content];
}

function vector(entries: readonly (readonly number[])[]): number[] {
  return [...size(entries.length), ...entries.flat()];
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...size(bytes.length), ...bytes];
}

/** Unsigned LEB128. */
function size(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...size(value >>> 7)];
}
