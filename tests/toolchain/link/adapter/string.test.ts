/** Strings of every length and content, in every pair of encodings; ill-formed ones trap by name. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { liftParams, type CoreValue, type FunctionType } from "../../../../toolchain/abi/index.ts";
import { compile, connect, End, type Encoding, ENCODINGS, PAIRS, runs } from "./ends.ts";

const TAKES_STRING: FunctionType = { async: false, params: [{ label: "s", type: { kind: "string" } }] };
const MODULES = new Map(PAIRS.map(([from, to]) => [`${from} ${to}`, compile(TAKES_STRING, from, to)]));
const TAG = 0x8000_0000;

type Simple = "utf8" | "utf16" | "latin1";
/** The encodings that a string of an end may be in. */
function simpleEncodings(encoding: Encoding): Simple[] {
  return encoding === "latin1+utf16" ? ["latin1", "utf16"] : [encoding];
}

function encode(text: string, encoding: Simple): Uint8Array {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  if (encoding === "latin1") return Uint8Array.from(text, (c) => c.charCodeAt(0));
  return new Uint8Array(Uint16Array.from(text.split(""), (c) => c.charCodeAt(0)).buffer);
}

/** Sends bytes as a string; gives back the text that arrived, and the core values. */
function send(caller: End, callee: End, pointer: number, units: number): string {
  const module = MODULES.get(`${caller.encoding} ${callee.encoding}`) as WebAssembly.Module;
  let arrived: CoreValue[] = [];
  const func = connect(module, caller, callee, (...flat) => {
    arrived = flat;
    return undefined;
  });
  func(pointer, units);
  expect(callee.strayWrites()).toEqual([]);
  return liftParams(callee, TAKES_STRING, arrived)[0] as string;
}

function sendBytes(caller: End, callee: End, bytes: Uint8Array, encoding: Simple): string {
  const pointer = caller.realloc(0, 0, 2, bytes.length) as number;
  caller.bytes.set(bytes, pointer);
  const tagged = encoding === "utf16" && caller.encoding === "latin1+utf16";
  const units = encoding === "utf16" ? bytes.length / 2 : bytes.length;
  return send(caller, callee, pointer, tagged ? (units | TAG) >>> 0 : units);
}

/** Stretches of one kind, so that the quick paths and the exact ones take turns. */
const stretch = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: 1, max: 0x7f }),
      fc.integer({ min: 0x80, max: 0xff }),
      fc.integer({ min: 0x100, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10ffff }),
    ),
    fc.integer({ min: 1, max: 40 }),
  )
  .map(([codePoint, times]) => String.fromCodePoint(codePoint).repeat(times));
const anyText = fc.array(stretch, { maxLength: 6 }).map((parts) => parts.join(""));
const latin1Text = fc.string({ unit: "binary", maxLength: 120 }).filter((s) => /^[\0-\xff]*$/.test(s));

