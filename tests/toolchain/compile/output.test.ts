/** The bytes of a component: the same everywhere, with names and a source map. */
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { decodeModule } from "../../../toolchain/wasm/index.ts";
import { compileLean } from "../../../toolchain/compile/index.ts";
import { compileText, Folder, instantiate, mainModule } from "./guest.ts";

const FILES = {
  "app.ts": `import { fail } from "./lib/fail";
import { now } from "atoll:device/clock";
export function risky(depth: u32): u64 {
  if (depth == 0) fail("deep");
  return risky(depth - 1) + now();
}
`,
  "lib/fail.ts": `export function fail(why: string): void {
  throw new Error(why);
}
`,
};

test("the same sources give the same bytes, wherever they lie", async () => {
  using one = await new Folder().write(FILES);
  using other = await new Folder().write(
    Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`much/deeper/${name}`, text])),
  );
  const first = await compileLean({ app: one.file("app.ts") });
  await compileText("export function other(words: string[]): string { return words.sort().join(' '); }\n");
  const again = await compileLean({ app: one.file("app.ts") });
  const second = await compileLean({ app: other.file("much/deeper/app.ts") });
  expect(Buffer.compare(first.component, again.component)).toBe(0);
  expect(Buffer.compare(first.component, second.component)).toBe(0);
  expect(Buffer.from(first.component).includes(Buffer.from(one.path))).toBe(false);
});

test.each([false, true])("a trap leads to function and TypeScript line (debug: %s)", async (debug) => {
  using folder = await new Folder().write(FILES);
  const { component } = await compileLean({ app: folder.file("app.ts"), debug });
  const guest = await instantiate(component, { "atoll:device/clock@0.1.0": { now: () => 0n } });
  const frames = framesOf(() => guest.call("risky", 3));
  const map = new TraceMap(sourceMapOf(component));
  const places = frames.map(({ offset }) => originalPositionFor(map, { line: 1, column: offset }));
  expect(places).toContainEqual(expect.objectContaining({ source: "lib/fail.ts", line: 2 }));
  expect(places).toContainEqual(expect.objectContaining({ source: "app.ts" }));
  expect(frames.map(({ name }) => name).join(" ")).toMatch(/app\/risky/);
});

test("sources of the map are relative, and carry no contents", async () => {
  using folder = await new Folder().write(FILES);
  const { component } = await compileLean({ app: folder.file("app.ts") });
  const map = JSON.parse(sourceMapOf(component)) as {
    version: number;
    sources: string[];
    sourcesContent?: unknown;
  };
  expect(map.version).toBe(3);
  expect(map.sourcesContent).toBeUndefined();
  expect(map.sources.filter((source) => !source.startsWith("~lib/")).sort()).toEqual([
    "app.ts",
    "build/bindings/app/atoll-device-clock.ts",
    "build/bindings/app/entry.ts",
    "lib/fail.ts",
  ]);
});

function sourceMapOf(component: Uint8Array): string {
  const section = decodeModule(mainModule(component)).customs.find(({ name }) => name === "atoll:source-map");
  return new TextDecoder().decode(section?.bytes);
}

/** Functions and byte offsets of the Wasm frames of what is thrown. */
function framesOf(run: () => unknown): { name: string; offset: number }[] {
  try {
    run();
  } catch (error) {
    const stack = (error as Error).stack ?? "";
    const frames = [...stack.matchAll(/at (?:(\S+) \()?wasm:\/\/[^:]+:wasm-function\[\d+\]:0x([0-9a-f]+)/g)];
    return frames.map(([, name = "", offset = ""]) => ({ name, offset: Number.parseInt(offset, 16) }));
  }
  throw new Error("it did not trap");
}
