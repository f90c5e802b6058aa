/**
 * Core modules of other toolchains become components: hand-written ones
 * everywhere, C with wasi-libc where it is installed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentEmbed, parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { afterAll, describe, expect, it } from "vitest";
import { type World, worldOfComponent } from "../../../toolchain/abi/index.ts";
import { buildModule, compileLean, ensureModule } from "../../../toolchain/compile/index.ts";
import { decodeComponent, validateComponent } from "../../../toolchain/wasm/index.ts";
import { missing, wasiGuest } from "../../guests/make.ts";
import { bringUp } from "../link/bring-up.ts";
import { callValues } from "../link/call-values.ts";
import { linked } from "../link/guests.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-preview1-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NO_C = missing("C with wasi-libc");
if (NO_C !== undefined) console.warn(`skipped: C programs that use WASI: ${NO_C}`);

const WRITE = `(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))`;
const MEMORY = `(memory (export "memory") 1)`;
const START = `${MEMORY} (func (export "_start"))`;
const REALLOC = `(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)`;
const LIBRARY = `(module ${MEMORY} ${REALLOC}
  (func (export "t:sum/sums@0.1.0#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`;
const WIT = `package t:sum@0.1.0;
interface sums { add: func(a: u32, b: u32) -> u32; }
world library { export sums; }
world other { export sums; import taken: func(); }`;

/** Two that differ. */
function ending(code: number): string {
  return `(module ${MEMORY} (func (export "_start") (drop (i32.const ${code}))))`;
}

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function module(name: string, wat: string): Promise<string> {
  return write(`${name}.wasm`, await parse(wat));
}

function worldOf(file: string): World {
  const component = decodeComponent(readFileSync(file));
  validateComponent(component);
  return worldOfComponent(component);
}

function names(items: World["imports"]): string[] {
  return items.map(({ name }) => name);
}

it("carries the adapters that its note names", () => {
  const adapters = new URL("../../../toolchain/compile/preview1/adapters/", import.meta.url);
  const note = readFileSync(new URL("README.md", adapters), "utf8");
  const files = readdirSync(adapters).filter((name) => name.endsWith(".wasm"));
  expect(files).toHaveLength(2);
  for (const file of files) {
    const bytes = readFileSync(new URL(file, adapters));
    const sum = createHash("sha256").update(bytes).digest("hex");
    expect(note).toContain(`| \`${file}\` | ${bytes.length.toLocaleString("en")} | \`${sum}\` |`);
  }
});

