/**
 * What an image says of itself to whoever boots it: a note of its ELF file, in JSON.
 *
 * System V ABI, chapter 5, "Note Section": sizes of name and description, a type, then
 * both, each padded to 4 bytes.
 */
export const NOTE_NAME = "Atoll";
/** None of Xen's: QEMU looks for those by their type alone. */
export const NOTE_TYPE = 0x41746f6c;

export interface ImageNote {
  readonly system: string;
  readonly target: "linux" | "metal";
  /** Bytes of memory that a boot should have beside the image itself; see host-metal/image/needs.ts. */
  readonly needs: number;
}

/** The note as a variable in C, in a section of its own. */
export function noteInC(note: ImageNote): string {
  const name = `${NOTE_NAME}\0`;
  const text = JSON.stringify(note);
  const fields = [
    `unsigned sizes[2], type; char name[${padded(name)}], text[${padded(text)}];`,
    `{${Buffer.byteLength(name)}, ${Buffer.byteLength(text)}}, ${NOTE_TYPE}, {${bytesOf(name)}}, {${bytesOf(text)}}`,
  ];
  const place = `__attribute__((section(".note.${NOTE_NAME}"), used, aligned(4)))`;
  return `static const struct { ${fields[0]} } image_note ${place} = {${fields[1]}};\n`;
}

function padded(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4) * 4;
}

function bytesOf(text: string): string {
  return [...Buffer.from(text)].map((byte) => (byte > 127 ? byte - 256 : byte)).join(",");
}
