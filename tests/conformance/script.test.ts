/** The runner's own parts: scripts, values, and what it does with an engine that is wrong. */
import { afterAll, describe, expect, test } from "vitest";
import type { FunctionType, ValueType } from "../../toolchain/abi/index.ts";
import { Assembler } from "./assembler.ts";
import { readCommands } from "./command.ts";
import { type Engine, EngineError, GuestTrap } from "./engine.ts";
import { runScript } from "./runner.ts";
import { readScript } from "./s-expression.ts";
import { sameValue, valueOf } from "./values.ts";

describe("scripts", () => {
  test("comments, strings with escapes, and lines", () => {
    const [first, second] = readScript(`;; a comment with (
      (one "a;;b\\22\\u{2603}\\n" (; (two) ;) three)
      (second
        (inner))`);
    expect(first).toMatchObject({ line: 2, items: [{ text: "one" }, { kind: "string" }, { text: "three" }] });
    const bytes = first?.items[1]?.kind === "string" ? first.items[1].bytes : [];
    expect(Buffer.from(bytes).toString()).toBe('a;;b"☃\n');
    expect(second).toMatchObject({ line: 3, items: [{}, { line: 4 }] });
  });

  test("commands", () => {
    const commands = readCommands(`(component definition $D binary "\\00asm" "\\0d\\00\\01\\00")
      (component instance $i $D) (component $C (core module)) (component quote "(core" " module)")
      (assert_trap (invoke $i "f" (u32.const 1)) "out of bounds") (assert_trap (component instance $j $D) "x")
      (wait)`);
    expect(commands.map(({ kind }) => kind)).toEqual([
      "component",
      "instance",
      "component",
      "component",
      "trap",
      "trap",
      "unknown",
    ]);
    expect(commands[0]).toMatchObject({ id: "$D", instantiate: false, source: { kind: "binary" } });
    expect(commands[2]).toMatchObject({ id: "$C", source: { text: "(component $C (core module))" } });
    expect(commands[3]).toMatchObject({ instantiate: true, source: { text: "(component (core module))" } });
    expect(commands[5]).toMatchObject({ action: { kind: "instance", definition: "$D" } });
  });
});

function read(text: string, type: ValueType): unknown {
  const [list] = readScript(text);
  if (list === undefined) throw new Error("no value");
  return valueOf(list, type);
}

describe("values", () => {
  test.each<[string, ValueType, unknown]>([
    ["(f64.const 0x1.8p1)", { kind: "f64" }, 3],
    ["(f32.const -inf)", { kind: "f32" }, -Infinity],
    ["(f64.const nan)", { kind: "f64" }, Number.NaN],
    ["(u64.const 0xffff_ffff_ffff_ffff)", { kind: "u64" }, 0xffff_ffff_ffff_ffffn],
    ["(s32.const -0x8000_0000)", { kind: "s32" }, -0x8000_0000],
    ['(flags.const "b")', { kind: "flags", labels: ["a", "b"] }, { a: false, b: true }],
    ["(option.some (u8.const 1))", { kind: "option", type: { kind: "u8" } }, { case: "some", value: 1 }],
    ["(result.err)", { kind: "result" }, { case: "error" }],
  ])("%s", (text, type, value) => {
    expect(sameValue(read(text, type), value)).toBe(true);
  });

  test("are compared by content", () => {
    expect(sameValue(Uint8Array.of(1, 2), [1, 2])).toBe(true);
    expect(sameValue({ b: 1, a: [0] }, { a: [0], b: 1 })).toBe(true);
    expect(sameValue(0, -0)).toBe(false);
    expect(sameValue([1], [1, 2])).toBe(false);
  });
});

describe("outcomes", () => {
  const assembler = new Assembler();
  afterAll(() => assembler.close());
  const type: FunctionType = { kind: "func", params: [], result: { kind: "u32" } } as never;
  const engine = (call: () => number): Engine => ({
    instantiate: () => ({ functionType: () => type, call }),
  });
  const reasons = async (script: string, by: Engine): Promise<(string | undefined)[]> =>
    (await runScript(script, assembler, by)).map(({ reason }) => reason);

  test("a wrong result, a trap, and no trap", async () => {
    const script = '(component) (assert_return (invoke "f") (u32.const 1)) (assert_trap (invoke "f") "x")';
    expect(
      await reasons(
        script,
        engine(() => 1),
      ),
    ).toEqual([undefined, undefined, "wrong: expected a trap, found none"]);
    expect(
      await reasons(
        script,
        engine(() => 2),
      ),
    ).toEqual([undefined, "wrong: expected 1, found 2", "wrong: expected a trap, found none"]);
    const traps = engine(() => {
      throw new GuestTrap("unreachable");
    });
    expect(await reasons(script, traps)).toEqual([
      undefined,
      "wrong: expected a result, found a trap: unreachable",
      undefined,
    ]);
  });

  test("a component that cannot be linked takes its invocations down, not the definitions", async () => {
    const refuses: Engine = {
      instantiate: () => {
        throw new EngineError("test.wasm, byte 0x1: a resource type: Atoll cannot link that yet");
      },
    };
    const script = '(component definition $D) (component instance $i $D) (assert_return (invoke "f"))';
    expect(await reasons(script, refuses)).toEqual([
      undefined,
      "link: a resource type",
      "link: a resource type",
    ]);
  });

  test("what should be refused and is not, and the other way round", async () => {
    const script =
      '(assert_invalid (component) "x") (component (type (list 9))) (assert_malformed (component quote "(") "x")';
    const [accepted, refused, malformed] = await reasons(
      script,
      engine(() => 0),
    );
    expect(accepted).toBe("an invalid component is accepted");
    expect(refused).toContain("a valid component is refused: ValidationError");
    expect(malformed).toBeUndefined();
  });
});
