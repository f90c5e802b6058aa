/** Adapters by example: what is normalised, what traps and under which name, and how large they get. */
import { describe, expect, test } from "vitest";
import type { CoreValue, FunctionType, ValueType } from "../../../../toolchain/abi/index.ts";
import {
  AdapterError,
  emitAdapter,
  needsAdapter,
  type AdapterSpec,
} from "../../../../toolchain/link/adapter/index.ts";
import { encodeModule } from "../../../../toolchain/wasm/index.ts";
import { compile, connect, End } from "./ends.ts";

const FULL = { encoding: "utf16", memory: true, realloc: true } as const;

function spec(functions: Record<string, FunctionType>, changes: Partial<AdapterSpec> = {}): AdapterSpec {
  return {
    caller: FULL,
    callee: FULL,
    functions: Object.entries(functions).map(([name, type]) => ({ name, type, postReturn: false })),
    resources: new Map(),
    callsBack: false,
    callerMayLeave: true,
    calleeMayLeave: true,
    marksCallee: false,
    ...changes,
  };
}

function bytesOf(adapter: AdapterSpec): Uint8Array<ArrayBuffer> {
  return encodeModule(emitAdapter(adapter)).bytes;
}

function taking(...types: ValueType[]): FunctionType {
  return { async: false, params: types.map((type, i) => ({ label: `p${i}`, type })) };
}

const primitive = (
  kind: "bool" | "u8" | "s8" | "u16" | "s16" | "u32" | "u64" | "f32" | "f64" | "char" | "string",
): ValueType => ({ kind });
const variant = (...types: (ValueType | undefined)[]): ValueType => ({
  kind: "variant",
  cases: types.map((type, i) => (type ? { label: `c${i}`, type } : { label: `c${i}` })),
});
const flags = (count: number): ValueType => ({
  kind: "flags",
  labels: Array.from({ length: count }, (_, i) => `l${i}`),
});
const list = (element: ValueType): ValueType => ({ kind: "list", element });

/** The core values that the callee receives for those that the caller passes. */
function pass(type: FunctionType, flat: CoreValue[], caller = new End("utf16")): CoreValue[] {
  const callee = new End("utf16");
  let received: CoreValue[] = [];
  const func = connect(compile(type, "utf16", "utf16"), caller, callee, (...values) => {
    received = values;
    return undefined;
  });
  func(...flat);
  return received;
}

function importsOf(adapter: AdapterSpec): string[] {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytesOf(adapter)));
  return imports.map((i) => `${i.module} ${i.name}`);
}

/** Bytes of an adapter whose one function takes the types, as one tuple. */
function sizeOf(...types: ValueType[]): number {
  const bytes = bytesOf(spec({ f: taking({ kind: "tuple", types }) }));
  expect(WebAssembly.validate(bytes)).toBe(true);
  return bytes.length;
}

function trapOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return /trap: (.*?) \(/.exec((error as Error).stack ?? "")?.[1] ?? String(error);
  }
  return "no trap";
}

describe("core values are normalised", () => {
  test.each([
    ["bool", 2, 1],
    ["bool", 0, 0],
    ["bool", -1, 1],
    ["u8", 0x1ff, 0xff],
    ["s8", 0x1ff, -1],
    ["s8", 0x80, -128],
    ["u16", -1, 0xffff],
    ["s16", 0x8000, -0x8000],
    ["u32", -1, -1],
  ] as const)("%s: %i arrives as %i", (kind, sent, received) => {
    expect(pass(taking(primitive(kind)), [sent])).toEqual([received]);
  });

  test("flags without a label are dropped", () => {
    expect(pass(taking(flags(3), flags(8), flags(32)), [-1, -1, -1])).toEqual([7, 255, -1]);
  });

  test("a payload keeps the bits of its case, and nothing beyond them", () => {
    const type = taking(variant(primitive("f32"), primitive("u64"), primitive("u8"), undefined));
    expect(pass(type, [0, 0x1234_5678_3f80_0000n])).toEqual([0, 0x3f80_0000n]);
    expect(pass(type, [1, -2n])).toEqual([1, -2n]);
    expect(pass(type, [2, -1n])).toEqual([2, 0xffn]);
    expect(pass(type, [3, -1n])).toEqual([3, 0n]);
  });

  test("a payload of another core type is reinterpreted", () => {
    const type = taking(
      variant(primitive("f64"), primitive("f32"), {
        kind: "tuple",
        types: [primitive("u32"), primitive("f32")],
      }),
    );
    expect(pass(type, [0, 0x3ff0_0000_0000_0000n, 7])).toEqual([0, 0x3ff0_0000_0000_0000n, 0]);
    expect(pass(type, [1, -1n << 32n, 7])).toEqual([1, 0n, 0]);
    expect(pass(type, [2, -1n, 7])).toEqual([2, 0xffff_ffffn, 7]);
  });

  test("so are values in memory", () => {
    const caller = new End("utf16");
    caller.bytes.set([2, 0, 255, 1], 64);
    const callee = new End("utf16");
    const type = taking(list(primitive("bool")));
    let at = 0;
    connect(compile(type, "utf16", "utf16"), caller, callee, (pointer) => {
      at = Number(pointer);
      return undefined;
    })(64, 4);
    expect([...callee.bytes.subarray(at, at + 4)]).toEqual([1, 0, 1, 1]);
  });
});

