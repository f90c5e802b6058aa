/** Components: round trips, the specification's own scripts, and refusals with their place. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import { describe, expect, test } from "vitest";
import {
  type Component,
  decodeComponent,
  decodeModule,
  encodeComponent,
  encodeModule,
  kindOfBinary,
  WasmError,
} from "../../../toolchain/wasm/index.ts";
import { BUILTINS, LINKED, TYPES } from "./texts.ts";
import { assemble, bytes, COMPONENT, CONFORMANCE, MODULE, refusal } from "./samples.ts";
import { definitionsOf } from "./wast.ts";

/** Without the byte offsets, which another encoding of the same component changes. */
function withoutOffsets(component: Component): unknown {
  return component.definitions.map((definition) =>
    definition.kind === "component"
      ? { kind: "component", component: withoutOffsets(definition.component) }
      : { ...definition, offset: 0 },
  );
}

/** Decodes the core modules inside, too. */
function decodeDeep(binary: Uint8Array): void {
  for (const definition of decodeComponent(binary).definitions) {
    if (definition.kind === "core module") decodeModule(definition.bytes);
  }
}

/** A component with `levels` components, one in the other, in all. */
function nest(levels: number): Uint8Array {
  let component: Component = { definitions: [] };
  for (let i = 1; i < levels; i++) component = { definitions: [{ kind: "component", offset: 0, component }] };
  return encodeComponent(component);
}

/** A component with types of instances, one in the other. */
function nestTypes(levels: number): Uint8Array {
  const content = bytes(1, ...Array.from({ length: levels }, () => [0x42, 1, 1]), 0x7f);
  return bytes(COMPONENT, 7, content.length | 0x80, content.length >> 7, content);
}

describe("a component comes back byte for byte", () => {
  test.each([
    ["every type", TYPES],
    ["instances, aliases, canonical definitions, nesting", LINKED],
    ["every built-in", BUILTINS],
    ["nothing", "(component)"],
  ])("%s", async (_, text) => {
    const binary = await assemble(text);
    const component = decodeComponent(binary);
    const encoded = encodeComponent(component);
    expect(Buffer.from(encoded).equals(binary)).toBe(true);
    expect(decodeComponent(encoded)).toEqual(component);
  });

  test("and says what it is made of", async () => {
    const { definitions } = decodeComponent(await assemble(LINKED));
    const kinds = new Set(definitions.map(({ kind }) => kind));
    for (const kind of [
      "core module",
      "core instance",
      "component",
      "instance",
      "alias",
      "type",
      "canon",
    ] as const) {
      expect(kinds).toContain(kind);
    }
    const lift = definitions.find((d) => d.kind === "canon" && d.canon.kind === "lift");
    expect(lift).toMatchObject({
      canon: {
        options: [
          { kind: "string-encoding", encoding: "latin1+utf16" },
          { kind: "memory", memory: 1 },
          { kind: "realloc" },
          { kind: "post-return" },
        ],
      },
    });
    const names = definitions.flatMap((d) => (d.kind === "import" ? [d.import.name.name] : []));
    expect(names).toEqual(["log", "ns:pkg/iface@1.2.3", "m", "c"]);
  });

  test("with offsets that lead to the definitions in the file", async () => {
    const binary = await assemble(LINKED);
    const modules = decodeComponent(binary).definitions.filter((d) => d.kind === "core module");
    expect(modules).toHaveLength(2);
    for (const { offset, bytes: module } of modules) {
      expect([...binary.subarray(offset, offset + 8)]).toEqual(MODULE);
      expect(
        decodeModule(module, { offset, path: "component / core module" }).exports.length,
      ).toBeGreaterThan(0);
    }
  });
});

describe("what wit-component makes", () => {
  const witSource = `package a:b@0.1.0;
    interface types { record point { x: f64, y: f64 } resource r { constructor(); get: func() -> option<point>; } }
    world w { use types.{point}; import log: func(s: string); export run: func(p: list<point>) -> result<string>; }`;

  test("the section that embeds a world in a module is a component", async () => {
    const module = decodeModule(await componentEmbed({ dummy: true, witSource }));
    const world = module.customs.find(({ name }) => name.startsWith("component-type"));
    const component = decodeComponent(world?.bytes ?? bytes());
    expect(component.definitions.map(({ kind }) => kind)).toEqual(["custom", "type", "export", "custom"]);
    expect(Buffer.from(encodeComponent(component)).equals(world?.bytes ?? bytes())).toBe(true);
  });

  test("and so is what it makes of the module", async () => {
    const binary = await componentNew(await componentEmbed({ dummy: true, witSource }));
    const component = decodeComponent(binary);
    expect(withoutOffsets(decodeComponent(encodeComponent(component)))).toEqual(withoutOffsets(component));
    expect(Buffer.from(encodeComponent(component)).equals(binary)).toBe(true);
  });
});

