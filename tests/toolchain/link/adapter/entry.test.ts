/** The entry: exit codes and messages from what a system's first function returns. */
import { describe, expect, test } from "vitest";
import {
  layoutOf,
  lowerResult,
  type ComponentValue,
  type FunctionType,
  type ValueType,
} from "../../../../toolchain/abi/index.ts";
import { emitEntry, entryProblem } from "../../../../toolchain/link/adapter/index.ts";
import { encodeModule } from "../../../../toolchain/wasm/index.ts";
import { End } from "./ends.ts";

function returning(result?: ValueType): FunctionType {
  return { async: false, params: [], ...(result && { result }) };
}

/** Exit code and message of an entry whose function returns the value. */
function enter(type: FunctionType, value?: ComponentValue): [number, string] {
  const [transfer, callee] = [new End("utf8"), new End("utf16")];
  const side = { encoding: "utf16", memory: true, realloc: true } as const;
  const { bytes } = encodeModule(
    emitEntry({ callee: side, function: { name: "run", type, postReturn: true }, calleeMayLeave: true }),
  );
  const run = (): unknown => {
    const spilled = type.result?.kind === "result" && type.result.err !== undefined;
    const into =
      spilled && type.result
        ? callee.realloc(0, 0, layoutOf(type.result).align, layoutOf(type.result).size)
        : 0;
    const [returned] = lowerResult(callee, type, value, into as number);
    return spilled ? into : returned;
  };
  const flags: number[] = [];
  const ends = {
    caller: { memory: transfer.memory, realloc: transfer.realloc },
    callee: {
      memory: callee.memory,
      "may-leave": callee.mayLeave,
    },
    function: { run },
    "post-return": { run: () => flags.push(callee.mayLeave.value) },
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), ends);
  const at = (exports["run"] as () => number)();
  expect(flags).toEqual([0]);
  const [code, message, length] = [0, 4, 8].map((offset) => transfer.view.getUint32(at + offset, true));
  return [
    code as number,
    new TextDecoder().decode(transfer.bytes.subarray(message, (message as number) + (length as number))),
  ];
}

describe("an exit code", () => {
  test("of nothing is 0", () => {
    expect(enter(returning())).toEqual([0, ""]);
  });

  test.each<[ValueType["kind"], ComponentValue, number]>([
    ["u8", 200, 200],
    ["u16", 255, 255],
    ["u16", 256, 1],
    ["s8", -1, 1],
    ["s16", 7, 7],
    ["u32", 3, 3],
    ["s32", -2, 1],
    ["u64", 4n, 4],
    ["u64", 2n ** 32n, 1],
    ["s64", -1n, 1],
  ])("of a %s of %s is %i", (kind, value, code) => {
    expect(enter(returning({ kind } as ValueType), value)).toEqual([code, ""]);
  });

  test("of a result without payloads is 0 or 1", () => {
    expect(enter(returning({ kind: "result" }), { case: "ok" })).toEqual([0, ""]);
    expect(enter(returning({ kind: "result" }), { case: "error" })).toEqual([1, ""]);
  });

  test("of a result with a message is 0, or 1 and the message in UTF-8", () => {
    const type = returning({ kind: "result", err: { kind: "string" } });
    expect(enter(type, { case: "ok" })).toEqual([0, ""]);
    expect(enter(type, { case: "error", value: "no such file: 𝄞.txt" })).toEqual([1, "no such file: 𝄞.txt"]);
    expect(enter(type, { case: "error", value: "" })).toEqual([1, ""]);
  });

  test("of a result with an integer is that integer when it is ok", () => {
    const type = returning({ kind: "result", ok: { kind: "u64" }, err: { kind: "string" } });
    expect(enter(type, { case: "ok", value: 42n })).toEqual([42, ""]);
    expect(enter(type, { case: "error", value: "bad" })).toEqual([1, "bad"]);
  });
});

test.each<[FunctionType, string | undefined]>([
  [returning(), undefined],
  [returning({ kind: "string" }), "it returns a string, not an integer, a result or nothing"],
  [{ async: false, params: [{ label: "a", type: { kind: "u8" } }] }, "it takes parameters"],
  [returning({ kind: "result", ok: { kind: "f32" } }), "its result is a f32, not an integer or nothing"],
  [returning({ kind: "result", err: { kind: "bool" } }), "its error is a bool, not a string or nothing"],
])("%# a function that cannot be an entry says why", (type, problem) => {
  expect(entryProblem(type)).toBe(problem);
  if (problem === undefined) return;
  const callee = { encoding: "utf8", memory: true, realloc: true } as const;
  expect(() =>
    emitEntry({ callee, function: { name: "run", type, postReturn: false }, calleeMayLeave: true }),
  ).toThrow(`run cannot be an entry: ${problem}`);
});
