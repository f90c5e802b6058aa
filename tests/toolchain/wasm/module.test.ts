/** Core modules: round trips on real binaries, and what a broken one is told. */
import { describe, expect, test } from "vitest";
import {
  type CoreModule,
  decodeModule,
  decodeNameSection,
  encodeModule,
  encodeNameSection,
} from "../../../toolchain/wasm/index.ts";
import { EVERYTHING } from "./texts.ts";
import { assemble, bytes, MODULE, realModules, refusal } from "./samples.ts";

function roundTrip(binary: Uint8Array): { module: CoreModule; encoded: Uint8Array } {
  const module = decodeModule(binary);
  const { bytes: encoded, codeOffsets } = encodeModule(module);
  const again = decodeModule(encoded);
  expect(again.code.map((body) => body.offset)).toEqual(codeOffsets);
  return { module, encoded };
}

describe("a module comes back byte for byte", () => {
  test.each(realModules().map(({ name, bytes }) => [name, bytes] as const))("%s", (_, binary) => {
    const { encoded } = roundTrip(binary);
    expect(Buffer.compare(encoded, binary)).toBe(0);
  });

  test("with one of each thing", async () => {
    const binary = await assemble(EVERYTHING);
    const { module, encoded } = roundTrip(binary);
    expect(Buffer.from(encoded).equals(binary)).toBe(true);
    expect(module.customs.map(({ name, after }) => [name, after])).toEqual([
      ["before", 0],
      ["mid", 7],
      ["end", 11],
      ["name", 11],
    ]);
    expect(module.elements.map(({ mode, items }) => `${mode.kind} ${items.kind}`)).toEqual([
      "active funcs",
      "passive funcs",
      "declarative funcs",
      "active funcs",
      "active exprs",
      "passive exprs",
      "declarative exprs",
      "active exprs",
    ]);
    expect(module.memories[1]).toEqual({ min: 1n, max: 0x1000000000000n, index64: true });
    expect(module.imports[2]?.type).toEqual({
      kind: "memory",
      type: { min: 1n, max: 2n, shared: true, index64: true },
    });
    const [body] = module.code;
    expect(Buffer.from(binary.subarray(body?.offset)).indexOf(body?.code ?? "none")).toBe(0);
  });

  test("a module without anything", () => {
    expect([...roundTrip(bytes(MODULE)).encoded]).toEqual(MODULE);
  });
});

describe("other encodings of the same module", () => {
  test("padded integers and empty sections become canonical", () => {
    const good = bytes(MODULE, [1, 0x85, 0x80, 0x00, 0x81, 0x00, 0x60, 0, 0], [2, 1, 0], [0, 2, 1], "x");
    const module = decodeModule(good);
    expect(module.customs).toEqual([{ name: "x", bytes: new Uint8Array(), after: 1 }]);
    const encoded = encodeModule(module).bytes;
    expect([...encoded]).toEqual([...bytes(MODULE, [1, 4, 1, 0x60, 0, 0], [0, 2, 1], "x")]);
    expect(decodeModule(encoded)).toEqual(module);
  });
});

describe("the name section", () => {
  test("is read and written back", async () => {
    const module = decodeModule(await assemble(EVERYTHING));
    const section = module.customs.find(({ name }) => name === "name");
    const names = decodeNameSection(section?.bytes ?? new Uint8Array());
    expect(names.module).toBe("everything");
    expect([...names.functions.values()]).toEqual(["one", "two"]);
    expect([...names.locals].map(([func, map]) => [func, [...map]])).toEqual([[1, [[0, "x"]]]]);
    expect(names.others.map(({ id }) => id)).toEqual([4, 9]);
    expect(Buffer.from(encodeNameSection(names)).equals(section?.bytes ?? new Uint8Array())).toBe(true);
  });

  test("of a large module comes back byte for byte", () => {
    for (const { bytes: binary } of realModules()) {
      const section = decodeModule(binary).customs.find(({ name }) => name === "name");
      if (section === undefined) continue;
      expect(Buffer.from(encodeNameSection(decodeNameSection(section.bytes))).equals(section.bytes)).toBe(
        true,
      );
    }
  });

  test.each([
    ["a repeated index", [1, 7, 2, 3, 1, 0x61, 3, 1, 0x62], 6, "name section / subsection 1 / name 1", "3"],
    ["subsections out of order", [1, 1, 0, 0, 1, 0], 3, "name section", "0"],
    ["bytes left over", [0, 3, 1, 0x61, 0], 4, "name section / subsection 0", "1 byte more"],
  ] as const)("refuses %s", (_, content, offset, path, found) => {
    const error = refusal(() => decodeNameSection(bytes(content)));
    expect(error).toMatchObject({ offset, path, found });
  });
});