describe("what the assembler cannot write", () => {
  test.each([
    ["a value", [12, 5, 1, 0x73, 2, 1, 0x61], { kind: "value", type: "string", bytes: bytes(1, "a") }],
    ["a start", [9, 4, 7, 1, 3, 2], { kind: "start", start: { func: 7, args: [3], results: 2 } }],
    [
      "the import of a value",
      [10, 7, 1, 0, 1, 0x76, 2, 1, 0x79],
      {
        kind: "import",
        import: {
          name: { name: "v", form: 0, attributes: [] },
          type: { kind: "value", bound: { kind: "type", type: "u32" } },
        },
      },
    ],
    [
      "a name with attributes",
      bytes(10, 22, 1, 2, 1, "i", 3, 0, 5, "a:b/c", 1, 2, ".1", 2, 2, "id", 5, 0),
      {
        kind: "import",
        import: {
          name: {
            name: "i",
            form: 2,
            attributes: [
              { kind: "implements", interface: "a:b/c" },
              { kind: "versionsuffix", suffix: ".1" },
              { kind: "external-id", id: "id" },
            ],
          },
          type: { kind: "instance", type: 0 },
        },
      },
    ],
    [
      "threads, shared or not",
      [8, 10, 3, 0x40, 0, 5, 0x41, 1, 6, 7, 0x42, 1],
      { kind: "canon", canon: { name: "thread.spawn-ref", immediates: { shared: false, coreType: 5 } } },
    ],
    [
      "cancellable waiting",
      [8, 4, 1, 0x20, 1, 0],
      { kind: "canon", canon: { name: "waitable-set.wait", immediates: { cancellable: true, memory: 0 } } },
    ],
    [
      "a group of one open type",
      [3, 7, 1, 0x4e, 1, 0x50, 0, 0x5f, 0],
      { kind: "core type", type: { kind: "rec", types: [{ final: false }] } },
    ],
  ] as const)("%s", (_, section, expected) => {
    const binary = bytes(COMPONENT, section);
    const component = decodeComponent(binary);
    expect(component.definitions[0]).toMatchObject(expected);
    expect([...encodeComponent(component)]).toEqual([...binary]);
  });
});

const scripts = existsSync(CONFORMANCE)
  ? readdirSync(CONFORMANCE, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".wast"))
  : [];
if (scripts.length === 0) console.log(`skipped: the specification's scripts are not at ${CONFORMANCE}`);

describe.skipIf(scripts.length === 0)("the specification's scripts", () => {
  test.each(scripts)("%s", async (script) => {
    for (const { text, assertion } of definitionsOf(readFileSync(join(CONFORMANCE, script), "utf8"))) {
      const binary = await assemble(text).catch((error: unknown) => error);
      // The assembler leaves out what was taken back from the specification after its release.
      if (!(binary instanceof Uint8Array)) continue;
      if (assertion === "assert_malformed") {
        expect(() => decodeDeep(binary), text).toThrow(WasmError);
      } else if (kindOfBinary(binary) === "module") {
        expect(Buffer.from(encodeModule(decodeModule(binary)).bytes).equals(binary), text).toBe(true);
      } else {
        const component = decodeComponent(binary);
        const encoded = encodeComponent(component);
        expect(withoutOffsets(decodeComponent(encoded)), text).toEqual(withoutOffsets(component));
        if (!text.includes("binary")) expect(Buffer.from(encoded).equals(binary), text).toBe(true);
      }
    }
  });
});

