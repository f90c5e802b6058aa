/** Where a lean app's stack, data and heap lie: little of the memory is touched, and all of it is there. */
import { libraryFiles } from "assemblyscript/asc";
import { describe, expect, test } from "vitest";
import { COLLECTOR } from "../../../toolchain/bindgen/index.ts";
import { HEAP, withHeapInSteps, withStackBelowData } from "../../../toolchain/compile/lean/memory-layout.ts";
import { ByteReader, decodeModule } from "../../../toolchain/wasm/index.ts";
import { compileText, instantiate, mainModule } from "./guest.ts";

const PAGE = 4096;

const KIB = 1024;
/** Where the data of every app begin: the stack lies below, and has 32 KiB. */
const DATA = 33 * KIB;

const SMALL = `
const heard: u32[] = [];
export function hear(what: u32): u32 {
  heard.push(what);
  return heard.length;
}
`;

const APP = `
/** Every level keeps a text of its own, while others are made and forgotten. */
export function deep(levels: u32): u32 {
  if (levels == 0) return 0;
  const mine = "level " + levels.toString();
  for (let i = 0; i < 40; i++) "dust " + i.toString();
  const below = deep(levels - 1);
  return mine == "level " + levels.toString() ? below + 1 : 0;
}

/** Blocks of many sizes, each full of its own number; gives how many are still right. */
export function blocks(count: u32, seed: u32): u32 {
  const all: StaticArray<u8>[] = [];
  for (let i: u32 = 0; i < count; i++) {
    seed = seed * 1664525 + 1013904223;
    const size: i32 = seed >>> 24 < 8 ? 20000 + (seed >>> 20) : seed >>> 23;
    const block = new StaticArray<u8>(size);
    for (let at = 0; at < size; at++) block[at] = <u8>i;
    if ((seed & 0x300) != 0) all.push(block);
    else all.push(new StaticArray<u8>(0));
  }
  let right: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    let same = true;
    for (let at = 0; at < all[i].length; at++) if (all[i][at] != <u8>i) same = false;
    if (same) right++;
  }
  return right;
}

/** Bytes that are there before the memory grows. */
export function room(): u32 {
  const pages = memory.size();
  let bytes: u32 = 0;
  const all: StaticArray<u8>[] = [];
  while (memory.size() == pages && bytes < 20000) {
    all.push(new StaticArray<u8>(500));
    bytes += 500;
  }
  return memory.size() == pages ? bytes : 0;
}
`;

const DEEP = `
class Link { constructor(public next: Link | null) {} }
function chain(before: Link | null, levels: u32): u32 {
  const mine = new Link(before);
  return levels == 0 ? 0 : chain(mine, levels - 1) + (mine.next === before ? 1 : 0);
}
export function deep(levels: u32): u32 { return chain(null, levels); }
`;

interface Raw {
  readonly instance: WebAssembly.Instance;
  /** Where the stack begins, which grows down. */
  readonly stack: number;
}

/** The program alone, which imports nothing. */
async function raw(text: string, debug: boolean): Promise<Raw> {
  const bytes = mainModule((await compileText(text, { debug })).component);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
  (instance.exports["_initialize"] as () => void)();
  const found = decodeModule(bytes).globals.flatMap(({ type, init }) => {
    const [isConst, address] = [init[0] === 0x41, new ByteReader(init.subarray(1)).s32("an address")];
    return type.mutable && isConst && address > 32 * KIB && address <= DATA ? [address] : [];
  });
  expect(found).toHaveLength(1);
  return { instance, stack: found[0] ?? 0 };
}

function callEnding({ instance }: Raw, name: string): (argument: number) => number {
  const found = Object.entries(instance.exports).find(([key]) => key.endsWith(name));
  return found?.[1] as (argument: number) => number;
}

function bytesOf({ instance }: Raw): Uint8Array {
  return new Uint8Array((instance.exports["memory"] as WebAssembly.Memory).buffer);
}

describe.each([false, true])("the memory of an app (debug: %s)", (debug) => {
  test("one page is touched by a small one", async () => {
    const app = await raw(SMALL, debug);
    for (let i = 1; i <= 16; i++) expect(callEnding(app, "hear")(i)).toBe(i);
    const touched = new Set<number>();
    for (const [at, byte] of bytesOf(app).entries()) if (byte !== 0) touched.add(Math.floor(at / PAGE));
    expect(touched.size).toBe(1);
  });

  test("what only the stack knows is not collected", async () => {
    const { component } = await compileText(APP, { debug });
    const guest = await instantiate(component);
    for (let i = 0; i < 20; i++) expect(guest.call("deep", 400)).toBe(400);
  });

  test("a stack that is full ends the call", async () => {
    const { component } = await compileText(APP, { debug });
    const guest = await instantiate(component);
    expect(() => guest.call("deep", 100_000)).toThrow(WebAssembly.RuntimeError);
  });

  test("stacks of different programs begin at different places, and all have 32 KiB", async () => {
    const apps = [await raw(DEEP, debug), await raw(`${DEEP}export function other(): void {}`, debug)];
    expect(new Set(apps.map(({ stack }) => stack)).size).toBe(2);
    for (const app of apps) {
      expect(app.stack % 64).toBe(0);
      expect(() => callEnding(app, "deep")(100_000)).toThrow(WebAssembly.RuntimeError);
      const used = app.stack - bytesOf(app).findIndex((byte) => byte !== 0);
      expect(used).toBeGreaterThan(32 * KIB - 64);
      expect(used).toBeLessThanOrEqual(32 * KIB);
    }
  });

  test("blocks of all sizes keep what is theirs", async () => {
    const { component } = await compileText(APP, { debug });
    for (const [count, seed] of [
      [3, 1],
      [200, 2],
      [4000, 3],
    ]) {
      const guest = await instantiate(component);
      for (let i = 0; i < 3; i++) expect(guest.call("blocks", count, seed! + i)).toBe(count);
    }
  });

  test("all that is there is used before it grows", async () => {
    const { component } = await compileText(APP, { debug });
    expect((await instantiate(component)).call("room")).toBe(20_000);
  });
});

test("a library of another release is refused", () => {
  const [heap = "", collector = ""] = [libraryFiles[HEAP], libraryFiles[COLLECTOR]];
  expect(() => withHeapInSteps(heap.replaceAll("addMemory(root, memStart", "add(root, memStart"))).toThrow(
    /no single `addMemory/,
  );
  expect(() => withStackBelowData(collector.replaceAll("__heap_base", "__end"))).toThrow(TypeError);
});