describe.each(PAIRS)("strings from %s to %s", (from, to) => {
  test.each(simpleEncodings(from))("arrive as they were sent in %s", (encoding) => {
    fc.assert(
      fc.property(encoding === "latin1" ? latin1Text : anyText, (text) => {
        const [caller, callee] = [new End(from), new End(to)];
        expect(sendBytes(caller, callee, encode(text, encoding), encoding)).toBe(text);
      }),
      runs(from, to, 100),
    );
  });

  test("of every length up to 70, ASCII and not", () => {
    for (let length = 0; length <= 70; length += length < 34 ? 1 : 5) {
      for (const last of ["", "é", "Ł", "𝄞"]) {
        const [caller, callee] = [new End(from), new End(to)];
        const text = "abcdefghij".repeat(7).slice(0, length) + last;
        const encoding = simpleEncodings(from).at(-1);
        expect(sendBytes(caller, callee, encode(text, encoding), encoding)).toBe(text);
      }
    }
  });

  test.each(simpleEncodings(from).filter((e) => e !== "latin1"))(
    "in %s trap exactly if ill-formed",
    (encoding) => {
      const chunk: fc.Arbitrary<Iterable<number>> =
        encoding === "utf8"
          ? fc.oneof(
              fc.uint8Array({ maxLength: 4 }),
              fc.constantFrom([0xc0, 0x80], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]),
              fc.constantFrom(
                [0xf0, 0x80, 0x80, 0x80],
                [0xf8, 0x88, 0x80, 0x80],
                [0xc2],
                [0xe1, 0x80],
                [0xef, 0xbf, 0xbf],
              ),
            )
          : fc.array(
              fc.oneof(
                fc.integer({ min: 0xd800, max: 0xdfff }),
                fc.constantFrom(0xd7ff, 0xe000, 0x41, 0xffff),
              ),
              { maxLength: 4 },
            );
      const decoder = new TextDecoder(encoding === "utf8" ? "utf-8" : "utf-16le", {
        fatal: true,
        ignoreBOM: true,
      });
      fc.assert(
        fc.property(fc.array(chunk, { maxLength: 2 }), fc.nat(40), fc.nat(40), (chunks, before, after) => {
          const [caller, callee] = [new End(from), new End(to)];
          const units = [
            ...Array(before).fill(0x61),
            ...chunks.flatMap((c) => [...c]),
            ...Array(after).fill(0x62),
          ];
          const bytes =
            encoding === "utf8" ? Uint8Array.from(units) : new Uint8Array(Uint16Array.from(units).buffer);
          let text: string | undefined;
          try {
            text = decoder.decode(bytes);
          } catch {
            expect(() => sendBytes(caller, callee, bytes, encoding)).toThrow(WebAssembly.RuntimeError);
            return;
          }
          expect(sendBytes(caller, callee, bytes, encoding)).toBe(text);
        }),
        runs(from, to, 200),
      );
    },
  );

  test("end where memory ends, and no further", () => {
    const size = 65536;
    const unit = from === "utf16" ? 2 : 1;
    const at = (pointer: number, units: number) => (): string => {
      const [caller, callee] = [new End(from), new End(to)];
      caller.bytes.fill(0x20);
      return send(caller, callee, pointer, units);
    };
    expect(at(size - 2 * unit, 2)().length).toBe(2);
    expect(at(size - 64 * unit, 64)().length).toBe(64);
    expect(at(size, 0)()).toBe("");
    expect(at(size + 2, 0)).toThrow(WebAssembly.RuntimeError);
    expect(at(size - 2 * unit, 3)).toThrow(WebAssembly.RuntimeError);
    expect(at(size - 64, 65)).toThrow(WebAssembly.RuntimeError);
    expect(at(0xffff_fff0, 32)).toThrow(WebAssembly.RuntimeError);
    expect(at(0xffff_fffe, 0)).toThrow(WebAssembly.RuntimeError);
    expect(at(64, 2 ** 28 / unit)).toThrow(WebAssembly.RuntimeError);
    expect(at(64, 0x7fff_ffff)).toThrow(WebAssembly.RuntimeError);
    if (from !== "utf8") expect(at(65, 2)).toThrow(WebAssembly.RuntimeError);
  });
});

