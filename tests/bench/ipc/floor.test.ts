/** The hand-written adapters: same work as the reference, and every check of the canonical ABI. */
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { CASES, expectedChecksum } from "../../../bench/ipc/cases.ts";
import { assembled } from "../../../bench/ipc/guests.ts";
import { carryBy, joined } from "../../../bench/ipc/peers/floor.ts";
import { openWorkspace } from "../../../bench/harness/workspace.ts";

const workspace = openWorkspace();

/** A caller that passes on whatever it is told to. */
interface Probe {
  readonly memory: WebAssembly.Memory;
  echo(at: number, length: number, result: number): void;
  bytes(at: number, length: number, result: number): void;
  strings(at: number, count: number): number;
  bump(title: number, length: number, exact: number, result: number): void;
}

const part = (path: string): Promise<Uint8Array> => assembled(path, workspace);

async function probe(adapter: string): Promise<Probe> {
  return (await joined({
    caller: await part("../../tests/bench/ipc/probe.wat"),
    callee: await part("guests/wat/callee.wat"),
    shim: await part("floor/shim.wat"),
    adapter: await part(adapter),
  })) as unknown as Probe;
}

describe("floor/utf8.wat carries the work", () => {
  test.each(CASES.filter((c) => c.run.interface === undefined))("$name", async (c) => {
    const carry = carryBy(
      await joined({
        caller: await part("guests/wat/caller.wat"),
        callee: await part("guests/wat/callee.wat"),
        shim: await part("floor/shim.wat"),
        adapter: await part("floor/utf8.wat"),
      }),
    );
    for (const rounds of [0, 1, 1000]) {
      expect(await carry(c, rounds)).toBe(expectedChecksum(c, rounds));
    }
  });
});

describe("floor/text.wat carries text as it is", () => {
  test.each(CASES.filter((c) => c.run.interface === "texts"))("$name", async (c) => {
    const carry = carryBy(
      await joined({
        caller: await part("guests/wat/text-caller.wat"),
        callee: await part("guests/wat/callee.wat"),
        shim: await part("floor/shim.wat"),
        adapter: await part("floor/text.wat"),
      }),
    );
    for (const rounds of [0, 1, 100]) {
      expect(await carry(c, rounds)).toBe(expectedChecksum(c, rounds));
    }
  });
});

const AT = 4096;
const RESULT = 16;

describe.each([
  ["floor/utf8.wat", 1],
  ["floor/utf16.wat", 2],
] as const)("%s", (adapter, unitSize) => {
  let caller: Probe;
  beforeAll(async () => {
    caller = await probe(adapter);
  });
  const write = (bytes: Uint8Array): number => {
    new Uint8Array(caller.memory.buffer).set(bytes, AT);
    return bytes.length / unitSize;
  };
  const echoed = (): Uint8Array => {
    const [at, length] = new Uint32Array(caller.memory.buffer, RESULT, 2);
    return new Uint8Array(caller.memory.buffer).slice(at, at! + length! * unitSize);
  };
  const valid = (bytes: Uint8Array): boolean => {
    try {
      new TextDecoder(unitSize === 1 ? "utf-8" : "utf-16le", { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const encode = (text: string): Uint8Array =>
    unitSize === 1 ? new TextEncoder().encode(text) : new Uint8Array(Buffer.from(text, "utf16le"));

  test("echoes every string as it is", () => {
    const scalar = fc.oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
    const strings = fc.array(scalar, { maxLength: 80 }).map((scalars) => String.fromCodePoint(...scalars));
    fc.assert(
      fc.property(strings, (text) => {
        const bytes = encode(text);
        caller.echo(AT, write(bytes), RESULT);
        expect(echoed()).toEqual(bytes);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test("traps on exactly the strings that a decoder refuses", () => {
    // Mostly text, with a few units that may break it: at the front, in the middle and in the last step.
    const unit =
      unitSize === 1 ? fc.nat(0xff) : fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7ff, max: 0xe000 }));
    const damage = fc.array(fc.tuple(fc.nat(79), unit), { maxLength: 4 });
    fc.assert(
      fc.property(fc.nat(80), damage, (length, places) => {
        const bytes = encode("a".repeat(length));
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        for (const [place, value] of places) {
          if (place >= length) continue;
          if (unitSize === 1) view.setUint8(place, value);
          else view.setUint16(place * 2, value, true);
        }
        const units = write(bytes);
        if (valid(bytes)) caller.echo(AT, units, RESULT);
        else expect(() => caller.echo(AT, units, RESULT)).toThrow(WebAssembly.RuntimeError);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  test.each([
    ["a string beyond the memory", () => caller.echo(0xffff_0000, 4, RESULT)],
    ["a string that ends beyond the memory", () => caller.echo(65_536 * 8 - 8, 64, RESULT)],
    ["an empty string beyond the memory", () => caller.echo(0xffff_0000, 0, RESULT)],
    ["a string that is too long", () => caller.echo(0, 0x1000_0000, RESULT)],
    ["a result that is not aligned", () => caller.echo(AT, 0, RESULT + 2)],
    ["bytes beyond the memory", () => caller.bytes(65_536 * 8 - 8, 64, RESULT)],
    ["no bytes, beyond the memory", () => caller.bytes(0xffff_0000, 0, RESULT)],
    ["bytes that are too many", () => caller.bytes(0, 0x1000_0000, RESULT)],
    ["a list that is not aligned", () => void caller.strings(AT + 2, 1)],
    ["a list beyond the memory", () => void caller.strings(0xffff_0000, 1)],
    ["an empty list beyond the memory", () => void caller.strings(0xffff_0000, 0)],
    ["a list that is too long", () => void caller.strings(0, 0x0200_0000)],
    ["a record whose result is not aligned", () => caller.bump(AT, 0, 0, RESULT + 4)],
  ])("traps on %s", (_, call) => {
    expect(call).toThrow(WebAssembly.RuntimeError);
  });

  test("normalises a bool", () => {
    // The callee turns it around: any number but 0 is true.
    caller.bump(AT, 0, 2, RESULT);
    expect(new Uint8Array(caller.memory.buffer)[RESULT + 24]).toBe(0);
    caller.bump(AT, 0, 0, RESULT);
    expect(new Uint8Array(caller.memory.buffer)[RESULT + 24]).toBe(1);
  });
});
