/**
 * A guard whose caller may have to end when it returns.
 *
 * A guest catches what a host throws, but no trap: so the trap is in Wasm.
 *
 *     (func (result i32) (local i32)
 *       (call $guard) (local.tee 0) (i32.const 0) (i32.lt_s) (if (then unreachable))
 *       (local.get 0))
 */
import { moduleOf, OP } from "../kernel/wasm-bytes.ts";

/** What the guard returns in place of a fault, for a caller that must not go on. */
export const CALLER_DIES = -1;

const CODE = [
  [OP.call, 0, OP.tee, 0, ...OP.zero, OP.lessThan],
  [...OP.if, OP.unreachable, OP.end, OP.get, 0],
].flat();

let compiled: WebAssembly.Module | undefined;

export function endingGuard(guard: () => number): WebAssembly.ImportValue {
  compiled ??= moduleOf({
    types: [{ params: [], results: ["i32"] }],
    imports: [{ name: "guard", type: 0 }],
    body: { type: 0, locals: ["i32"], code: CODE },
  });
  const { exports } = new WebAssembly.Instance(compiled, { "": { guard } });
  return exports[""] as WebAssembly.ImportValue;
}