/** Old size, alignment and new size of each call, by the steps of definitions.py. */
const CALLS: [Encoding, Simple, Encoding, string, [number, number, number][]][] = [
  ["utf8", "utf8", "utf8", "", [[0, 1, 0]]],
  ["utf8", "utf8", "utf8", "aé", [[0, 1, 3]]],
  ["utf16", "utf16", "utf16", "aé", [[0, 2, 4]]],
  ["utf8", "utf8", "utf16", "abc", [[0, 2, 6]]],
  [
    "utf8",
    "utf8",
    "utf16",
    "é",
    [
      [0, 2, 4],
      [4, 2, 2],
    ],
  ],
  [
    "utf8",
    "utf8",
    "utf16",
    "𝄞",
    [
      [0, 2, 8],
      [8, 2, 4],
    ],
  ],
  ["utf16", "utf16", "utf8", "abc", [[0, 1, 3]]],
  [
    "utf16",
    "utf16",
    "utf8",
    "aé",
    [
      [0, 1, 2],
      [2, 1, 6],
      [6, 1, 3],
    ],
  ],
  [
    "utf16",
    "utf16",
    "utf8",
    "中",
    [
      [0, 1, 1],
      [1, 1, 3],
    ],
  ],
  ["latin1+utf16", "latin1", "utf8", "ab", [[0, 1, 2]]],
  [
    "latin1+utf16",
    "latin1",
    "utf8",
    "é",
    [
      [0, 1, 1],
      [1, 1, 2],
    ],
  ],
  [
    "latin1+utf16",
    "latin1",
    "utf8",
    "aé",
    [
      [0, 1, 2],
      [2, 1, 4],
      [4, 1, 3],
    ],
  ],
  ["latin1+utf16", "latin1", "utf16", "é", [[0, 2, 2]]],
  ["latin1+utf16", "utf16", "utf16", "é", [[0, 2, 2]]],
  ["utf8", "utf8", "latin1+utf16", "ab", [[0, 2, 2]]],
  [
    "utf8",
    "utf8",
    "latin1+utf16",
    "é",
    [
      [0, 2, 2],
      [2, 2, 1],
    ],
  ],
  [
    "utf8",
    "utf8",
    "latin1+utf16",
    "aŁ",
    [
      [0, 2, 3],
      [3, 2, 6],
      [6, 2, 4],
    ],
  ],
  ["utf16", "utf16", "latin1+utf16", "é", [[0, 2, 1]]],
  [
    "utf16",
    "utf16",
    "latin1+utf16",
    "aŁ",
    [
      [0, 2, 2],
      [2, 2, 4],
    ],
  ],
  ["latin1+utf16", "latin1", "latin1+utf16", "é", [[0, 2, 1]]],
  ["latin1+utf16", "utf16", "latin1+utf16", "aŁ", [[0, 2, 4]]],
  [
    "latin1+utf16",
    "utf16",
    "latin1+utf16",
    "aé",
    [
      [0, 2, 4],
      [4, 1, 2],
    ],
  ],
];

test.each(CALLS)(
  "a string from %s (%s) to %s, %j, asks for memory as specified",
  (from, encoding, to, text, calls) => {
    const [caller, callee] = [new End(from), new End(to)];
    callee.mayLeave.value = 1;
    expect(sendBytes(caller, callee, encode(text, encoding), encoding)).toBe(text);
    expect(callee.calls).toEqual(calls);
    expect(callee.calledWhileLeaving).toBe(false);
  },
);

test.each(ENCODINGS)("a host reads from the stack what was wrong with a string to %s", (to) => {
  const trapOf = (from: Encoding, pointer: number, units: number, fill: number): string => {
    const [caller, callee] = [new End(from), new End(to)];
    caller.bytes.fill(fill);
    try {
      send(caller, callee, pointer, units);
    } catch (error) {
      return /trap: .*?(?= \()/.exec((error as Error).stack ?? "")?.[0] ?? "none";
    }
    return "none";
  };
  expect(trapOf("utf8", 64, 20, 0xff)).toBe("trap: string is not valid UTF-8");
  expect(trapOf("utf16", 64, 20, 0xdc)).toBe("trap: string is not valid UTF-16");
  expect(trapOf("utf16", 65, 20, 0x20)).toBe("trap: string pointer is not aligned");
  expect(trapOf("utf8", 65530, 10, 0x20)).toBe("trap: string is out of bounds");
  expect(trapOf("utf8", 64, 2 ** 28, 0x20)).toBe("trap: string is too long");
});
