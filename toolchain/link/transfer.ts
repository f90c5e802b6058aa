/**
 * The transfer module: the memory through which devices and the entry are called.
 *
 * Whatever is passed lies there for the length of one call, so its allocator
 * only ever moves a mark forward, and `reset` moves it back.
 *
 *      0                  16                      mark                memory's end
 *      | unused           | what one call passes  | free              |
 *
 * Address 0 stays unused, because guests take it for "nothing".
 */
import { CodeWriter, ModuleBuilder, type CoreModule } from "../wasm/index.ts";
import type { CoreFuncIndex, CoreGlobalIndex } from "../wasm/index.ts";
import { addRealloc, type CoreType } from "../abi/index.ts";

const BASE = 16;
/**
 * Pages: 1 GiB. A list may name the same text thousands of times: a guest with little memory could else
 * fill as much as an address has room for, and what a memory has grown to stays.
 */
const MOST_PAGES = 16_384n;

export function transferModule(): CoreModule {
  const module = new ModuleBuilder();
  const memory = module.addMemory({ min: 1n, max: MOST_PAGES });
  const mark = module.addGlobal({ type: "i32", mutable: true }, new CodeWriter().i32Const(BASE).end());
  module.export({ name: "memory", kind: "memory", index: memory });
  module.exportFunc("realloc", addRealloc(module, memory, mark));
  module.exportFunc("reset", addReset(module, mark));
  for (const type of ["i32", "i64", "f32", "f64"] as const) {
    module.exportFunc(`reset-${type}`, addReset(module, mark, type));
  }
  return module.build();
}

function addReset(module: ModuleBuilder, mark: CoreGlobalIndex, param?: CoreType): CoreFuncIndex {
  const code = new CodeWriter().i32Const(BASE).globalSet(mark).end();
  return module.addFunc({ type: { params: param ? [param] : [], results: [] }, code });
}

/** For the types of `transfer` exports: which `reset` takes the core results of a function. */
export function resetFor(results: readonly CoreType[]): "reset" | `reset-${CoreType}` {
  const [result] = results;
  return result === undefined ? "reset" : `reset-${result}`;
}