/** [what, bytes after the preamble, offset, path below `module`, expected, found] */
const BROKEN: readonly (readonly [string, ArrayLike<number>, number, string, string, string])[] = [
  ["an unknown section", [14, 0], 8, "", "a section identifier, 0 to 13", "0x0e"],
  [
    "a size beyond the end",
    [1, 9, 0],
    10,
    "type section",
    "9 bytes of the type section",
    "1 byte before the end",
  ],
  ["a size that is cut off", [1, 0x80], 10, "type section", "size of the section", "the end of the data"],
  [
    "sections out of order",
    [2, 1, 0, 1, 1, 0],
    11,
    "",
    "a section that comes after the import section",
    "the type section",
  ],
  [
    "a section twice",
    [2, 1, 0, 2, 1, 0],
    11,
    "",
    "a section that comes after the import section",
    "a second import section",
  ],
  [
    "the tag section too late",
    [6, 1, 0, 13, 1, 0],
    11,
    "",
    "a section that comes after the global section",
    "the tag section",
  ],
  ["bytes left in a section", [1, 2, 0, 0], 11, "type section", "the end of the section", "1 byte more"],
  [
    "a count beyond the bytes",
    [1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f],
    10,
    "type section",
    "at most 0 types in the 0 bytes left",
    "a count of 4294967295",
  ],
  [
    "an integer of too many bytes",
    [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    9,
    "type section",
    "size of the section, an integer of 32 bits",
    "an integer of more than 5 bytes",
  ],
  [
    "bits beyond the 32nd",
    [1, 0x80, 0x80, 0x80, 0x80, 0x10],
    9,
    "type section",
    "size of the section, an integer of 32 bits",
    "bits beyond the width in 0x10",
  ],
  [
    "an unknown type",
    [1, 3, 1, 0x61, 0],
    11,
    "type section / type 0",
    "a composite type: 0x60 func, 0x5f struct or 0x5e array",
    "0x61",
  ],
  [
    "an unknown value type",
    [1, 6, 1, 0x60, 2, 0x7f, 0x40, 0],
    14,
    "type section / type 0 / parameter 1",
    "a value type",
    "the code 0x40",
  ],
  [
    "a name that is not UTF-8",
    [2, 7, 1, 2, 0xc3, 0x28, 0, 0, 0],
    12,
    "import section / import 0",
    "name of the imported module in UTF-8",
    "bytes that are not UTF-8",
  ],
  [
    "a name beyond the section",
    [0, 2, 5, 0x61],
    11,
    "custom section",
    "5 bytes of name of the section",
    "1 byte before the end",
  ],
  [
    "an unknown kind of import",
    [2, 5, 1, 0, 0, 5, 0],
    13,
    "import section / import 0",
    "0x00 func, 0x01 table, 0x02 memory, 0x03 global or 0x04 tag",
    "0x05",
  ],
  [
    "unknown flags of limits",
    [5, 3, 1, 0x10, 1],
    11,
    "memory section / memory 0",
    "flags of limits within 0x0f",
    "0x10",
  ],
  [
    "mutability that is neither",
    [6, 6, 1, 0x7f, 2, 0x41, 0, 0x0b],
    12,
    "global section / global 0",
    "mutability, 0 or 1",
    "0x02",
  ],
  [
    "a constant without end",
    [6, 5, 1, 0x7f, 0, 0x41, 0],
    15,
    "global section / global 0",
    "an instruction",
    "the end of the data",
  ],
  [
    "an unknown instruction",
    [6, 5, 1, 0x7f, 0, 0xff, 0x0b],
    13,
    "global section / global 0",
    "an instruction",
    "the opcode 0xff",
  ],
  [
    "functions without bodies",
    [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
    18,
    "",
    "1 function bodies, as the function section says",
    "0",
  ],
  [
    "a body without end",
    [10, 5, 1, 3, 0, 0x01, 0x01],
    14,
    "code section / function 0",
    "the instruction end, 0x0b, as the body's last byte",
    "0x01",
  ],
  [
    "a body of locals alone",
    [10, 5, 1, 3, 1, 1, 0x7f],
    14,
    "code section / function 0",
    "the instruction end, 0x0b, as the body's last byte",
    "no instruction",
  ],
  [
    "a body beyond the section",
    [10, 5, 1, 9, 0, 0x0b, 0x0b],
    12,
    "code section / function 0",
    "9 bytes of a function body",
    "3 bytes before the end",
  ],
  [
    "too many locals",
    [
      10, 19, 1, 17, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 1, 0x7f, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
      0x0b,
    ],
    19,
    "code section / function 0 / local group 1",
    "fewer than 2^32 locals",
    "4294967296",
  ],
  [
    "a wrong data count",
    [12, 1, 2, 11, 3, 1, 1, 0],
    16,
    "",
    "2 data segments, as the data count section says",
    "1",
  ],
  [
    "an unknown data segment",
    [11, 3, 1, 3, 0],
    11,
    "data section / data segment 0",
    "flags of a data segment, 0 to 2",
    "3",
  ],
  [
    "an unknown element segment",
    [9, 4, 1, 8, 0, 0],
    11,
    "element section / element segment 0",
    "flags of an element segment, 0 to 7",
    "8",
  ],
];

describe("a broken module is refused with the place", () => {
  test.each(BROKEN)("%s", (_, content, offset, path, expected, found) => {
    const error = refusal(() => decodeModule(bytes(MODULE, content)));
    const at = path === "" ? "module" : `module / ${path}`;
    expect(error).toMatchObject({ offset, path: at, expected, found });
    expect(error.message).toBe(`${at}, byte 0x${offset.toString(16)}: expected ${expected}, found ${found}`);
  });

  test("wherever it is cut off, or accepted as the shorter module that it then is", async () => {
    const binary = await assemble(EVERYTHING);
    for (let length = 0; length < binary.length; length++) {
      try {
        decodeModule(binary.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ name: "WasmError" });
      }
    }
  });

  test("offsets count from the place that is given", () => {
    const error = refusal(() =>
      decodeModule(bytes(MODULE, 14, 0), { offset: 100, path: "component / core module 3" }),
    );
    expect(error).toMatchObject({ offset: 108, path: "component / core module 3" });
  });
});

describe("a module that cannot be encoded", () => {
  const empty = decodeModule(bytes(MODULE));
  test.each([
    ["functions and bodies differ", { code: [{ locals: [], code: bytes(0x0b), offset: 0 }] }],
    ["a wrong data count", { dataCount: 1 }],
    ["a custom section after nothing", { customs: [{ name: "x", bytes: bytes(), after: 99 }] }],
    ["a lone surrogate in a name", { customs: [{ name: "\ud800", bytes: bytes(), after: 0 }] }],
    ["declarative data", { data: [{ mode: { kind: "declarative" as const }, bytes: bytes() }] }],
  ])("%s", (_, change) => {
    expect(() => encodeModule({ ...empty, ...change })).toThrow(RangeError);
  });
});
