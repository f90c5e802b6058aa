/** Words of a machine's command line: what host-metal/image/runtime/metal reads of it. */
const SPACE = 0x20;
const PERCENT = 0x25;
const DELETE = 0x7f;

/** One that gives the system an argument: `%` and two digits for what ends a word, or may not arrive as it is. */
export function argumentWord(argument: string): string {
  const bytes = [...Buffer.from(argument)];
  return `arg=${bytes.map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : code(byte))).join("")}`;
}

function isPlain(byte: number): boolean {
  return byte > SPACE && byte < DELETE && byte !== PERCENT;
}

function code(byte: number): string {
  return `%${byte.toString(16).padStart(2, "0")}`;
}
