/**
 * Guests in C, JavaScript and lean TypeScript call each other through adapters.
 *
 * Every provider is called by every relay (in `npm test` by one), in all encodings that each has, with
 * values of many kinds. C guests trap when an adapter leaves a block of their
 * heap allocated after post-return.
 */
import { describe, expect, it } from "vitest";
import type { ComponentValue } from "../../../toolchain/abi/index.ts";
import { cGuest, jsGuest, leanGuest, missing, type TrioWorld } from "../../guests/make.ts";
import { bringUp, call } from "./bring-up.ts";
import { callValues } from "./call-values.ts";
import { component, linked } from "./guests.ts";
import { FUSED } from "../../fused/mode.ts";
import { THOROUGH } from "../../thorough.ts";

/** A toolchain with an encoding of strings. */
interface Kind {
  readonly name: string;
  readonly language: "C" | "JavaScript" | "lean";
  readonly make: (world: TrioWorld) => Promise<Uint8Array>;
}

const ALL: readonly Kind[] = [
  { name: "C, UTF-8", language: "C", make: (world) => cGuest(world, "utf8") },
  { name: "C, UTF-16", language: "C", make: (world) => cGuest(world, "utf16") },
  { name: "C, latin1+utf16", language: "C", make: (world) => cGuest(world, "compact-utf16") },
  { name: "JavaScript", language: "JavaScript", make: jsGuest },
  { name: "lean", language: "lean", make: leanGuest },
];

/** All that can be made here; what cannot is said once. */
const KINDS = ALL.filter(({ language }) => language === "lean" || missing(language) === undefined);
for (const language of ["C", "JavaScript"] as const) {
  const reason = missing(language);
  if (reason !== undefined) console.warn(`skipped: guests in ${language}: ${reason}`);
}
/** In `npm test`, each calls one other, and is called by one. */
const PAIRS = KINDS.flatMap((caller, i) => {
  const callees = THOROUGH ? KINDS : [KINDS[(i + 1) % KINDS.length] ?? caller];
  return callees.map((callee) => [caller.name, callee.name, caller, callee] as const);
});

const TEXTS = [
  "",
  "plain",
  "Grüße, ça va ÿ",
  "Ελληνικά и кириллица 漢字",
  "😀 a 𝄞 b",
  "\u0000 \u007f\u0080\u07ff\u0800\uffff",
  `${"x".repeat(1000)}é${"y".repeat(1000)}Ω😀`,
];

const ITEMS: readonly Record<string, ComponentValue>[] = TEXTS.map((text, i) => ({
  name: text,
  tags: TEXTS.slice(0, i),
  counts: Array.from({ length: i * 3 }, (_, k) => (k * 9001) % 65536),
  colour: ["red", "green", "blue"][i % 3] as string,
  rights: { read: i % 2 === 0, write: i % 3 === 0, run: true },
  shape: [{ case: "nothing" }, { case: "circle", value: i / 8 }, { case: "named", value: text }][
    i % 3
  ] as ComponentValue,
  note: i % 2 === 0 ? { case: "none" } : { case: "some", value: text },
  letter: ["a", "é", "漢", "😀"][i % 4] as string,
  big: BigInt(i) * -1_000_000_007n,
  small: i - 4,
  ok: i % 2 === 1,
  pair: [i * 1000, i / 4],
}));

describe.each(PAIRS)("%s calls %s:", (_, __, caller, callee) => {
  const ask = async (): Promise<(name: string, ...args: ComponentValue[]) => unknown> => {
    const result = linked({
      relay: { bytes: await caller.make("relay"), imports: { "t:trio/echo": "echo" } },
      echo: { bytes: await callee.make("provider") },
    });
    const running = bringUp(result.plan);
    return (name, ...args) =>
      callValues(running, result.worlds, "relay", `t:trio/via@0.1.0#${name}`, ...args);
  };

  it("records, lists, variants, options, flags and text", async () => {
    const via = await ask();
    for (const item of ITEMS) {
      const counts = [...(item["counts"] as number[])].reverse();
      expect(via("change", item)).toEqual({ ...item, counts, small: (item["small"] as number) + 1 });
    }
  });

  it("text that is made anew, and errors", async () => {
    const via = await ask();
    for (const text of TEXTS) expect(via("twice", text)).toBe(`${text}-${text}`);
    expect(via("join", TEXTS)).toEqual({ case: "ok", value: TEXTS.join("") });
    expect(via("join", [])).toEqual({ case: "error", value: "nothing to join" });
  });

  it("resources", async () => {
    const result = linked({
      user: { bytes: await caller.make("counter-user"), imports: { "t:trio/counters": "counters" } },
      counters: { bytes: await callee.make("counter-provider") },
    });
    const running = bringUp(result.plan);
    for (const [first, second] of [
      ["one", "two"],
      ["é", "漢😀"],
      ["", "ÿ"],
    ]) {
      const names = [first as string, second as string];
      expect(callValues(running, result.worlds, "user", "t:trio/tally@0.1.0#run", ...names)).toEqual([
        `${first}+${second}`,
        133,
      ]);
    }
    // componentize-qjs 0.4.5 panics when it is given an own handle of its own resource.
    if (callee.language === "JavaScript") return;
    expect(callValues(running, result.worlds, "user", "t:trio/tally@0.1.0#end", "x")).toBe(42);
    expect(call(running, "counters", "t:trio/counters@0.1.0#alive")).toBe(0);
  });
});

/** Hands on what `failing` returns, and 1000 and more for a fault. */
const GUARDED = `package t:trio@0.1.0;
interface failing-guarded { use atoll:fault/types@0.1.0.{fault}; fail: func(depth: u32) -> result<u32, fault>; }
world w { import failing-guarded; export fail: func(depth: u32) -> u32; }`;
const ASKING = `(module
  (import "t:trio/failing-guarded@0.1.0" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "fail") (param i32) (result i32)
    (call $fail (local.get 0) (i32.const 8))
    (if (result i32) (i32.load8_u (i32.const 8))
      (then (i32.add (i32.const 1000) (i32.load8_u (i32.const 12)))) (else (i32.load (i32.const 12))))))`;

describe.each(KINDS.map((kind) => [kind.name, kind] as const))("%s", (_, { make }) => {
  it.skipIf(FUSED)("that fails behind a guard is a fault at its caller", async () => {
    const { plan } = linked({
      asker: { bytes: await component(GUARDED, ASKING), imports: { "t:trio/failing": "failing" } },
      failing: { bytes: await make("failing-provider") },
    });
    const running = bringUp(plan);
    const ask = (depth: number): unknown => call(running, "asker", "fail", depth);
    // It has crashed, and after that it is unavailable.
    expect([ask(3), ask(101), ask(4)]).toEqual([3, 1000, 1005]);
    expect(running.deaths).toHaveLength(1);
  });

  it("that fails says so by a trap, and is as new after a reset", async () => {
    const result = linked({ failing: { bytes: await make("failing-provider") } }, undefined, { reset: true });
    const running = bringUp(result.plan);
    const ask = (name: string, ...args: number[]): unknown =>
      callValues(running, result.worlds, "failing", `t:trio/failing@0.1.0#${name}`, ...args);
    expect([ask("fail", 3), ask("calls")]).toEqual([3, 1]);
    expect(() => ask("fail", 101)).toThrow(WebAssembly.RuntimeError);
    running.reset(0);
    expect([ask("calls"), ask("fail", 4), ask("calls")]).toEqual([0, 4, 1]);
  });
});
