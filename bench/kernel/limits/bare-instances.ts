/**
 * What the engine itself takes for a process: `node bare-instances.ts COUNT ROUND` makes
 * so many instances of the smallest module with a memory of one page, keeps them all, and
 * prints the nanoseconds that each took: all, and those of the quickest round of so many.
 *
 * No imports, no table, no host around it: nothing that has a memory of its own can be made in less.
 */
import { encodeModule, ModuleBuilder } from "../../../toolchain/wasm/index.ts";

const [count = 0, round = 0] = process.argv.slice(2).map(Number);
const builder = new ModuleBuilder();
builder.export({ name: "memory", kind: "memory", index: builder.addMemory({ min: 1n, max: 1n }) });
const module = new WebAssembly.Module(encodeModule(builder.build()).bytes);

const kept: WebAssembly.Instance[] = [];
const start = performance.now();
let quickest = Infinity;
for (let begun = start; kept.length < count; begun = performance.now()) {
  for (let i = 0; i < round; i++) kept.push(new WebAssembly.Instance(module));
  quickest = Math.min(quickest, performance.now() - begun);
}
const all = performance.now() - start;
process.stdout.write(`${nanoseconds(all, kept.length)} ${nanoseconds(quickest, round)}\n`);

function nanoseconds(milliseconds: number, of: number): number {
  return Math.round((milliseconds * 1e6) / of);
}
