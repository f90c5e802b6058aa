/**
 * The cases: what one round trip carries, and the checksum that proves the work.
 *
 * Every peer does the same work: in round i the caller stamps its payload with
 * i, and reads the reply at a place that moves with i. The checksum over n
 * rounds is therefore known only to who carried every round, whole. This file
 * is the work in TypeScript: the reference that all checksums are compared
 * with, and what the JavaScript peers run. guests/ and native/ repeat it.
 */

/** What a JavaScript peer sends: the natural value of the case. */
export type Request = readonly [number, number] | string | Uint8Array | Hit | readonly string[];
export type Reply = number | string | Uint8Array | Hit;
export interface Hit {
  readonly document: number;
  readonly position: number;
  readonly score: number;
  readonly title: string;
  readonly exact: boolean;
}

/** The caller's side of n rounds. */
export interface Conversation {
  /** The payload of round `i`; it may be the same object with a new stamp. */
  request(i: number): Request;
  /** Takes the answer of round `i` into the checksum. */
  take(i: number, reply: Reply): void;
  /** u32. */
  checksum(): number;
}

/**
 * Loops of callers that not every transport has: `texts`, where the caller holds its text in UTF-8 and
 * the callee in UTF-16; `cell-runs`, where the callee has a resource.
 */
export type SpecialRuns = "texts" | "cell-runs";

export interface Case {
  readonly name: string;
  /** One line for the report. */
  readonly carries: string;
  /** Bytes of a round trip where the payload travels as bytes. */
  readonly bytes: { readonly request: number; readonly reply: number };
  /** The export of a Wasm caller that runs it: `bench:ipc/<interface>#<function>(…arguments, n)`, of `runs` unless named. */
  readonly run: {
    readonly interface?: SpecialRuns;
    readonly function: string;
    readonly arguments: readonly number[];
  };
  converse(): Conversation;
  /** The callee. */
  serve(request: Request): Reply;
}

/** A printable character for any number. */
const char = (n: number): string => String.fromCharCode(48 + (n & 63));
const code = (text: string, at: number): number => text.charCodeAt(at);
/** `length` characters that differ from their neighbours and between seeds. */
function text(length: number, seed: number): string {
  return Array.from({ length }, (_, j) => char(seed + j * 7)).join("");
}

const add: Case = {
  name: "u32x2",
  carries: "two u32 there, one back",
  bytes: { request: 8, reply: 4 },
  run: { function: "run-add", arguments: [] },
  converse() {
    let sum = 0;
    return {
      request: (i) => [sum, i],
      take: (_, reply) => void (sum = reply as number),
      checksum: () => sum,
    };
  },
  serve(request) {
    const [a, b] = request as readonly [number, number];
    return (a + b) >>> 0;
  },
};

const string64: Case = {
  name: "string-64",
  carries: "a string of 64 characters there and back",
  bytes: { request: 64, reply: 64 },
  run: { function: "run-string", arguments: [] },
  converse() {
    const rest = text(64, 0).slice(1);
    return summed(
      (i) => char(i) + rest,
      (i, reply) => {
        const echo = reply as string;
        return echo.length + code(echo, 0) + code(echo, (i * 61) & 63);
      },
    );
  },
  serve: (request) => request as string,
};

/** `both` sends the bytes back; otherwise the callee reads them and answers a u32. */
function bytes(name: string, size: number, both: boolean): Case {
  const made = Uint8Array.from({ length: size }, (_, j) => j * 31 + 7);
  return {
    name,
    carries: both ? `${size} bytes there and back` : `${size} bytes there, one u32 back`,
    bytes: { request: size, reply: both ? size : 4 },
    run: { function: both ? "run-bytes-both" : "run-bytes-in", arguments: [size] },
    converse() {
      const payload = made.slice();
      const view = new DataView(payload.buffer);
      return summed(
        (i) => (view.setUint32(0, i, true), payload),
        (_, reply) => (typeof reply === "number" ? reply : readBytes(reply as Uint8Array)),
      );
    },
    serve: (request) => (both ? (request as Uint8Array) : readBytes(request as Uint8Array)),
  };
}

/** The stamp, and the byte at the place that moves with it; a size is a power of two. */
function readBytes(bytes: Uint8Array): number {
  const stamp = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return stamp + bytes[Math.imul(stamp, 61) & (bytes.length - 1)]!;
}

const record: Case = {
  name: "record",
  carries: "a record of u32, u32, f64, a string of 16 and bool there and back",
  bytes: { request: 33, reply: 33 },
  run: { function: "run-record", arguments: [] },
  converse() {
    const rest = text(16, 0).slice(1);
    return summed(
      (i) => ({
        document: i,
        position: i * 3,
        score: i * 0.5,
        title: char(i) + rest,
        exact: (i & 1) === 1,
      }),
      (i, reply) => {
        const hit = reply as Hit;
        return hit.document + hit.position + hit.score + Number(hit.exact) + code(hit.title, (i * 5) & 15);
      },
    );
  },
  serve(request) {
    const hit = request as Hit;
    return { ...hit, position: hit.position + 1, score: hit.score * 2, exact: !hit.exact };
  },
};

