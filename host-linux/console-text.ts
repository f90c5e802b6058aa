/**
 * What a process's line looks like on the host's output.
 *
 *      query │ 3 hits
 *      index │ 412 documents
 *
 * The tag is the host's word on who wrote the line, so a process must not be
 * able to write one: line feeds start a tagged line, and control characters
 * that move the cursor are shown as pictures. Colours pass to a terminal, end
 * with their line, and are taken out where there is none.
 */
const LINE_FEED = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;
/** First byte in UTF-8 of U+0080 to U+00BF, among which are further controls. */
const C1_LEAD = 0xc2;

const COLOUR_RESET = "\u001b[0m";
const TAG_COLOURS = [36, 33, 35, 32, 34, 31, 96, 93, 95, 92, 94, 91] as const;
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /(\u001b\[[0-9;:]*m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export interface TextStyle {
  /** Lines begin with the name of the process that wrote them. */
  readonly tags: boolean;
  /** The output is a terminal that shows colours. */
  readonly colour: boolean;
}

/** Bytes of a text that are looked at together, unless one line has more. */
const PART = 64 * 1024;
const LONGEST_LINE = 1024 * 1024;

/** A text in parts that make the same lines: one process's text is not to fill the host. Parts end before a line feed. */
export function* partsOf(text: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (text.length - start > PART) {
    const last = text.subarray(0, start + PART).lastIndexOf(LINE_FEED);
    const next = last >= start ? last : text.indexOf(LINE_FEED, start + PART);
    const end = next < 0 ? text.length : next;
    const isCut = end - start > LONGEST_LINE;
    const to = isCut ? beforeCharacter(text, start, start + LONGEST_LINE) : end;
    yield text.subarray(start, to);
    if (to === text.length) return;
    start = isCut ? to : to + 1;
  }
  yield text.subarray(start);
}

/** Not through a character, unless it is none. */
export function beforeCharacter(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && at > end - 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at > end - 4 && at > start ? at : end;
}

/** Makes lines ready for output: UTF-8 with their ends. */
export class ConsoleText {
  readonly #tags = new Map<string, Buffer>();
  readonly #style: TextStyle;

  /** `processes`: the names of those that may write, for the width of the tags. */
  constructor(processes: readonly string[], style: TextStyle) {
    this.#style = style;
    const width = Math.max(0, ...processes.map((name) => name.length));
    for (const [position, name] of processes.entries()) {
      this.#tags.set(name, Buffer.from(style.tags ? tag(name.padEnd(width), position, style.colour) : ""));
    }
  }

  line(process: string, text: Uint8Array): Uint8Array {
    const tag = this.#tags.get(process) ?? Buffer.alloc(0);
    if (isPlain(text)) return lineOf(tag, text);
    const lines = new TextDecoder().decode(text).split("\n");
    return Buffer.concat(lines.map((line) => lineOf(tag, Buffer.from(tame(line, this.#style.colour)))));
  }
}

/** Controls as pictures; colours stay, and end with the text, where `colour` says so. */
export function tame(text: string, colour = false): string {
  let coloured = false;
  const tamed = text.replace(CONTROLS, (character, sequence: string | undefined) => {
    if (sequence === undefined) return picture(character.charCodeAt(0));
    coloured = colour;
    return colour ? sequence : "";
  });
  return coloured ? tamed + COLOUR_RESET : tamed;
}

function tag(name: string, position: number, colour: boolean): string {
  const text = `${name} │ `;
  return colour ? `\u001b[${TAG_COLOURS[position % TAG_COLOURS.length]}m${text}${COLOUR_RESET}` : text;
}

function lineOf(tag: Uint8Array, text: Uint8Array): Uint8Array {
  const line = new Uint8Array(tag.length + text.length + 1);
  line.set(tag);
  line.set(text, tag.length);
  line[line.length - 1] = LINE_FEED;
  return line;
}

/** Nearly every line is: then its bytes go out as they are. */
function isPlain(text: Uint8Array): boolean {
  for (const byte of text) {
    if ((byte < SPACE && byte !== TAB) || byte === DELETE || byte === C1_LEAD) return false;
  }
  return true;
}

/** U+2400 to U+2421 picture the ASCII controls; the later ones have no pictures. */
function picture(code: number): string {
  if (code < SPACE) return String.fromCharCode(0x2400 + code);
  return code === DELETE ? "\u2421" : "\ufffd";
}
