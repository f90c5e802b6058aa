/**
 * Two guests with an adapter between them, watched from JavaScript.
 *
 * Each end is a memory and an allocator that remembers its blocks, so that a
 * write outside of what `realloc` returned is seen. The reference in
 * `toolchain/abi` plays both guests: it lowers arguments in the caller's memory
 * and lifts what arrives in the callee's.
 */
import {
  flattenFunction,
  layoutOf,
  liftParams,
  liftResult,
  lowerResult,
  type CanonicalOptions,
  type ComponentValue,
  type CoreValue,
  type FunctionType,
  type Realloc,
} from "../../../../toolchain/abi/index.ts";
import { emitAdapter } from "../../../../toolchain/link/adapter/index.ts";
import { encodeModule } from "../../../../toolchain/wasm/index.ts";
import { tries } from "../../../thorough.ts";

export const ENCODINGS = ["utf8", "utf16", "latin1+utf16"] as const;
export type Encoding = (typeof ENCODINGS)[number];
export const PAIRS: readonly (readonly [Encoding, Encoding])[] = ENCODINGS.flatMap((from) =>
  ENCODINGS.map((to) => [from, to] as const),
);

/** Properties of a pair run with a seed of their own, the same each time; fast-check prints it on a failure. */
export function runs(from: Encoding, to: Encoding, all: number): { numRuns: number; seed: number } {
  return { numRuns: tries(all), seed: 3 * ENCODINGS.indexOf(from) + ENCODINGS.indexOf(to) + 1 };
}

interface Block {
  readonly start: number;
  readonly size: number;
}

/** What every byte holds that nobody wrote. */
const UNTOUCHED = 0xa5;

export class End implements CanonicalOptions {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 });
  readonly mayLeave: WebAssembly.Global<"i32"> = new WebAssembly.Global({ value: "i32", mutable: true }, 1);
  readonly encoding: Encoding;
  readonly blocks: Block[] = [];
  /** Each call of `realloc`: old size, alignment, new size. */
  readonly calls: [number, number, number][] = [];
  /** Whether `realloc` was ever called while the instance might leave. */
  calledWhileLeaving = false;
  /** Stands in for the allocator's answer when it gives one. */
  lie: ((call: number) => number | undefined) | undefined;
  #end = 64;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
    this.bytes.fill(UNTOUCHED);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }
  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  readonly realloc: Realloc = (old, oldSize, align, size) => {
    const bytes = size >>> 0;
    this.calls.push([oldSize, align, bytes]);
    this.calledWhileLeaving ||= this.mayLeave.value !== 0;
    const lie = this.lie?.(this.calls.length - 1);
    if (lie !== undefined) {
      this.blocks.push({ start: lie >>> 0, size: bytes });
      return lie;
    }
    const start = Math.ceil(this.#end / align) * align;
    this.#end = start + bytes + 8;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) {
      const from = this.bytes.length;
      this.memory.grow(Math.ceil(missing / 65536));
      this.bytes.fill(UNTOUCHED, from);
    }
    this.bytes.copyWithin(start, old >>> 0, (old >>> 0) + Math.min(oldSize, bytes));
    this.blocks.push({ start, size: bytes });
    return start;
  };

  /** As new, but for the memory's size. */
  reset(): void {
    this.bytes.fill(UNTOUCHED);
    this.blocks.length = 0;
    this.calls.length = 0;
    this.calledWhileLeaving = false;
    this.#end = 64;
  }

  /** Addresses of bytes that differ from `UNTOUCHED` outside of all blocks. */
  strayWrites(): number[] {
    const bytes = this.bytes.slice();
    for (const { start, size } of this.blocks) bytes.fill(UNTOUCHED, start, start + size);
    if (Buffer.alloc(bytes.length, UNTOUCHED).equals(bytes)) return [];
    return [...bytes.entries()].filter(([, byte]) => byte !== UNTOUCHED).map(([at]) => at);
  }

  /** Tells later whether all bytes are still what they are now. */
  snapshot(): () => boolean {
    const before = Buffer.from(this.bytes);
    return () => before.equals(this.bytes.subarray(0, before.length));
  }

  area(type: Parameters<typeof layoutOf>[0]): number {
    const { size, align } = layoutOf(type);
    return this.realloc(0, 0, align, size) as number;
  }
}

export function compile(type: FunctionType, caller: Encoding, callee: Encoding): WebAssembly.Module {
  const side = { memory: true, realloc: true };
  const { bytes } = encodeModule(
    emitAdapter({
      caller: { ...side, encoding: caller },
      callee: { ...side, encoding: callee },
      functions: [{ name: "f", type, postReturn: true }],
      resources: new Map(),
      callsBack: false,
      callerMayLeave: true,
      marksCallee: false,
      calleeMayLeave: true,
    }),
  );
  return new WebAssembly.Module(bytes);
}

export type Core = (...args: CoreValue[]) => CoreValue | undefined;

/** The adapter's export, with `implementation` as the callee's core function. */
export function connect(
  module: WebAssembly.Module,
  caller: End,
  callee: End,
  implementation: Core,
  postReturn: Core = () => undefined,
): Core {
  const ends = {
    caller: { memory: caller.memory, realloc: caller.realloc, "may-leave": caller.mayLeave },
    callee: {
      memory: callee.memory,
      realloc: callee.realloc,
      "may-leave": callee.mayLeave,
    },
    function: { f: implementation },
    "post-return": { f: postReturn },
  };
  const { exports } = new WebAssembly.Instance(module, ends);
  return exports["f"] as Core;
}

/** The callee's core function: lifts its arguments, and lowers the result that it was given. */
export function serve(
  callee: End,
  type: FunctionType,
  implementation: (args: ComponentValue[]) => ComponentValue | undefined,
): Core {
  const { resultSpilled } = flattenFunction(type, "lift");
  return (...flat) => {
    const result = implementation(liftParams(callee, type, flat));
    const into = resultSpilled && type.result ? callee.area(type.result) : 0;
    const [returned] = lowerResult(callee, type, result, into);
    return resultSpilled ? into : returned;
  };
}

/** The caller's side of a call: core arguments for its import, and the result from what came back. */
export function callThrough(
  caller: End,
  type: FunctionType,
  func: Core,
  flat: readonly CoreValue[],
): ComponentValue | undefined {
  const { resultSpilled } = flattenFunction(type, "lower");
  if (!resultSpilled || !type.result) return liftResult(caller, type, [func(...flat) as CoreValue]);
  const into = caller.area(type.result);
  func(...flat, into);
  return liftResult(caller, type, [into]);
}
