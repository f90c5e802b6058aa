/**
 * Device functions that a slot takes as they are.
 *
 * A function that only passes numbers is bound to the guest's slot itself, and a
 * table of functions takes Wasm functions only. One that leaves its stack has to
 * do so in Wasm anyway: guests catch what a host throws, and no frame of
 * JavaScript may lie on a stack that is suspended.
 */
import { suspending } from "../kernel/jspi.ts";
import { constant, moduleOf, OP, type SmallModule } from "../kernel/wasm-bytes.ts";
import { WAIT_KILLED } from "../../toolchain/link/plan.ts";
import type { DeviceFunction } from "./device.ts";

const [CALL, SUSPEND] = [0, 1];
const [BEGIN, TAKE] = [0, 2];

/** Only has the function as its own: no frame lies in between. */
const NOW: SmallModule = {
  types: [{ params: [], results: ["i64"] }],
  imports: [{ name: "call", type: 0 }],
};

/** Traps behind the call. */
const TRAPPING: SmallModule = {
  types: [{ params: [], results: [] }],
  imports: [{ name: "call", type: 0 }],
  body: { type: 0, locals: [], code: [OP.call, CALL, OP.unreachable] },
};

/** As above, of a function with a number. */
const TRAPPING_WITH: SmallModule = {
  types: [{ params: ["i32"], results: [] }],
  imports: [{ name: "call", type: 0 }],
  body: { type: 0, locals: [], code: [OP.get, 0, OP.call, CALL, OP.unreachable] },
};

/** Suspends behind the call where that says so, and traps when it was killed meanwhile. */
const WAITING: SmallModule = {
  types: [
    { params: ["i64"], results: [] },
    { params: ["i64"], results: ["i32"] },
    { params: [], results: ["i32"] },
  ],
  imports: [
    { name: "call", type: 1 },
    { name: "suspend", type: 2 },
  ],
  body: {
    type: 0,
    locals: [],
    code: [
      [OP.get, 0, OP.call, CALL, ...OP.if, OP.call, SUSPEND],
      [...constant(WAIT_KILLED), OP.equal, ...OP.if, OP.unreachable, OP.end, OP.end],
    ].flat(),
  },
};

/** Suspends where it has to, and traps when it was killed meanwhile. */
const ASKING: SmallModule = {
  types: [{ params: [], results: ["i32"] }],
  imports: [
    { name: "begin", type: 0 },
    { name: "suspend", type: 0 },
    { name: "take", type: 0 },
  ],
  body: {
    type: 0,
    locals: [],
    code: [
      [OP.call, BEGIN, ...OP.if, OP.call, SUSPEND],
      [...constant(WAIT_KILLED), OP.equal, ...OP.if, OP.unreachable, OP.end],
      [OP.end, OP.call, TAKE],
    ].flat(),
  },
};

/** The same of a function without parameters; and of one with a number. */
const TELLING: SmallModule = {
  types: [{ params: [], results: [] }],
  imports: [{ name: "call", type: 0 }],
};
const TELLING_NUMBER: SmallModule = {
  types: [{ params: ["i32"], results: [] }],
  imports: [{ name: "call", type: 0 }],
};

const compiled = new Map<SmallModule, WebAssembly.Module>();

/** A function `() -> u64`, as one that a slot takes. */
export function directU64(call: () => bigint): DeviceFunction {
  return made(NOW, { call });
}

/** A function `() -> ()`, as one that a slot takes. */
export function directCall(call: () => void): DeviceFunction {
  return made(TELLING, { call });
}

/** A function `(u32) -> ()`, as one that a slot takes. */
export function directCallWith(call: (parameter: number) => void): DeviceFunction {
  return made(TELLING_NUMBER, { call });
}

/** A function `() -> ()` that does not return. */
export function trappingCall(call: () => void): DeviceFunction {
  return made(TRAPPING, { call });
}

/** A function `(i32) -> ()` that does not return. */
export function trappingCallWith(call: (parameter: number) => void): DeviceFunction {
  return made(TRAPPING_WITH, { call });
}

/**
 * A function `(u64) -> ()` that may block its process. `call` begins that and returns 1, or returns 0, or
 * throws; `suspend` is what the stack is suspended by then: a status, WAIT_KILLED when the process was killed.
 */
export function waitingCall(
  call: (parameter: bigint) => number,
  suspend: () => number | Promise<number>,
): DeviceFunction {
  return made(WAITING, { call, suspend: suspending(suspend) });
}

/**
 * A function `() -> i32` that may block its process. `begin` returns 1 when it does; `take` gives the result,
 * when what was waited for is there.
 */
export function askingCall(
  begin: () => number,
  suspend: () => number | Promise<number>,
  take: () => number,
): DeviceFunction {
  return made(ASKING, { begin, suspend: suspending(suspend), take });
}

function made(small: SmallModule, imports: Record<string, WebAssembly.ImportValue>): DeviceFunction {
  const module = compiled.get(small) ?? moduleOf(small);
  compiled.set(small, module);
  return new WebAssembly.Instance(module, { "": imports }).exports[""] as DeviceFunction;
}