describe("a core module", () => {
  it("with a main is a command of WASI 0.2, and imports no more than it reaches", async () => {
    const file = await module("main", `(module ${WRITE} ${MEMORY} (func (export "_start")))`);
    const { output, bytes, exported } = await buildModule(file);
    expect(output).toBe(join(folder, "build/main.wasm"));
    expect(statSync(output).size).toBe(bytes);
    expect(exported).toContain("export wasi:cli/run@0.2.12;");
    const world = worldOf(output);
    expect(names(world.exports)).toEqual(["wasi:cli/run@0.2.12"]);
    expect(names(world.imports)).toContain("wasi:cli/stdout@0.2.12");
    expect(names(world.imports).filter((name) => !name.startsWith("wasi:"))).toEqual([]);
    expect(names(world.imports)).not.toContain("wasi:random/random@0.2.12");
  });

  it("that is a library has the world that it is given, and runs", async () => {
    const file = await module("library", LIBRARY);
    const { output } = await buildModule(file, { wit: write("sum.wit", WIT), world: "library" });
    expect(names(worldOf(output).exports)).toEqual(["t:sum/sums@0.1.0"]);
    const { plan, worlds } = linked({ sum: { bytes: readFileSync(output) } });
    expect(callValues(bringUp(plan), worlds, "sum", "t:sum/sums@0.1.0#add", 2, 40)).toBe(42);
  });

  it("that brings its world keeps it, and reaches WASI besides", async () => {
    const binary = await parse(LIBRARY.replace("(module", `(module ${WRITE}`));
    const embedded = await componentEmbed({ binary, witSource: WIT, world: "library" });
    const { output } = await buildModule(write("reactor.wasm", embedded));
    const world = worldOf(output);
    expect(names(world.exports)).toEqual(["t:sum/sums@0.1.0"]);
    expect(names(world.imports)).toContain("wasi:cli/stdout@0.2.12");
  });

  it("that is a library has its world from the WIT of its name beside it, one of its name first", async () => {
    const file = await module("beside", LIBRARY);
    write("beside.wit", WIT.replace("world library", "world beside"));
    const component = await ensureModule(file);
    expect(names(worldOfComponent(decodeComponent(component)).exports)).toEqual(["t:sum/sums@0.1.0"]);
    write("beside.wit", WIT.replace("world library", "world beside").replaceAll("sums", "sums-again"));
    await expect(ensureModule(file)).rejects.toThrow("the component tools refuse it");
    const program = await module("has-main", `(module ${MEMORY} (func (export "_start")))`);
    write("has-main.wit", WIT);
    expect(names(worldOf((await buildModule(program)).output).exports)).toEqual(["wasi:cli/run@0.2.12"]);
  });

  it("that exits says its whole code, also where its own world has wasi:cli/exit", async () => {
    const wat = `(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
      (import "wasi:cli/exit@0.2.3" "exit" (func (param i32))) ${START})`;
    const witSource = `package t:mine; world mine { import wasi:cli/exit@0.2.3; }
      package wasi:cli@0.2.3 { interface exit { exit: func(status: result); } }`;
    const binary = await componentEmbed({ binary: await parse(wat), witSource, world: "mine" });
    const { output } = await buildModule(write("exits.wasm", binary));
    const exit = worldOf(output).imports.find(({ name }) => name === "wasi:cli/exit@0.2.12");
    const functions = exit?.kind === "interface" ? exit.interface.functions.map(({ name }) => name) : [];
    expect(functions.toSorted()).toEqual(["exit", "exit-with-code"]);
  });

  it("is made once, and again when it changes", async () => {
    const file = await module("twice", ending(1));
    const first = await ensureModule(file);
    const { mtimeMs } = statSync(join(folder, "build/twice.wasm"));
    expect(await ensureModule(file)).toEqual(first);
    expect(statSync(join(folder, "build/twice.wasm")).mtimeMs).toBe(mtimeMs);
    await module("twice", ending(2));
    expect(await ensureModule(file)).not.toEqual(first);
  });

  it("is made where nothing can be written beside it", async () => {
    const file = await module("sealed/main", `(module ${MEMORY} (func (export "_start")))`);
    write("sealed/build", "a file where the folder should be");
    expect(decodeComponent(await ensureModule(file)).definitions.length).toBeGreaterThan(0);
    await expect(buildModule(file)).rejects.toThrow(/it cannot be written/);
  });
});

const FOREIGN = ["a", "b", "c", "d", "e", "f", "g"].map((name) => `(import "env" "${name}" (func))`).join("");
const REFUSED: readonly [what: string, wat: string, message: RegExp, hint: RegExp][] = [
  ["nothing in it", "(module)", /found a core module: it has no `_start`/, /wasm32-wasip1/],
  [
    "no world for its exports",
    `(module ${WRITE} ${MEMORY} (func (export "f")))`,
    /found a library for WASI preview 1, without a world/,
    /atoll build --wit world\.wit/,
  ],
  [
    "symbols that nothing defines",
    `(module ${WRITE} ${FOREIGN} ${START})`,
    /expected imports from wasi_snapshot_preview1, found env\.a, env\.b, .*env\.f and 1 more/,
    /--allow-undefined/,
  ],
  [
    "imports of another component",
    `(module (import "a:b/c" "f" (func)) ${START})`,
    /found a:b\/c\.f/,
    /say so in WIT/,
  ],
  [
    "Go for JavaScript",
    `(module (import "gojs" "runtime.wasmExit" (func (param i32))) ${START})`,
    /found gojs\.runtime\.wasmExit/,
    /GOOS=wasip1/,
  ],
  [
    "Rust for JavaScript",
    `(module (import "./x_bg.js" "__wbindgen_throw" (func (param i32 i32))) ${START})`,
    /found \.\/x_bg\.js/,
    /without wasm-bindgen/,
  ],
  [
    "shared memory",
    `(module (memory (export "memory") 1 2 shared) (func (export "_start")))`,
    /expected a memory of its own, found a shared one/,
    /-pthread/,
  ],
  [
    "threads",
    `(module (import "wasi" "thread-spawn" (func (param i32) (result i32))) ${START})`,
    /built for threads/,
    /-pthread/,
  ],
  ["no memory", `(module ${WRITE} (func (export "_start")))`, /expected an exported memory/, /wasm-ld/],
  [
    "a function that preview 1 has not",
    `(module (import "wasi_snapshot_preview1" "fd_writ" (func)) ${START})`,
    /refuse it: adapter module did not export `fd_writ`\.$/m,
    /wasm32-wasip1/,
  ],
  [
    "a function of another type",
    `(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i64))) ${START})`,
    /type mismatch for function `proc_exit`: expected/,
    /wasm32-wasip1/,
  ],
];

