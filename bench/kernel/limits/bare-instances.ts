/**
 * What the engine itself takes for a process: `node bare-instances.ts COUNT` makes so
 * many instances of the smallest module with a memory of one page, keeps them all,
 * and prints the nanoseconds that each took.
 *
 * No imports, no table, no host around it: nothing that has a memory of its own can be made in less.
 */
import { encodeModule, ModuleBuilder } from "../../../toolchain/wasm/index.ts";

const count = Number(process.argv[2]);
const builder = new ModuleBuilder();
builder.export({ name: "memory", kind: "memory", index: builder.addMemory({ min: 1n, max: 1n }) });
const module = new WebAssembly.Module(encodeModule(builder.build()).bytes);

const kept: WebAssembly.Instance[] = [];
const start = performance.now();
for (let i = 0; i < count; i++) kept.push(new WebAssembly.Instance(module));
const milliseconds = performance.now() - start;
process.stdout.write(`${Math.round((milliseconds * 1e6) / kept.length)}\n`);
