/**
 * The door to the kernel for linked code: from module to module, without this host.
 *
 * A cast takes less time than the way through JavaScript would. Only where the
 * kernel has to be told the time first, because of a call's deadline, and where
 * it asks for room in its ring, does the host send the event.
 *
 *     if kind = EVENT_CALL and deadline   return host(…)
 *     status = kernel(…)
 *     if status = STATUS_DRAIN            return host(…)
 *     return status
 */
import { EVENT_CALL, STATUS_DRAIN } from "../../kernel/abi.ts";
import type { KernelExports } from "./kernel.ts";
import { constant, moduleOf, OP } from "./wasm-bytes.ts";

type Event = KernelExports["event"];

const [KERNEL, HOST] = [0, 1];
const WORDS = 8;
const [KIND, DEADLINE, STATUS] = [0, 5, WORDS];
const ALL_WORDS = Array.from({ length: WORDS }, (_, word) => [OP.get, word]).flat();
const BY_HOST = [...OP.if, ...ALL_WORDS, OP.call, HOST, OP.return, OP.end];

const CODE = [
  [OP.get, KIND, ...constant(EVENT_CALL), OP.equal, OP.get, DEADLINE, ...OP.zero, OP.notEqual, OP.and],
  BY_HOST,
  [...ALL_WORDS, OP.call, KERNEL, OP.tee, STATUS, ...constant(STATUS_DRAIN), OP.equal],
  BY_HOST,
  [OP.get, STATUS],
].flat();

let compiled: WebAssembly.Module | undefined;

/** A function like the kernel's `event`, for adapters to import. */
export function eventDoor(kernel: Event, host: Event): WebAssembly.ExportValue {
  compiled ??= moduleOf({
    types: [{ params: Array.from({ length: WORDS }, () => "i32"), results: ["i32"] }],
    imports: [
      { name: "kernel", type: 0 },
      { name: "host", type: 0 },
    ],
    body: { type: 0, locals: ["i32"], code: CODE },
  });
  const { exports } = new WebAssembly.Instance(compiled, { "": { kernel, host } });
  return exports[""] as WebAssembly.ExportValue;
}