describe("a core module is refused for", () => {
  it.each(REFUSED)("%s", async (name, wat, message, hint) => {
    const file = await module(name.replaceAll(" ", "-"), wat);
    const error: Error = await buildModule(file).then(
      () => expect.fail("it was built"),
      (reason: unknown) => reason as Error,
    );
    expect(error.name).toBe("CompileError");
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(hint);
    expect(error.message).toContain(`${name.replaceAll(" ", "-")}.wasm: `);
  });

  it("bytes that are cut off", async () => {
    const file = write("cut.wasm", (await parse(LIBRARY)).subarray(0, 60));
    await expect(buildModule(file)).rejects.toThrow(/cut\.wasm: core module: .*byte 0x.*expected/s);
  });

  it("a world that it does not fit, and one that is not there", async () => {
    const file = await module("unfit", LIBRARY.replace("#add", "#sub"));
    const wit = write("elsewhere.wit", WIT);
    await expect(buildModule(file, { wit })).rejects.toThrow(/it has 2 worlds/);
    await expect(buildModule(file, { wit, world: "none" })).rejects.toThrow(/no world `none`/);
    await expect(buildModule(file, { wit, world: "library" })).rejects.toThrow(/refuse it: .*add/);
    await expect(buildModule(file, { world: "library" })).rejects.toThrow(/Give the WIT with --wit/);
    const output = file;
    await expect(buildModule(file, { wit, world: "library", output })).rejects.toThrow(/would overwrite/);
  });
});

describe.skipIf(NO_C !== undefined)("C with wasi-libc", () => {
  it("a program becomes a command", async () => {
    const { output } = await buildModule(write("greet.wasm", await wasiGuest("greet")));
    const world = worldOf(output);
    expect(names(world.exports)).toEqual(["wasi:cli/run@0.2.12"]);
    expect(names(world.imports)).toEqual(
      expect.arrayContaining([
        "wasi:cli/stdin@0.2.12",
        "wasi:cli/stdout@0.2.12",
        "wasi:cli/environment@0.2.12",
      ]),
    );
  });

  it("a library answers a lean app", async () => {
    const wit = new URL("../../guests/c/wasi/words.wit", import.meta.url).pathname;
    const file = write("words.wasm", await wasiGuest("words", ["-mexec-model=reactor"]));
    const { output } = await buildModule(file, { wit });
    const app = write(
      "report.ts",
      `import { count } from "t:words/sorting";
export function report(text: string): string {
  const all = count(text);
  let lines = "";
  for (let i = 0; i < all.length; i++) lines += \`\${all[i]._0}=\${all[i]._1} \`;
  return lines;
}\n`,
    );
    const { component } = await compileLean({ app });
    const { plan, worlds } = linked({
      report: { bytes: component, imports: { "t:words/sorting": "words" } },
      words: { bytes: readFileSync(output) },
    });
    const report = (text: string): unknown =>
      callValues(bringUp(plan), worlds, "report", "local:report/api#report", text);
    expect(report("b a b\nc a b é")).toBe("a=2 b=3 c=1 é=1 ");
    expect(report("")).toBe("");
  });
});
