/**
 * Strings where the adapters' steps of 8 and 16 units meet: every window of a mixed
 * text, every character and every mistake at every place, against the reference.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { liftParams, Trap, type CoreValue, type FunctionType } from "../../../../toolchain/abi/index.ts";
import { compile, connect, End, PAIRS, runs, type Core, type Encoding } from "./ends.ts";

const TAKES_STRING: FunctionType = { async: false, params: [{ label: "s", type: { kind: "string" } }] };
const UTF16_TAG = 0x8000_0000;
const AT = 1024;

/** A string's claim in the caller's memory. */
interface Claim {
  readonly pointer: number;
  readonly units: number;
  readonly wide: boolean;
}

/** One adapter, used for many strings. */
class Pipe {
  readonly #caller: End;
  readonly #callee: End;
  readonly #func: Core;
  #arrived: CoreValue[] = [];

  constructor(from: Encoding, to: Encoding) {
    [this.#caller, this.#callee] = [new End(from), new End(to)];
    this.#func = connect(compile(TAKES_STRING, from, to), this.#caller, this.#callee, (...flat) => {
      this.#arrived = flat;
      return undefined;
    });
  }

  /** What lies around the string is there to be mistaken for a part of it. */
  place(bytes: Uint8Array, around: number): void {
    this.#caller.bytes.fill(around, 0, 4 * AT);
    this.#caller.bytes.set(bytes, AT);
  }

  check({ pointer, units, wide }: Claim, what: string): void {
    const tagged = wide && this.#caller.encoding === "latin1+utf16";
    const flat = [pointer, tagged ? (units | UTF16_TAG) >>> 0 : units];
    this.#callee.reset();
    const found = textOr(WebAssembly.RuntimeError, () => {
      this.#func(...flat);
      return liftParams(this.#callee, TAKES_STRING, this.#arrived)[0] as string;
    });
    const expected = textOr(Trap, () => liftParams(this.#caller, TAKES_STRING, flat)[0] as string);
    const stray = this.#callee.strayWrites();
    if (found !== expected || stray.length > 0)
      expect({ found, stray }, what).toEqual({ expected, stray: [] });
  }
}

/** "trap" cannot be taken for a text here. */
function textOr(trap: new (...args: never[]) => Error, read: () => string): string {
  try {
    return `text: ${read()}`;
  } catch (error) {
    if (error instanceof trap) return "trap";
    throw error;
  }
}

type Simple = "utf8" | "utf16" | "latin1";
const SIMPLE: Readonly<Record<Encoding, readonly Simple[]>> = {
  utf8: ["utf8"],
  utf16: ["utf16"],
  "latin1+utf16": ["latin1", "utf16"],
};
const CASES = PAIRS.flatMap(([from, to]) => SIMPLE[from].map((simple) => [from, simple, to] as const));

function encode(text: string, encoding: Simple): Uint8Array {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  return new Uint8Array(Buffer.from(text, encoding === "latin1" ? "latin1" : "utf16le"));
}

/** All lengths of characters side by side, in runs shorter and longer than a step. */
const MIXED =
  "abcdefghijklmnopqré中𝄞zßß中文字文字文字😀😀😀aЖЖЖЖЖЖЖЖЖЖ ЖЖx𝄞yyyyyyyyyyyyyyyyyyyyÿ𐀀\u{10ffff}\uffff\ud7ff\ue000";

/** Well-formed and ill-formed; what follows may complete what is cut short. */
const SEQUENCES: Readonly<Record<Simple, readonly (readonly number[])[]>> = {
  utf8: [
    [0xc2, 0x80],
    [0xdf, 0xbf],
    [0xe0, 0xa0, 0x80],
    [0xed, 0x9f, 0xbf],
    [0xee, 0x80, 0x80],
    [0xf0, 0x90, 0x80, 0x80],
    [0xf4, 0x8f, 0xbf, 0xbf],
    [0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f, 0x98, 0x80, 0xc3, 0xa9],
    // From here on none may pass.
    [0x80],
    [0xbf],
    [0xc0, 0x80],
    [0xc1, 0xbf],
    [0xc3],
    [0xc3, 0xa9, 0xa9],
    [0xe0, 0x9f, 0xbf],
    [0xe1, 0x80],
    [0xe1],
    [0xed, 0xa0, 0x80],
    [0xed, 0xbf, 0xbf],
    [0xef, 0xbf, 0xbf, 0xbf],
    [0xe1, 0xc3, 0xa9],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf0, 0x90, 0x80],
    [0xf0],
    [0xf1, 0x80, 0x80, 0x80, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xf8, 0x88, 0x80, 0x80, 0x80],
    [0xff],
  ],
  utf16: [
    [0x7f],
    [0x80],
    [0x7ff],
    [0x800],
    [0xd7ff],
    [0xe000],
    [0xffff],
    [0xd800, 0xdc00],
    [0xdbff, 0xdfff],
    [0xd83d, 0xde00, 0xd83d, 0xde00, 0xe9],
    // From here on none may pass.
    [0xd800],
    [0xdbff],
    [0xdc00],
    [0xdfff],
    [0xde00, 0xd83d],
    [0xd83d, 0xd83d, 0xde00],
    [0xd83d, 0xde00, 0xde00],
  ],
  latin1: [[0x7f], [0x80], [0xff]],
};

function bytesOf(units: readonly number[], encoding: Simple): Uint8Array {
  return encoding === "utf16" ? new Uint8Array(Uint16Array.from(units).buffer) : Uint8Array.from(units);
}

describe.each(CASES)("a string from %s, in %s, to %s", (from, encoding, to) => {
  const pipe = new Pipe(from, to);
  const wide = encoding === "utf16";
  const size = wide ? 2 : 1;
  const step = encoding === "utf8" ? 1 : 2;

  test("is the reference's, or a trap, in each window of 0 to 70 units", () => {
    const text = encoding === "latin1" ? MIXED.replaceAll(/[^\0-\xff]/gu, "þ") : MIXED;
    const bytes = encode(text + text, encoding);
    pipe.place(bytes, 0xbf);
    for (let offset = 0; offset <= 70; offset += step) {
      for (let units = 0; units <= 70; units++) {
        pipe.check({ pointer: AT + offset, units, wide }, `${units} units from byte ${offset}`);
      }
    }
  });

  test.each(encoding === "latin1" ? ["a", "é"] : ["a", "Ж", "中", "😀"])(
    "among %s is judged alike wherever a sequence stands",
    (neighbour) => {
      const around = encode(neighbour, encoding);
      for (const sequence of SEQUENCES[encoding]) {
        const middle = bytesOf(sequence, encoding);
        for (let before = 0; before * around.length <= 70; before++) {
          const after = Math.ceil(40 / around.length);
          const parts = [...Array(before).fill(around), middle, ...Array(after).fill(around)] as Uint8Array[];
          const bytes = Buffer.concat(parts);
          pipe.place(bytes, 0x80);
          const what = `${sequence.map((unit) => unit.toString(16)).join(" ")} after ${before}`;
          pipe.check({ pointer: AT, units: bytes.length / size, wide }, what);
          const short = (before * around.length + middle.length) / size;
          pipe.check({ pointer: AT, units: short, wide }, `${what}, at the end`);
        }
      }
    },
  );

  test("is the reference's, or a trap, when random text is damaged at random", () => {
    const most = wide ? 0xffff : 0xff;
    const characters = fc.oneof(fc.nat(0x7f), fc.nat(0x7ff), fc.integer({ min: 0xe000, max: 0x1_00ff }));
    const texts = fc.array(characters, { maxLength: 70 }).map((points) => String.fromCodePoint(...points));
    const damage = fc.array(fc.tuple(fc.nat(69), fc.integer({ min: wide ? 0xd7f0 : 0x7e, max: most })), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(texts, damage, fc.nat(15), (text, places, offset) => {
        const bytes = encode(text, encoding);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        for (const [place, value] of places) {
          if ((place + 1) * size > bytes.length) continue;
          if (wide) view.setUint16(place * size, value, true);
          else view.setUint8(place, value);
        }
        pipe.place(Buffer.concat([new Uint8Array(offset * step), bytes]), 0x80);
        pipe.check({ pointer: AT + offset * step, units: bytes.length / size, wide }, JSON.stringify(text));
      }),
      runs(from, to, 500),
    );
  });
});
