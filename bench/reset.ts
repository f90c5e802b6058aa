/**
 * `npm run bench:reset`: what it costs to make a process new, in µs.
 *
 * Modules with nothing but memory of three sizes, by the `atoll:reset` that the
 * linker adds to them; and a whole lean process by `Running.reset`, which also
 * runs its initialisers. Beside each what a new instance costs, its memory
 * touched, for only then does the system give it: a reset one has it already.
 * Medians. `--json` prints for programs.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { instantiate, type Running } from "../host-linux/instantiate.ts";
import { compileLean } from "../toolchain/compile/index.ts";
import { link } from "../toolchain/link/index.ts";
import { RESERVED } from "../toolchain/link/plan.ts";
import { rewriteModule } from "../toolchain/link/rewrite/rewrite.ts";
import { decodeModule, encodeModule, ModuleBuilder } from "../toolchain/wasm/index.ts";

const PAGE = 65536;
const SYSTEM_PAGE = 4096;
const PAGES = [1, 16, 256];
const PROGRAM = "json-scan";
const SAMPLES = 200;
/** Time that one sample takes at least, so that the clock can tell it. */
const SAMPLE_MS = 0.2;

interface Result {
  readonly what: string;
  /** Microseconds. */
  readonly reset: number;
  readonly newInstance: number;
}

const { values } = parseArgs({ options: { json: { type: "boolean" } } });
const results = [...PAGES.map((pages) => ofMemory(pages)), await ofProcess()];
process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : report());

function ofMemory(pages: number): Result {
  const builder = new ModuleBuilder();
  builder.export({ name: "memory", kind: "memory", index: builder.addMemory({ min: BigInt(pages) }) });
  const { bytes } = rewriteModule(decodeModule(encodeModule(builder.build()).bytes), {
    name: "memory",
    outward: new Map(),
    mayLeave: false,
    exportStart: false,
    reset: true,
  });
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const instance = new WebAssembly.Instance(module);
  const reset = instance.exports[RESERVED.reset] as () => void;
  return {
    what: pages < 16 ? `${(pages * PAGE) / 1024} KiB` : `${(pages * PAGE) / 2 ** 20} MiB`,
    reset: median(reset),
    newInstance: median(() => touch(new WebAssembly.Instance(module).exports["memory"])),
  };
}

async function ofProcess(): Promise<Result> {
  const { plan } = link({
    config: { name: "reset", processes: { program: { component: "./program.wasm" } } },
    components: new Map([["./program.wasm", await built()]]),
    reset: true,
  });
  const running = instantiate(plan, () => ({}));
  const bytes = memoryOf(running).buffer.byteLength;
  return {
    what: `a lean process of ${bytes / 1024} KiB`,
    reset: median(() => running.reset(0)),
    newInstance: median(() => touch(memoryOf(instantiate(plan, () => ({}))))),
  };
}

async function built(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-reset-"));
  try {
    const output = join(folder, "program.wasm");
    await compileLean({ app: join(import.meta.dirname, `compute/programs/${PROGRAM}.ts`), output });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function memoryOf(running: Running): WebAssembly.Memory {
  return running.item(0, { instance: 0, export: `${RESERVED.memory}0` }) as WebAssembly.Memory;
}

function touch(memory: WebAssembly.ExportValue | undefined): void {
  const bytes = new Uint8Array((memory as WebAssembly.Memory).buffer);
  for (let at = 0; at < bytes.length; at += SYSTEM_PAGE) bytes[at] = 0;
}

/** Microseconds that one run takes, the median of the samples. */
function median(run: () => unknown): number {
  let runs = 1;
  while (milliseconds(run, runs) < SAMPLE_MS) runs *= 2;
  const samples = Array.from({ length: SAMPLES }, () => milliseconds(run, runs) / runs);
  return 1000 * (samples.sort((a, b) => a - b)[SAMPLES / 2] ?? 0);
}

function milliseconds(run: () => unknown, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return performance.now() - start;
}

function report(): string {
  const lines = results.map(
    ({ what, reset, newInstance }) =>
      `${what.padEnd(28)} ${reset.toFixed(1).padStart(9)} ${newInstance.toFixed(1).padStart(13)}`,
  );
  return `${["".padEnd(28), "    reset", " new instance   (µs)"].join(" ")}\n${lines.join("\n")}\n`;
}