/** [what, bytes after the preamble, offset, path below `component`, expected, found] */
const BROKEN: readonly (readonly [string, ArrayLike<number>, number, string, string, string])[] = [
  ["an unknown section", [13, 0], 8, "", "a section identifier, 0 to 12", "0x0d"],
  [
    "a section beyond the end",
    [7, 3, 0],
    10,
    "type section",
    "3 bytes of the section",
    "1 byte before the end",
  ],
  [
    "more definitions than bytes",
    [7, 2, 0x20, 0x7f],
    10,
    "type section",
    "at most 1 definitions in the 1 byte left",
    "a count of 32",
  ],
  ["bytes left over", [7, 3, 1, 0x7f, 0], 12, "type section", "the end of the section", "1 byte more"],
  ["an unknown type", [7, 3, 2, 0x7f, 0x3e], 12, "type section / type 1", "a type", "the code 0x3e"],
  [
    "an unknown value type",
    [7, 3, 1, 0x70, 0x72],
    12,
    "type section / type 0",
    "a primitive value type or a type index",
    "the code 0x72",
  ],
  [
    "a case that does not end",
    [7, 6, 1, 0x71, 1, 0, 0, 1],
    15,
    "type section / type 0 / case 0",
    "0x00 at the end of a case",
    "0x01",
  ],
  [
    "a label that is not UTF-8",
    [7, 5, 1, 0x6d, 1, 1, 0xff],
    14,
    "type section / type 0 / label 0",
    "label in UTF-8",
    "bytes that are not UTF-8",
  ],
  ["an unknown sort", [6, 5, 1, 6, 0, 0, 0], 11, "alias section / alias 0", "a sort", "the code 0x06"],
  [
    "an unknown core sort",
    [6, 6, 1, 0, 5, 1, 0, 0],
    12,
    "alias section / alias 0",
    "a core sort",
    "the code 0x05",
  ],
  [
    "a function of a core instance",
    [6, 5, 1, 1, 1, 0, 0],
    11,
    "alias section / alias 0",
    "a core sort for an export of a core instance",
    "func",
  ],
  [
    "an outer alias of a function",
    [6, 5, 1, 1, 2, 0, 0],
    11,
    "alias section / alias 0",
    "an outer alias of core module, core type, component, type",
    "func",
  ],
  [
    "an argument that is no instance",
    [2, 7, 1, 0, 0, 1, 0, 0x11, 0],
    15,
    "core instance section / core instance 0 / argument 0",
    "the sort 0x12, core instance",
    "0x11",
  ],
  [
    "an unknown canonical definition",
    [8, 2, 1, 0x2e],
    11,
    "canon section / canon 0",
    "a canonical definition",
    "the code 0x2e",
  ],
  [
    "an unknown option",
    [8, 7, 1, 1, 0, 0, 1, 8, 0],
    15,
    "canon section / canon 0 / option 0",
    "an option, 0x00 to 0x07",
    "0x08",
  ],
  [
    "a flag that is neither",
    [8, 3, 1, 0x06, 2],
    12,
    "canon section / canon 0",
    "async, 0x00 or 0x01",
    "0x02",
  ],
  [
    "an unknown form of a name",
    [10, 6, 1, 3, 1, 0x61, 5, 0],
    11,
    "import section / import 0",
    "the form of a name, 0x00 to 0x02",
    "0x03",
  ],
  [
    "an unknown extern type",
    [10, 6, 1, 0, 1, 0x61, 6, 0],
    14,
    "import section / import 0",
    "an extern type, 0x00 to 0x05",
    "0x06",
  ],
  [
    "a broken second import",
    [10, 11, 2, 0, 1, 0x61, 5, 0, 0, 9, 0x62, 5, 0],
    18,
    "import section / import 1",
    "9 bytes of name",
    "3 bytes before the end",
  ],
  [
    "a core module that is a component",
    [1, 8, ...COMPONENT],
    10,
    "core module 0",
    "a core module",
    "a component",
  ],
  [
    "a core module that is nothing",
    [1, 0],
    10,
    "core module 0",
    "a WebAssembly binary, which begins with 00 61 73 6d",
    "an empty file",
  ],
  [
    "a broken component inside",
    [4, 12, ...COMPONENT, 7, 2, 1, 0x3e],
    21,
    "component 0 / type section / type 0",
    "a type",
    "the code 0x3e",
  ],
];

describe("a broken component is refused with the place", () => {
  test.each(BROKEN)("%s", (_, content, offset, path, expected, found) => {
    const error = refusal(() => decodeComponent(bytes(COMPONENT, content)));
    const at = path === "" ? "component" : `component / ${path}`;
    expect(error).toMatchObject({ offset, path: at, expected, found });
  });

  test("definitions are numbered across sections", () => {
    const error = refusal(() => decodeComponent(bytes(COMPONENT, [7, 2, 1, 0x7f], [7, 2, 1, 0x3e])));
    expect(error.path).toBe("component / type section / type 1");
  });

  test("wherever it is cut off", async () => {
    const binary = await assemble(LINKED);
    for (let length = 0; length < binary.length; length++) {
      try {
        decodeComponent(binary.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(WasmError);
      }
    }
  });
});

describe("nesting", () => {
  test("100 levels are read", () => {
    expect(encodeComponent(decodeComponent(nest(100)))).toEqual(nest(100));
    expect(decodeComponent(nestTypes(99)).definitions).toHaveLength(1);
  });

  test("101 are refused", () => {
    const expected = "at most 100 levels of nesting";
    expect(refusal(() => decodeComponent(nest(101)))).toMatchObject({
      expected,
      found: "a component inside them",
    });
    expect(refusal(() => decodeComponent(nestTypes(100)))).toMatchObject({
      expected,
      found: "the type of an instance inside them",
    });
    expect(refusal(() => decodeComponent(nest(500)))).toMatchObject({ expected });
  });
});