describe("a stack trace names the rule that was broken", () => {
  const many = Array.from({ length: 17 }, () => primitive("u32"));
  test.each<[string, FunctionType, CoreValue[]]>([
    ["char is not a Unicode scalar value", taking(primitive("char")), [0xd800]],
    ["char is not a Unicode scalar value", taking(primitive("char")), [0xdfff]],
    ["char is not a Unicode scalar value", taking(primitive("char")), [0x11_0000]],
    ["char is not a Unicode scalar value", taking(primitive("char")), [-1]],
    ["discriminant is out of range", taking(variant(undefined, undefined)), [2]],
    ["discriminant is out of range", taking({ kind: "enum", labels: ["a", "b"] }), [-1]],
    ["discriminant is out of range", taking({ kind: "option", type: primitive("u8") }), [2, 0]],
    ["list is too long", taking(list(primitive("u32"))), [64, 2 ** 26]],
    ["list is too long", taking(list(primitive("string"))), [64, -1]],
    ["list pointer is not aligned", taking(list(primitive("u64"))), [68, 1]],
    ["list is out of bounds", taking(list(primitive("char"))), [65532, 2]],
    ["list is out of bounds", taking(list(primitive("bool"))), [-1, 2]],
    ["parameters pointer is not aligned", taking(...many), [66]],
    ["parameters are out of bounds", taking(...many), [65472]],
    ["parameters are out of bounds", taking(...many), [-4]],
  ])("%s", (rule, type, flat) => {
    expect(trapOf(() => pass(type, flat))).toBe(rule);
  });

  test("a realloc that lies", () => {
    const type = taking(list(primitive("char")));
    const lie = (pointer: number): string => {
      const [caller, callee] = [new End("utf16"), new End("utf16")];
      caller.bytes.fill(0, 64, 128);
      callee.lie = () => pointer;
      return trapOf(() => connect(compile(type, "utf16", "utf16"), caller, callee, () => undefined)(64, 8));
    };
    expect(lie(66)).toBe("realloc returned a pointer that is not aligned");
    expect(lie(65536 - 16)).toBe("realloc returned memory out of bounds");
    expect(lie(0xffff_fff0)).toBe("realloc returned memory out of bounds");
  });

  test("results, on either side", () => {
    const type: FunctionType = { async: false, params: [], result: primitive("string") };
    const run = (returned: number, into: number): string => {
      const [caller, callee] = [new End("utf16"), new End("utf16")];
      callee.bytes.fill(0, 64, 128);
      return trapOf(() => connect(compile(type, "utf16", "utf16"), caller, callee, () => returned)(into));
    };
    expect(run(64, 64)).toBe("no trap");
    expect(run(66, 64)).toBe("result pointer is not aligned");
    expect(run(65532, 64)).toBe("result is out of bounds");
    expect(run(64, 66)).toBe("result pointer is not aligned");
    expect(run(64, -8)).toBe("result is out of bounds");
  });

  test("a caller that may not leave", () => {
    const caller = new End("utf16");
    caller.mayLeave.value = 0;
    expect(trapOf(() => pass(taking(primitive("u32")), [1], caller))).toBe(
      "the caller may not leave its instance",
    );
  });
});

describe("imports are those that are used", () => {
  const echo: FunctionType = {
    async: false,
    params: [{ label: "s", type: primitive("string") }],
    result: primitive("string"),
  };

  test("numbers need the functions and the caller's flag", () => {
    expect(importsOf(spec({ f: taking(primitive("u8")), g: taking() }))).toEqual([
      "caller may-leave",
      "function f",
      "function g",
    ]);
  });

  test("strings need both ends", () => {
    expect(importsOf(spec({ echo })).sort()).toEqual([
      "callee may-leave",
      "callee memory",
      "callee realloc",
      "caller may-leave",
      "caller memory",
      "caller realloc",
      "function echo",
    ]);
  });

  test("without flags there are none", () => {
    const adapter = spec({ echo }, { callerMayLeave: false, calleeMayLeave: false });
    expect(importsOf(adapter).filter((name) => name.endsWith("may-leave"))).toEqual([]);
  });

  test("a function may be named as an option is", () => {
    expect(importsOf(spec({ memory: echo })).filter((name) => name.endsWith("memory"))).toEqual([
      "caller memory",
      "callee memory",
      "function memory",
    ]);
  });

  test("a post-return function comes by its name, and needs the callee's flag", () => {
    const functions = [{ name: "f", type: taking(), postReturn: true }];
    expect(importsOf(spec({}, { functions }))).toEqual([
      "caller may-leave",
      "callee may-leave",
      "function f",
      "post-return f",
    ]);
  });
});

