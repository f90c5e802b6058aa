/**
 * A program in C in place of a plan's entry: once all processes are there, it calls what they export.
 *
 * So an image can be driven by what is no component, such as a benchmark.
 */
import type { CoreItem } from "../../../toolchain/link/plan.ts";
import { cArguments, cParameters, cResult } from "../c-text.ts";
import { ImageError } from "../error.ts";
import type { Parts } from "../parts.ts";

export interface Program {
  /** Paths of C files, of different names; one defines `program_main` (runtime/program.h). */
  readonly sources: readonly string[];
  /** Folders of their headers. */
  readonly includes: readonly string[];
  readonly calls: readonly ProgramCall[];
}

/** An export of a process as a C function: what it takes and returns, without an instance. */
interface ProgramCall {
  /** Its name in C. Of a memory, a function without parameters that returns a `wasm_rt_memory_t *`. */
  readonly symbol: string;
  readonly process: number;
  readonly item: CoreItem;
}

export function programEntry(parts: Parts, { calls }: Program): string {
  return [
    ...calls.map((call) => callFunction(parts, call)),
    "static uint32_t enter(void) { program_main(); }",
  ].join("\n");
}

function callFunction(parts: Parts, { symbol, process, item }: ProgramCall): string {
  const found = parts.item(process, item);
  const instance = `&${found.instance}`;
  switch (found.item.kind) {
    case "func": {
      const { type } = found.item;
      const parameters = cParameters(type).join(", ") || "void";
      const back = type.results.length === 0 ? "" : "return ";
      const values = [instance, ...cArguments(type)].join(", ");
      return `${cResult(type)} ${symbol}(${parameters}) { ${back}${found.symbol}(${values}); }`;
    }
    case "memory":
      return `wasm_rt_memory_t *${symbol}(void) { return ${found.symbol}(${instance}); }`;
    default:
      throw new ImageError(`A program can call functions and reach memories, and ${symbol} is neither.`);
  }
}
