/** Thread of the assembler: texts in, binaries or refusals out. */
import { parentPort } from "node:worker_threads";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import type { Assembled } from "./assembler.ts";

async function assemble(text: string): Promise<Assembled> {
  try {
    return { kind: "binary", bytes: await parse(text) };
  } catch (error) {
    // A panic leaves the parser's memory as it was in the middle of its work.
    if (error instanceof WebAssembly.RuntimeError) return { kind: "panic", message: error.message };
    return { kind: "refused", message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  const payload = (error as { payload?: unknown }).payload;
  if (typeof payload === "string") return payload;
  return error instanceof Error ? error.message : String(error);
}

const port = parentPort;
port?.on("message", (text: string) => {
  void assemble(text).then((assembled) => port.postMessage(assembled));
});
