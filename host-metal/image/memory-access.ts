/**
 * Loads and stores of a module's C by runtime/include/wasm-access.h, for wasm2c of wabt 1.0.39.
 *
 * wasm2c writes its macros for them into each file. They get other names there, by
 * which nobody calls them. Code of another version is left as it is, and is slower.
 */
const LOAD = "#define DEFINE_LOAD(name, t1, t2, t3, force_read)";
const STORE = "#define DEFINE_STORE(name, t1, t2)";

export function withOwnAccess(code: string): string {
  if (!code.includes(LOAD)) return code;
  return code
    .replace(LOAD, `#include "wasm-access.h"\n${LOAD.replace("DEFINE", "WASM2C")}`)
    .replace(STORE, STORE.replace("DEFINE", "WASM2C"));
}
