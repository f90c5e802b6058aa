/**
 * `.debug_info`: where functions were put in line, and by which lines. DWARF 4, sections 2, 3.3.8.2 and 7.5.
 */
import { DwarfData } from "./dwarf-data.ts";

export interface Sections {
  readonly info: Uint8Array;
  readonly abbreviations: Uint8Array;
  readonly ranges: Uint8Array;
}

/** Code that was put in line. */
interface Inlined {
  readonly start: number;
  readonly end: number;
  /** How many it is inside of. */
  readonly depth: number;
  /** By number, in the files of the unit's line program. */
  readonly file: number;
  readonly line: number;
}

export interface Unit {
  /** Of its line program, in `.debug_line`; undefined where it has none. */
  readonly lines: number | undefined;
  readonly inlined: readonly Inlined[];
}

const INLINED_SUBROUTINE = 0x1d;
const LOW_PC = 0x11;
const HIGH_PC = 0x12;
const STATEMENT_LIST = 0x10;
const RANGES = 0x55;
const CALL_FILE = 0x58;
const CALL_LINE = 0x59;
/** Of an entry of ranges: the other number is a base. */
const IS_BASE = 2 ** 64;

interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Attribute and form, in turn. */
  readonly attributes: readonly (readonly [attribute: number, form: number])[];
}

/** All units of the file. */
export function units(sections: Sections): Unit[] {
  const found: Unit[] = [];
  const data = new DwarfData(sections.info);
  while (data.at < data.length) found.push(readUnit(data, sections));
  return found;
}

type Values = Map<number, number>;

function readUnit(data: DwarfData, sections: Sections): Unit {
  const start = data.at;
  const length = data.u32();
  const end = data.at + length;
  data.u16(); // the version
  const abbreviations = readAbbreviations(new DwarfData(sections.abbreviations, data.u32()));
  data.u8(); // the size of an address
  const inlined: Inlined[] = [];
  let lines: number | undefined;
  let base = 0;
  /** Of each open entry, whether it is code that was put in line. */
  const open: boolean[] = [];
  while (data.at < end) {
    const code = data.uleb();
    if (code === 0) {
      open.pop();
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) throw new Error(`dwarf: no abbreviation ${code} of the unit at ${start}`);
    const { values, highIsOffset } = readValues(data, abbreviation);
    if (open.length === 0) {
      lines = values.get(STATEMENT_LIST);
      base = values.get(LOW_PC) ?? 0;
    }
    const isInlined = abbreviation.tag === INLINED_SUBROUTINE;
    if (isInlined) {
      const depth = open.filter(Boolean).length;
      const [file, line] = [values.get(CALL_FILE) ?? 0, values.get(CALL_LINE) ?? 0];
      for (const [from, to] of rangesOf(values, highIsOffset, base, sections.ranges))
        inlined.push({ start: from, end: to, depth, file, line });
    }
    if (abbreviation.hasChildren) open.push(isInlined);
  }
  data.at = end;
  return { lines, inlined };
}

function readAbbreviations(data: DwarfData): ReadonlyMap<number, Abbreviation> {
  const found = new Map<number, Abbreviation>();
  for (let code = data.uleb(); code !== 0; code = data.uleb()) {
    const tag = data.uleb();
    const hasChildren = data.u8() === 1;
    const attributes: [number, number][] = [];
    for (;;) {
      const pair: [number, number] = [data.uleb(), data.uleb()];
      if (pair[0] === 0) break;
      attributes.push(pair);
    }
    found.set(code, { tag, hasChildren, attributes });
  }
  return found;
}

const FORM_ADDRESS = 0x01;

function readValues(
  data: DwarfData,
  { attributes }: Abbreviation,
): { values: Values; highIsOffset: boolean } {
  const values: Values = new Map();
  let highIsOffset = false;
  for (const [attribute, form] of attributes) {
    const value = readForm(data, form);
    if (value !== undefined) values.set(attribute, value);
    if (attribute === HIGH_PC) highIsOffset = form !== FORM_ADDRESS;
  }
  return { values, highIsOffset };
}

/** Section 7.5.4. Undefined for what is no number. */
function readForm(data: DwarfData, form: number): number | undefined {
  switch (form) {
    case FORM_ADDRESS:
    case 0x07: // data8
    case 0x14: // ref8
    case 0x20: // ref_sig8
      return data.u64();
    case 0x05: // data2
    case 0x12: // ref2
      return data.u16();
    case 0x06: // data4
    case 0x0e: // strp
    case 0x10: // ref_addr
    case 0x13: // ref4
    case 0x17: // sec_offset
      return data.u32();
    case 0x0b: // data1
    case 0x0c: // flag
    case 0x11: // ref1
      return data.u8();
    case 0x0d: // sdata
      return data.sleb();
    case 0x0f: // udata
    case 0x15: // ref_udata
      return data.uleb();
    case 0x08: // string
      data.text();
      return undefined;
    case 0x19: // flag_present
      return 1;
    case 0x03: // block2
      return skip(data, data.u16());
    case 0x04: // block4
      return skip(data, data.u32());
    case 0x0a: // block1
      return skip(data, data.u8());
    case 0x09: // block
    case 0x18: // exprloc
      return skip(data, data.uleb());
    default:
      throw new Error(`dwarf: the form 0x${form.toString(16)} is not one of version 4`);
  }
}

function skip(data: DwarfData, bytes: number): undefined {
  data.at += bytes;
}

function* rangesOf(
  values: Values,
  highIsOffset: boolean,
  unitBase: number,
  section: Uint8Array,
): Generator<readonly [start: number, end: number]> {
  const low = values.get(LOW_PC);
  const high = values.get(HIGH_PC);
  if (low !== undefined && high !== undefined) yield [low, highIsOffset ? low + high : high];
  const at = values.get(RANGES);
  if (at === undefined) return;
  const data = new DwarfData(section, at);
  let base = unitBase;
  for (;;) {
    const [start, end] = [data.u64(), data.u64()];
    if (start === 0 && end === 0) return;
    if (start === IS_BASE) base = end;
    else if (start < end) yield [base + start, base + end];
  }
}
