/**
 * Where each piece of an image's machine code comes from: offsets in modules, by what the
 * compiler wrote about lines (marks.ts), and by which functions it put in line.
 */
import type { ElfSections } from "../../hal/elf.ts";
import { units } from "./dwarf-inlined.ts";
import { lineProgram } from "./dwarf-lines.ts";

/** An instruction of a module, by the name that the module has in C. */
export interface CodePlace {
  readonly module: string;
  readonly offset: number;
}

/** From `address` to that of the next one: what is executed there, innermost first; empty where no module is. */
export interface PlacedCode {
  readonly address: number;
  readonly places: readonly CodePlace[];
}

/** `marks`: by module, the offsets that lines stand for. */
export type Marks = ReadonlyMap<string, ReadonlySet<number>>;

interface Row extends CodePlace {
  readonly address: number;
}
interface Range extends CodePlace {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** In the order of addresses. */
export function placesOf(sections: ElfSections, marks: Marks): PlacedCode[] {
  const { rows, ranges } = readAll(sections, marks);
  const addresses = new Set([...rows.keys(), ...ranges.flatMap(({ start, end }) => [start, end])]);
  const found: PlacedCode[] = [];
  const beginning = ranges.sort((a, b) => a.start - b.start);
  let [next, active, row] = [0, [] as Range[], undefined as Row | undefined];
  for (const address of [...addresses].sort((a, b) => a - b)) {
    active = active.filter(({ end }) => end > address);
    for (
      let range = beginning[next];
      range !== undefined && range.start <= address;
      range = beginning[++next]
    )
      if (range.end > address) active.push(range);
    if (rows.has(address)) row = rows.get(address);
    const outer = [...active].sort((a, b) => b.depth - a.depth);
    const places = row === undefined ? outer : [row, ...outer];
    if (!isSame(found.at(-1)?.places ?? [], places)) found.push({ address, places });
  }
  return found;
}

function isSame(a: readonly CodePlace[], b: readonly CodePlace[]): boolean {
  return a.length === b.length && a.every((it, i) => it.module === b[i]?.module && it.offset === b[i].offset);
}

interface All {
  /** By address; undefined: nothing of a module. */
  readonly rows: Map<number, Row | undefined>;
  readonly ranges: Range[];
}

function readAll(sections: ElfSections, marks: Marks): All {
  const rows: All["rows"] = new Map();
  const ranges: Range[] = [];
  const section = (name: string): Uint8Array => sections.get(name) ?? new Uint8Array();
  const lines = section(".debug_line");
  const all = units({
    info: section(".debug_info"),
    abbreviations: section(".debug_abbrev"),
    ranges: section(".debug_ranges"),
  });
  const programs = new Map<number, ReturnType<typeof lineProgram>>();
  for (const unit of all) {
    if (unit.lines === undefined) continue;
    const known = programs.get(unit.lines);
    const program = known ?? lineProgram(lines, unit.lines);
    programs.set(unit.lines, program);
    for (const { file, line, ...range } of unit.inlined) {
      const module = program.files[file] ?? "";
      if (marks.get(module)?.has(line) === true) ranges.push({ ...range, module, offset: line });
    }
    if (known !== undefined) continue;
    for (const { address, file, line, end } of program.rows) {
      const offsets = end ? undefined : marks.get(file);
      // Statements after a marked one, of the same module, cannot trap.
      if (offsets !== undefined && !offsets.has(line)) continue;
      rows.set(address, offsets === undefined ? undefined : { address, module: file, offset: line });
    }
  }
  return { rows, ranges };
}