describe("what cannot be emitted is said", () => {
  test("an option that is missing", () => {
    const callee = { ...FULL, realloc: false };
    expect(() => emitAdapter(spec({ f: taking(primitive("string")) }, { callee }))).toThrow(
      new AdapterError("the callee names no realloc, but passes values that need one"),
    );
    const caller = { ...FULL, memory: false };
    expect(() => emitAdapter(spec({ f: taking(primitive("string")) }, { caller }))).toThrow(
      "the caller names no memory",
    );
  });

  test("a resource", () => {
    const resource = { name: { name: "file" } };
    expect(() => emitAdapter(spec({ f: taking({ kind: "own", resource }) }))).toThrow(
      "own<file>: its resource is not one of the adapter's",
    );
  });
});

describe("code grows with the number of distinct types", () => {
  const nest = (depth: number, wrap: (inner: ValueType) => ValueType): ValueType =>
    depth === 0 ? primitive("string") : wrap(nest(depth - 1, wrap));

  test("a hundred types inside each other", () => {
    const deep = nest(100, (inner) => ({
      kind: "option",
      type: list({ kind: "tuple", types: [inner, primitive("bool")] }),
    }));
    expect(sizeOf(deep)).toBeLessThan(60_000);
  });

  test("a record of a hundred records that nest", () => {
    const fields = Array.from({ length: 100 }, (_, i) =>
      nest(1 + (i % 10), (inner) => ({ kind: "option", type: inner })),
    );
    expect(sizeOf(...fields)).toBeLessThan(20_000);
  });

  test("types that double with each level", () => {
    let type = primitive("string");
    for (let level = 0; level < 16; level++) type = { kind: "tuple", types: [type, type] };
    expect(sizeOf(type)).toBeLessThan(5_000);
  });

  test("cases that multiply in core values", () => {
    let type = primitive("u8");
    for (let level = 0; level < 14; level++)
      type = variant(type, { kind: "tuple", types: [type] }, list(type));
    expect(bytesOf(spec({ f: taking(type) })).length).toBeLessThan(30_000);
    const flat = [0, 1, ...Array<number>(13).fill(0), 0];
    expect(pass(taking(type), flat)).toEqual(flat);
  });

  test("a variant of three hundred different payloads", () => {
    const payloads = Array.from({ length: 300 }, (_, i): ValueType => ({
      kind: "list",
      element: primitive("u8"),
      length: 17 + i,
    }));
    expect(sizeOf(variant(...payloads))).toBeLessThan(20_000);
  });

  test("functions of one adapter share what copies their types", () => {
    const type = taking(list({ kind: "record", fields: [{ label: "a", type: primitive("string") }] }));
    const one = bytesOf(spec({ f: type })).length;
    const three = bytesOf(spec({ f: type, g: type, h: type })).length;
    expect(three - one).toBeLessThan(200);
  });

  test("the same specification gives the same bytes", () => {
    const adapter = spec({ f: taking(list(primitive("string")), variant(primitive("char"))) });
    expect(bytesOf(adapter)).toEqual(bytesOf(adapter));
  });
});

describe("calls that need no adapter", () => {
  const call = { postReturn: false, checkMayLeave: false };
  const add: FunctionType = { ...taking(primitive("u32"), primitive("f64")), result: primitive("u64") };

  test("numbers of 32 and 64 bits", () => {
    expect(needsAdapter(add, call)).toEqual({
      needed: false,
      reason: "only numbers of 32 and 64 bits cross",
    });
    expect(needsAdapter(taking(), call).needed).toBe(false);
  });

  test.each([
    [taking(primitive("bool")), call, 'parameter "p0" is a bool'],
    [{ ...taking(), result: primitive("u8") }, call, "the result is a u8"],
    [
      taking(...Array.from({ length: 17 }, () => primitive("u32"))),
      call,
      "the parameters are passed in memory",
    ],
    [add, { ...call, postReturn: true }, "the callee has a post-return function"],
    [add, { ...call, checkMayLeave: true }, "the caller might call while it may not leave"],
  ] as const)("%# others say why", (type, options, reason) => {
    expect(needsAdapter(type, options)).toEqual({ needed: true, reason });
  });
});
