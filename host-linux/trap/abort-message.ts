/**
 * What a guest said before it gave up, where its bindings keep that.
 *
 * A lean guest's `throw` and `assert` end in a function `abort`, which leaves
 * what it was called with at the address that the core export `lastAbort` has:
 * address of the message (UTF-16, its length in bytes 4 bytes before it; or 0),
 * of the file's name, line, column, 32 bits each. All of it is the guest's
 * word: nothing is believed about an address before it is compared.
 */
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import type { Running } from "../instantiate.ts";
import { tame } from "../console-text.ts";
import type { Segment } from "./blame.ts";

const ABORT = /(^|\/)abort$/;
const MOST_BYTES = 2000;

/** Undefined when the guest said nothing, or when it is not known which process it was. */
export function abortMessage({ frames, processes }: Segment, { plan, item }: Running): string | undefined {
  const [frame] = frames;
  const process = plan.root.processes.findIndex(({ name }) => name === processes[0]);
  if (frame === undefined || processes.length !== 1 || !ABORT.test(frame.function ?? "")) return undefined;
  const instance = instancesOf(plan, process).findIndex(({ module }) => module === frame.module);
  try {
    const address = item(process, { instance, export: "lastAbort" });
    const memory = item(process, { instance, export: "memory" });
    if (!(address instanceof WebAssembly.Global) || !(memory instanceof WebAssembly.Memory)) return undefined;
    const text = readMessage(new DataView(memory.buffer), Number(address.value) >>> 0);
    return text === "" ? undefined : tame(text);
  } catch {
    // Addresses out of bounds, or a guest that another compiler made: there is nothing to tell then.
    return undefined;
  }
}

function instancesOf(plan: LinkPlan, process: number): LinkPlan["templates"][number]["instances"] {
  return plan.templates[plan.root.processes[process]?.template ?? -1]?.instances ?? [];
}

/** Throws RangeError when an address lies outside the memory. */
function readMessage(memory: DataView, address: number): string {
  const message = memory.getUint32(address, true);
  if (message === 0) return "";
  const length = Math.min(memory.getUint32(message - 4, true), MOST_BYTES) & ~1;
  const units = new Uint8Array(memory.buffer, message, length);
  return new TextDecoder("utf-16le").decode(units);
}
