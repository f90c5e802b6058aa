/** Strings in the three encodings: what lies in memory, and what traps. */
import { describe, expect, test } from "vitest";
import {
  liftParams,
  lowerParams,
  Trap,
  type CanonicalOptions,
  type CoreValue,
} from "../../../toolchain/abi/index.ts";
import { GuestStub } from "./guest-stub.ts";
import * as t from "./short-types.ts";

type Encoding = NonNullable<CanonicalOptions["encoding"]>;
const type = t.func([t.string]);
const TAG = 2 ** 31;

function lower(
  encoding: Encoding,
  text: string,
): { bytes: Uint8Array; length: CoreValue | undefined; guest: GuestStub } {
  const guest = new GuestStub(encoding);
  const [pointer, length] = lowerParams(guest, type, [text]);
  return { guest, length, bytes: guest.bytes.slice(Number(pointer)) };
}

function lift(encoding: Encoding, bytes: readonly number[], length: number, offset = 0): unknown {
  const guest = new GuestStub(encoding);
  return liftParams(guest, type, [guest.place(bytes, 2) + offset, length])[0];
}

describe("are lowered", () => {
  test("as UTF-8, grown once and shrunk once where they are not ASCII", () => {
    const { bytes, length, guest } = lower("utf8", "aé☃");
    expect(length).toBe(6);
    expect(Array.from(bytes.slice(0, 6))).toEqual([...Buffer.from("aé☃")]);
    expect(guest.calls).toEqual([
      [0, 1, 3],
      [3, 1, 9],
      [9, 1, 6],
    ]);
    expect(lower("utf8", "abc").guest.calls).toEqual([[0, 1, 3]]);
  });

  test("as UTF-16 in one piece", () => {
    const { bytes, length, guest } = lower("utf16", "a☃");
    expect(length).toBe(2);
    expect(Array.from(bytes.slice(0, 4))).toEqual([0x61, 0, 0x03, 0x26]);
    expect(guest.calls).toEqual([[0, 2, 4]]);
  });

  test("as Latin-1 where that is enough, else as tagged UTF-16", () => {
    expect(lower("latin1+utf16", "aé")).toMatchObject({ length: 2 });
    expect(Array.from(lower("latin1+utf16", "aé").bytes.slice(0, 2))).toEqual([0x61, 0xe9]);
    expect(lower("latin1+utf16", "a☃")).toMatchObject({ length: 2 + TAG });
    expect(Array.from(lower("latin1+utf16", "a☃").bytes.slice(0, 4))).toEqual([0x61, 0, 0x03, 0x26]);
  });
});

describe("are lifted", () => {
  test.each<[Encoding, number[], number, string]>([
    ["utf8", [0x61, 0xc3, 0xa9], 3, "aé"],
    ["utf8", [0xef, 0xbb, 0xbf, 0x61], 4, "\ufeffa"],
    ["utf16", [0x3d, 0xd8, 0x00, 0xde], 2, "😀"],
    ["utf16", [0xff, 0xfe, 0x61, 0], 2, "\ufeffa"],
    ["latin1+utf16", [0x61, 0x80, 0x9f, 0xe9], 4, "a\u0080\u009fé"],
    ["latin1+utf16", [0x61, 0], 1 + TAG, "a"],
    ["utf8", [], 0, ""],
  ])("from %s %o", (encoding, bytes, length, text) => {
    expect(lift(encoding, bytes, length)).toBe(text);
  });
});

describe("trap", () => {
  test.each<[string, Encoding, number[], number, number, string]>([
    ["a lone continuation byte", "utf8", [0x80], 1, 0, "a UTF-8 string must be well-formed"],
    ["an overlong form", "utf8", [0xc0, 0x80], 2, 0, "a UTF-8 string must be well-formed"],
    ["a surrogate in UTF-8", "utf8", [0xed, 0xa0, 0x80], 3, 0, "a UTF-8 string must be well-formed"],
    ["a truncated character", "utf8", [0xe2, 0x98], 2, 0, "a UTF-8 string must be well-formed"],
    ["an unpaired high surrogate", "utf16", [0x3d, 0xd8, 0x61, 0], 2, 0, "unpaired surrogates"],
    ["an unpaired low surrogate", "utf16", [0x00, 0xde], 1, 0, "unpaired surrogates"],
    [
      "an unpaired surrogate in tagged UTF-16",
      "latin1+utf16",
      [0x00, 0xde],
      1 + TAG,
      0,
      "unpaired surrogates",
    ],
    ["a misaligned UTF-16 string", "utf16", [0x61, 0, 0], 1, 1, "must be aligned to 2"],
    ["a misaligned Latin-1 string", "latin1+utf16", [0x61, 0x61], 1, 1, "must be aligned to 2"],
    ["a string after memory", "utf8", [], 70_000, 0, "must end within memory"],
    ["a string longer than any may be", "utf8", [], 2 ** 28, 0, "at most 268435455 bytes, found 268435456"],
    ["a UTF-16 string longer than any may be", "utf16", [], 2 ** 27, 0, "at most 268435455 bytes"],
    ["a tagged length, taken without its tag", "latin1+utf16", [], 2 ** 27 + TAG, 0, "found 268435456"],
    ["a tag where none belongs", "utf16", [], 1 + TAG, 0, "at most 268435455 bytes"],
  ])("%s", (_, encoding, bytes, length, offset, message) => {
    expect(() => lift(encoding, bytes, length, offset)).toThrow(Trap);
    expect(() => lift(encoding, bytes, length, offset)).toThrow(message);
  });
});
