/**
 * `.debug_line`: which line of which file each address comes from. DWARF 4, section 6.2.
 */
import { DwarfData } from "./dwarf-data.ts";

/** The code from `address` to the next row's is of `line` in `file`. */
interface LineRow {
  readonly address: number;
  readonly file: string;
  readonly line: number;
  /** Nothing is said of what begins here. */
  readonly end: boolean;
}

export interface LineProgram {
  /** By number, from 1. */
  readonly files: readonly string[];
  readonly rows: readonly LineRow[];
}

/** Standard opcodes, section 6.2.5.2. */
const COPY = 1;
const ADVANCE_ADDRESS = 2;
const ADVANCE_LINE = 3;
const SET_FILE = 4;
const ADD_CONSTANT = 8;
const ADVANCE_FIXED = 9;
/** Extended ones, section 6.2.5.3. */
const END_SEQUENCE = 1;
const SET_ADDRESS = 2;

interface Header {
  readonly end: number;
  readonly instructionLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  /** Of each standard opcode: how many numbers follow it. */
  readonly operands: readonly number[];
  readonly files: readonly string[];
}

/** The program at `offset` of the section. */
export function lineProgram(section: Uint8Array, offset: number): LineProgram {
  const data = new DwarfData(section, offset);
  const header = readHeader(data);
  const machine = new Machine(header);
  while (data.at < header.end) machine.step(data);
  return { files: header.files, rows: machine.rows };
}

function readHeader(data: DwarfData): Header {
  const length = data.u32();
  const end = data.at + length;
  data.u16(); // the version, which the compiler was told
  const headerLength = data.u32();
  const program = data.at + headerLength;
  const instructionLength = data.u8();
  data.u8(); // operations per instruction: 1
  data.u8(); // whether rows are statements: of no matter here
  const lineBase = data.s8();
  const lineRange = data.u8();
  const operands = Array.from({ length: data.u8() - 1 }, () => data.u8());
  while (data.text() !== "");
  const files = [""];
  for (let name = data.text(); name !== ""; name = data.text()) {
    files.push(name);
    for (let i = 0; i < 3; i++) data.uleb(); // folder, time, length
  }
  data.at = program;
  return { end, instructionLength, lineBase, lineRange, operands, files };
}

/** The state machine of section 6.2.2. */
class Machine {
  readonly rows: LineRow[] = [];
  readonly #header: Header;
  #address = 0;
  #file = 1;
  #line = 1;

  constructor(header: Header) {
    this.#header = header;
  }

  step(data: DwarfData): void {
    const opcode = data.u8();
    const { operands } = this.#header;
    if (opcode > operands.length) this.#special(opcode - operands.length - 1);
    else if (opcode === 0) this.#extended(data);
    else this.#standard(opcode, data);
  }

  #row(end: boolean): void {
    const file = this.#header.files[this.#file] ?? "";
    this.rows.push({ address: this.#address, file, line: this.#line, end });
  }

  #advance(operations: number): void {
    this.#address += operations * this.#header.instructionLength;
  }

  #special(adjusted: number): void {
    const { lineBase, lineRange } = this.#header;
    this.#advance(Math.floor(adjusted / lineRange));
    this.#line += lineBase + (adjusted % lineRange);
    this.#row(false);
  }

  #standard(opcode: number, data: DwarfData): void {
    const { operands, lineRange } = this.#header;
    if (opcode === COPY) this.#row(false);
    else if (opcode === ADVANCE_ADDRESS) this.#advance(data.uleb());
    else if (opcode === ADVANCE_LINE) this.#line += data.sleb();
    else if (opcode === SET_FILE) this.#file = data.uleb();
    else if (opcode === ADD_CONSTANT) this.#advance(Math.floor((255 - operands.length - 1) / lineRange));
    else if (opcode === ADVANCE_FIXED) this.#address += data.u16();
    else for (let i = 0; i < (operands[opcode - 1] ?? 0); i++) data.uleb();
  }

  #extended(data: DwarfData): void {
    const length = data.uleb();
    const next = data.at + length;
    const opcode = data.u8();
    if (opcode === SET_ADDRESS) this.#address = data.u64();
    if (opcode === END_SEQUENCE) {
      this.#row(true);
      [this.#address, this.#file, this.#line] = [0, 1, 1];
    }
    data.at = next;
  }
}
