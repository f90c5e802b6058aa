/**
 * Tells V8 that a module is worth inlining in.
 *
 * V8 lets a function grow to 600 bytes by inlining, and only in a module of which
 * half of the functions are small to 5,000: it takes that for the mark of a
 * compiler that leaves inlining to the engine. AssemblyScript is one, and its
 * accessors are too large to be counted; so small functions that nobody calls are
 * added, 4 bytes each. Measured on V8 14.6: SHA-256 3.6 times as fast, and what a few
 * bytes of metering cost no longer depends on which side of 600 a function lies.
 */
import { CodeWriter, type CoreModule } from "../../wasm/index.ts";
import type { Additions } from "./additions.ts";

/** V8's bound on a small function, in bytes of its body. */
const SMALL = 12;
/** A larger module comes from a toolchain that has inlined already. */
const MOST_FUNCTIONS = 1000;

export function hintInlining(module: CoreModule, additions: Additions): void {
  for (let i = missingSmallFunctions(module, additions.functions.length); i > 0; i--) {
    additions.func({
      type: { params: [], results: [] },
      code: new CodeWriter().op("unreachable").end(),
    });
  }
}

/** How many small functions have to be added; `others`: how many functions are added beside them. */
export function missingSmallFunctions(module: CoreModule, others: number): number {
  const all = module.code.length + others;
  if (all > MOST_FUNCTIONS) return 0;
  const small = module.code.filter(({ code, locals }) => code.length + 2 * locals.length + 1 < SMALL).length;
  return Math.max(0, all - 2 * small);
}
