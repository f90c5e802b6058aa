/**
 * Sockets of preview 1: answered with "not supported".
 *
 * The standard adapter ends the program when it accepts, receives or sends. WASI
 * 0.2 has no socket that a program is handed when it starts, so each call is made
 * to give an error number instead. (`sock_shutdown` the adapter has.)
 */
import { CodeWriter, type core, type CoreModule, instructionsOf } from "../../wasm/index.ts";
import { PREVIEW1 } from "./examine.ts";

const NAMES: ReadonlySet<string> = new Set(["sock_accept", "sock_recv", "sock_send"]);
/** `errno` of preview 1. */
const NOTSUP = 58;

/** Arguments of the calls, by the index of the function. */
type Calls = ReadonlyMap<number, number>;

export function withoutSockets(module: CoreModule): CoreModule {
  const calls = socketCalls(module);
  if (calls.size === 0) return module;
  return { ...module, code: module.code.map((body) => ({ ...body, code: bodyWithout(body.code, calls) })) };
}

function socketCalls({ imports, types }: CoreModule): Calls {
  const flat = types.flat();
  const functions = imports.flatMap((one) =>
    one.type.kind === "func" ? [{ ...one, at: one.type.type }] : [],
  );
  return new Map(
    functions.flatMap(({ module, name, at }, position) => {
      const composite = flat[at]?.composite;
      const isCall = module === PREVIEW1 && NAMES.has(name) && composite?.kind === "func";
      return isCall && givesError(composite) ? [[position, composite.params.length]] : [];
    }),
  );
}

/** One of another type is left to the component tools, which say what is wrong with it. */
function givesError({ results }: core.FuncType): boolean {
  return results.length === 1 && results[0] === "i32";
}

function bodyWithout(code: Uint8Array, calls: Calls): Uint8Array {
  const out = new CodeWriter();
  const instructions = instructionsOf(code);
  let copied = 0;
  while (instructions.next()) {
    const dropped = instructions.mnemonic === "call" ? calls.get(instructions.operand(0).value) : undefined;
    if (dropped === undefined) continue;
    out.raw(code.subarray(copied, instructions.start));
    for (let i = 0; i < dropped; i++) out.op("drop");
    out.i32Const(NOTSUP);
    copied = instructions.end;
  }
  return copied === 0 ? code : out.raw(code.subarray(copied)).bytes();
}
