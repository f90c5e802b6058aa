/**
 * An image without what only debuggers read: of its sections, those that are loaded.
 *
 * The linker's own option would take the symbols before their names were appended. With
 * them an image would differ from itself, made once more: names of the compiler's
 * temporary files are among them, which it draws by lot.
 */
import { namesOf, openElf, SECTION_SIZE, sectionsOf, setSections, setWord } from "./elf.ts";

const ALIGNMENT = 8;
/** Of a section's header, which says where its bytes are. */
const OFFSET = 24;

/** `bytes`: as `cc` links them; what is loaded keeps its place in the file. */
export function withoutSymbols(bytes: Uint8Array): Uint8Array {
  const elf = openElf(bytes);
  const sections = sectionsOf(elf);
  const names = sections[namesOf(elf)];
  if (names === undefined) throw new Error("strip: the sections of the file have no names");
  const kept = sections.filter((section, i) => i === 0 || section.isLoaded || section === names);
  const inFile = sections.filter(({ isLoaded, isInFile }) => isLoaded && isInFile);
  const end = Math.max(...inFile.map(({ offset, size }) => offset + size));
  const table = Math.ceil((end + names.size) / ALIGNMENT) * ALIGNMENT;

  const whole = new Uint8Array(table + kept.length * SECTION_SIZE);
  whole.set(bytes.subarray(0, end));
  whole.set(bytes.subarray(names.offset, names.offset + names.size), end);
  for (const [i, { header }] of kept.entries())
    whole.set(bytes.subarray(header, header + SECTION_SIZE), table + i * SECTION_SIZE);
  const stripped = openElf(whole);
  const position = kept.indexOf(names);
  setWord(stripped, table + position * SECTION_SIZE + OFFSET, end);
  setSections(stripped, table, kept.length, position);
  return whole;
}