const STRINGS = 100;
const TEXTS: readonly string[] = Array.from({ length: STRINGS }, (_, k) => text(16, k));
const strings100: Case = {
  name: "strings-100",
  carries: "100 strings of 16 characters there, one u32 back",
  bytes: { request: 4 + STRINGS * 20, reply: 4 },
  run: { function: "run-strings", arguments: [] },
  converse() {
    const texts = [...TEXTS];
    return summed(
      (i) => {
        const k = i % STRINGS;
        texts[k] = char(i) + texts[k]!.slice(1);
        return texts;
      },
      (_, reply) => reply as number,
    );
  },
  serve(request) {
    let sum = 0;
    for (const text of request as readonly string[]) sum += text.length + code(text, 0);
    return sum;
  },
};

const TEXT_BYTES = 65536;
/** 256 bytes of UTF-8, by characters of one to four; guests/wat/text-caller.wat has the same. */
const SAMPLE =
  "Größe counts: a naïve café in Łódź, Ελληνικά, съешь ещё этих мягких булок; 色は匂へど散りぬるを, 我が世誰ぞ. Plain words again 😀 and then 中文字 𝄞 with more of what people write every day here. ";

/** Text whose length is counted in bytes of UTF-8, whatever it travels in. */
function transcoded(name: string, mixed: boolean): Case {
  const whole = mixed ? SAMPLE.repeat(TEXT_BYTES / 256) : text(TEXT_BYTES, 0);
  return {
    name,
    carries: `64 KiB of ${mixed ? "mixed" : "ASCII"} text there and back, UTF-8 at one end and UTF-16 at the other`,
    bytes: { request: TEXT_BYTES, reply: TEXT_BYTES },
    run: { interface: "texts", function: "run-text", arguments: [Number(mixed)] },
    converse() {
      const rest = whole.slice(1);
      return summed(
        (i) => char(i) + rest,
        (i, reply) => {
          const bytes = Buffer.from(reply as string);
          return bytes.length + bytes[0]! + bytes[Math.imul(i, 61) & (TEXT_BYTES - 1)]!;
        },
      );
    },
    serve: (request) => request as string,
  };
}

const CELLS = 256;
/** What each of the callee's cells holds. */
const CELL_STEP = 7;

/** The value of a cell more: of the cell with a number, or of a cell that the caller has a handle of. */
function cells(name: string, byHandle: boolean): Case {
  return {
    name,
    carries: byHandle
      ? "a method call on a borrowed handle with a u32, one back"
      : "a u32 and a u8 there, one u32 back",
    bytes: { request: byHandle ? 8 : 5, reply: 4 },
    run: { interface: "cell-runs", function: byHandle ? "run-method" : "run-plus", arguments: [] },
    converse() {
      let sum = 0;
      return {
        request: (i) => [(sum + i) >>> 0, byHandle ? 1 : i % CELLS],
        take: (_, reply) => void (sum = reply as number),
        checksum: () => sum,
      };
    },
    serve(request) {
      const [a, cell] = request as readonly [number, number];
      return (a + cell * CELL_STEP) >>> 0;
    },
  };
}

/** A conversation whose checksum is the sum of what `read` makes of each reply. */
function summed(request: (i: number) => Request, read: (i: number, reply: Reply) => number): Conversation {
  let sum = 0;
  return {
    request,
    take: (i, reply) => void (sum = (sum + read(i, reply)) >>> 0),
    checksum: () => sum,
  };
}

export const CASES: readonly Case[] = [
  add,
  cells("u32-u8", false),
  cells("borrow-method", true),
  string64,
  bytes("bytes-64", 64, true),
  bytes("bytes-4k-in", 4096, false),
  bytes("bytes-4k-both", 4096, true),
  bytes("bytes-64k-in", 65536, false),
  bytes("bytes-64k-both", 65536, true),
  record,
  strings100,
  transcoded("utf8-utf16-ascii-64k", false),
  transcoded("utf8-utf16-mixed-64k", true),
];

/** The case of that name; only called with names that were listed. */
export function caseNamed(name: string): Case {
  const found = CASES.find((c) => c.name === name);
  if (found === undefined) throw new Error(`no case is named ${JSON.stringify(name)}`);
  return found;
}

/** The checksum (u32) that `n` rounds of a case must have. */
export function expectedChecksum(c: Case, n: number): number {
  const conversation = c.converse();
  for (let i = 0; i < n; i++) conversation.take(i, c.serve(conversation.request(i)));
  return conversation.checksum();
}
