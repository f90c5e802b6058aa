/**
 * Sockets of preview 1: answered with "not supported".
 *
 * The standard adapter ends the program when it accepts, receives or sends. WASI
 * 0.2 has no socket that a program is handed when it starts, so each call is made
 * to give an error number instead. (`sock_shutdown` the adapter has.)
 */
import type { CodeWriter, CoreModule } from "../../wasm/index.ts";
import { importedFunctions, withCallsReplaced } from "./replace-calls.ts";

const NAMES: ReadonlySet<string> = new Set(["sock_accept", "sock_recv", "sock_send"]);
/** `errno` of preview 1. */
const NOTSUP = 58;

export function withoutSockets(module: CoreModule): CoreModule {
  const calls = [...importedFunctions(module, NAMES).values()];
  return withCallsReplaced(
    module,
    new Map(calls.map(({ index, params }) => [index, (out) => giveError(out, params.length)])),
  );
}

function giveError(out: CodeWriter, params: number): void {
  for (let i = 0; i < params; i++) out.op("drop");
  out.i32Const(NOTSUP);
}
