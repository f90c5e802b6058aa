/**
 * What the linker says it put where: the file that GNU ld and lld write for `-Wl,-Map`.
 *
 * With -ffunction-sections a piece's section is named after its function or variable,
 * also where the optimiser saw the whole program and no object file tells the source.
 */

/** Of an input file's section, at its address in memory. */
export interface Piece {
  readonly section: string;
  readonly address: number;
  readonly size: number;
  readonly object: string;
}

/** A long name has a line of its own. */
const PIECE = /^ ([^\s*]\S*)\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+) (\S.*)$/gm;
const START = "\nLinker script and memory map\n";

/** In the order of addresses; without what was discarded. Throws Error for a file that is no such map. */
export function piecesOf(map: string): Piece[] {
  const start = map.indexOf(START);
  if (start < 0) throw new Error("link map: the linker has written no memory map");
  const pieces: Piece[] = [];
  for (const [, section = "", address = "", size = "", object = ""] of map.slice(start).matchAll(PIECE))
    if (Number(size) > 0) pieces.push({ section, address: Number(address), size: Number(size), object });
  return pieces.sort((one, other) => one.address - other.address);
}
