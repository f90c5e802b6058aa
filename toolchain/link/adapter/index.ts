/**
 * Adapters: core modules that carry a call from one memory into another.
 *
 * An adapter lifts each parameter from the caller's memory, lowers it into the
 * callee's, calls, and brings the result back. Fixed names: it imports from the
 * modules `caller` and `callee` their `memory`, `realloc` and `may-leave` (a
 * mutable i32 global) and `table` (an i32, the address of the instance's handle
 * table), from `handles` the handle memory (see `../handles/module.ts`; `type N` by
 * `ResourceUse.position`), from `function` each function of the callee by its name,
 * from `post-return` what takes its core results back, and from `guard` what calls the
 * export `inner NAME` of a guarded function (see guard.ts); `inside` of `callee` is its
 * mark (see marks.ts). Only what it uses. It exports each function by its name, with the
 * core signature of the caller's `canon lower`.
 *
 * The halves of messages import from `mail` what plan-kernel.ts names (`MAIL`), and from
 * `kernel` `event`, `wait`, `pid` and `authority` (see `KernelSource`). The sender's exports
 * are those of an adapter, the receiver's are functions `(message) -> message`.
 */
export {
  AdapterError,
  type AdapterSpec,
  type FunctionGuard,
  type ResourceUse,
  type ResourceUses,
} from "./contract.ts";
export { emitAdapter } from "./emit.ts";
export { emitReceiver } from "./message-receive.ts";
export { emitSender } from "./message-send.ts";
export { emitEntry, entryProblem } from "./entry.ts";
export { emitRefusals } from "./refuse.ts";
export { GUARDED } from "./guard.ts";
export { emitSpawner, type SpawnerFunction } from "./spawn.ts";
export { needsAdapter } from "./needs-adapter.ts";
