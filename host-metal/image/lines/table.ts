/**
 * The table by which an image tells where it trapped: from addresses to lines of TypeScript.
 *
 *     0 ┌─────────────────────────────────────────────────────────┐
 *       │ how many rows, how many frames, where texts are, length │  u32 each
 *    16 ├─────────────────────────────────────────────────────────┤
 *       │ rows: address │ frame, from 1; 0: none of a module's    │  in order
 *       ├─────────────────────────────────────────────────────────┤
 *       │ frames: place │ function │ component │ around it │ what │
 *       ├─────────────────────────────────────────────────────────┤
 *       │ texts, each with its 0                                  │
 *       └─────────────────────────────────────────────────────────┘
 *
 * Texts are offsets from where texts are. A frame has another around it where it was put
 * in line. What it is: bit 0, the program's own line; bit 1, how a guest gives up; bit
 * 2, its allocator; from bit 8 on, the module. runtime/lines.c reads it.
 */
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { isProgram, type SourcePositions } from "../../../toolchain/link/source-position.ts";
import type { CodePlace, PlacedCode } from "./code-places.ts";
import { framesAt, type NamedFrame } from "./named-frames.ts";

const HEADER_BYTES = 16;
const ROW_BYTES = 8;
const FRAME_BYTES = 20;
const IN_PROGRAM = 1;
const GIVES_UP = 2;
const ALLOCATES = 4;
const MODULE_SHIFT = 8;

/** How a guest gives up: its own words are told otherwise. */
const ABORT = /\/(abort|exitWith)$/;
const ALLOCATOR = /~lib\/rt\/tlsf\.ts$/;

/** @param modules By the names that they have in C: positions in the plan. */
export function lineTable(
  code: readonly PlacedCode[],
  plan: LinkPlan,
  modules: ReadonlyMap<string, number>,
  positions: SourcePositions,
): Uint8Array {
  const frames = new Frames(plan, modules, positions);
  const rows = code.map(({ address, places }) => [address, frames.of(places)] as const);
  return frames.table(rows);
}

type FrameFields = readonly [place: number, name: number, component: number, outer: number, what: number];

class Frames {
  readonly #plan: LinkPlan;
  readonly #modules: ReadonlyMap<string, number>;
  readonly #positions: SourcePositions;
  readonly #numbers = new Map<string, number>();
  readonly #frames: FrameFields[] = [];
  readonly #texts = new Map<string, number>();
  #textBytes = 0;

  constructor(plan: LinkPlan, modules: ReadonlyMap<string, number>, positions: SourcePositions) {
    this.#plan = plan;
    this.#modules = modules;
    this.#positions = positions;
  }

  /** The number of the innermost of them, from 1; 0 for none. */
  of(places: readonly CodePlace[]): number {
    let outer = 0;
    for (const place of places.toReversed()) outer = this.#number(place, outer);
    return outer;
  }

  #number({ module: name, offset }: CodePlace, outer: number): number {
    const key = `${name} ${offset} ${outer}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const module = this.#modules.get(name) ?? -1;
    let number = outer;
    for (const frame of framesAt(module, offset, this.#plan, this.#positions).toReversed())
      number = this.#frames.push(this.#fields(frame, module, number));
    this.#numbers.set(key, number);
    return number;
  }

  #fields(frame: NamedFrame, module: number, outer: number): FrameFields {
    const { name, source, program = source } = frame;
    const place =
      program === undefined
        ? `${this.#plan.modules[module]?.name}, byte 0x${frame.offset.toString(16)}`
        : `${program.file}:${program.line}:${program.column}`;
    const inside =
      source === undefined || frame.program === undefined ? "" : ` (in ${source.file}:${source.line})`;
    const short = name.replace(/^[^<]*\//, "");
    const isOwn = frame.program !== undefined || (source !== undefined && isProgram(source.file));
    const givesUp = ABORT.test(name) && source?.file.startsWith("~lib/") === true;
    const allocates = ALLOCATOR.test(source?.file ?? "");
    const kind = (isOwn ? IN_PROGRAM : 0) | (givesUp ? GIVES_UP : 0) | (allocates ? ALLOCATES : 0);
    const what = kind | (module << MODULE_SHIFT);
    return [this.#text(place), this.#text(short + inside), this.#text(frame.component), outer, what];
  }

  #text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const at = this.#textBytes;
    this.#texts.set(text, at);
    this.#textBytes += Buffer.byteLength(text) + 1;
    return at;
  }

  table(rows: readonly (readonly [address: number, frame: number])[]): Uint8Array {
    const textsAt = HEADER_BYTES + rows.length * ROW_BYTES + this.#frames.length * FRAME_BYTES;
    const bytes = Buffer.alloc(textsAt + this.#textBytes);
    const words = [
      rows.length,
      this.#frames.length,
      textsAt,
      bytes.length,
      ...rows.flat(),
      ...this.#frames.flat(),
    ];
    for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, i * 4);
    for (const [text, at] of this.#texts) bytes.write(text, textsAt + at);
    return bytes;
  }
}
