/** A million calls that pass strings, lists of strings and nested records, both ways. */
import { expect, test } from "vitest";
import { layoutOf, lowerParams, type ValueType } from "../../../toolchain/abi/index.ts";
import { API, echoWorld, TYPES } from "./echo-world.ts";
import { bindingsFor, compileGuest, startGuest, type Guest } from "./guest.ts";
import { MemoryCopier } from "./memory-copier.ts";

const CALLS = 1_000_000;
const string: ValueType = { kind: "string" };
const point: ValueType = {
  kind: "record",
  fields: [
    { label: "x", type: { kind: "s32" } },
    { label: "title", type: string },
  ],
};
/** More than 16 core values, so that it travels in memory as argument, too. */
const nested: ValueType = {
  kind: "record",
  fields: [
    { label: "id", type: { kind: "u64" } },
    { label: "tags", type: { kind: "list", element: string } },
    { label: "at", type: { kind: "option", type: point } },
    { label: "grid", type: { kind: "list", element: { kind: "list", element: point } } },
    { label: "weights", type: { kind: "list", element: { kind: "f64" } } },
    ...["a", "b", "c", "d", "e", "f", "g"].map((label) => ({ label, type: { kind: "u8" } as const })),
  ],
};
const SAMPLES: readonly { readonly type: ValueType; readonly values: readonly unknown[] }[] = [
  { type: string, values: ["", "a", "grüße 😀", "x".repeat(64)] },
  {
    type: { kind: "list", element: string },
    values: [[], ["one", "", "three"], Array.from({ length: 20 }, (_, i) => `word ${i}`)],
  },
  { type: nested, values: [record(0), record(3)] },
];

function record(size: number): unknown {
  const points = Array.from({ length: size }, (_, i) => ({ x: i, title: `point ${i}` }));
  const letters = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 };
  const at = size === 0 ? { case: "none" } : { case: "some", value: points[0] };
  return {
    id: 2n ** 60n,
    tags: points.map((p) => p.title),
    at,
    grid: [points, [], points],
    weights: [0.5, size],
    ...letters,
  };
}

test("memory stays flat and content whole", { timeout: 120_000 }, async () => {
  const echo = echoWorld(SAMPLES.map(({ type }) => type));
  const module = await compileGuest(bindingsFor(echo.world), echo.app);
  const asked: ((...args: number[]) => void)[] = [];
  const served = SAMPLES.map((_, i) => [`ask${i}`, (...args: number[]) => asked[i]?.(...args)] as const);
  const guest = startGuest(module, echo.world, {}, undefined, { [TYPES]: Object.fromEntries(served) });
  const relays = SAMPLES.map((sample, i) => relayOf(guest, sample, i, asked));
  let warm = 0;
  for (let i = 0; i < CALLS; i++) {
    const relay = relays[i % relays.length];
    if (relay?.(Math.floor(i / relays.length)) !== true) expect.fail(`call ${i} returned something else`);
    if (i === CALLS / 10) warm = guest.memory.buffer.byteLength;
  }
  expect(guest.memory.buffer.byteLength).toBe(warm);
});

/** Calls `relay<i>` with the n-th sample, and says whether that came back. */
function relayOf(
  guest: Guest,
  { type, values }: (typeof SAMPLES)[number],
  i: number,
  asked: ((...args: number[]) => void)[],
): (n: number) => boolean {
  const realloc = guest.exports["cabi_realloc"] as (...args: number[]) => number;
  const relay = guest.exports[`${API}#relay${i}`] as (...args: number[]) => number;
  const copier = new MemoryCopier(guest.memory, realloc);
  const copy = copier.copier(type);
  const same = copier.comparer(type);
  const samples = values.map((value) => sampleInMemory(guest, copier, type, value));
  const sampleOf = (n: number): number => samples[n % samples.length] ?? 0;
  if (type.kind === "record") {
    const { size, align } = layoutOf(type);
    asked[i] = copy;
    return (n) => {
      const params = realloc(0, 0, align, size);
      copy(sampleOf(n), params);
      return same(relay(params), sampleOf(n));
    };
  }
  // A string or list lies in memory as it travels flat: address, length.
  const flat = realloc(0, 0, 4, 8);
  asked[i] = (data = 0, length = 0, into = 0) => {
    copier.view.setUint32(flat, data, true);
    copier.view.setUint32(flat + 4, length, true);
    copy(flat, into);
  };
  return (n) => {
    copy(sampleOf(n), flat);
    const result = relay(copier.view.getUint32(flat, true), copier.view.getUint32(flat + 4, true));
    return same(result, sampleOf(n));
  };
}

/** A value that stays in the guest's memory: nobody lifts its blocks. */
function sampleInMemory(guest: Guest, copier: MemoryCopier, type: ValueType, value: unknown): number {
  const params = [{ label: "v", type }];
  const words = lowerParams(guest.options, { async: false, params }, [value]).map(Number);
  if (words.length === 1) return words[0] ?? 0;
  const at = Number(guest.options.realloc?.(0, 0, 4, 8));
  for (const [i, word] of words.entries()) copier.view.setUint32(at + 4 * i, word, true);
  return at;
}
