/**
 * What a guest said before it gave up, where its bindings keep that.
 *
 * A lean guest's `throw` and `assert` end in a function `abort`, which leaves
 * what it was called with at the address that the core export `lastAbort` has:
 * address of the message (UTF-16, its length in bytes 4 bytes before it; or 0),
 * of the file's name, line, column, 32 bits each. All of it is the guest's
 * word: nothing is believed about an address before it is compared.
 */
import type { LinkPlan, Template } from "../../toolchain/link/plan.ts";
import type { Running } from "../instantiate.ts";
import { tame } from "../console-text.ts";
import type { Segment } from "./blame.ts";

/** What a process has said, by its core instance. */
export type LastWords = readonly (string | undefined)[];

/** Last words that were read while the memory that they stood in was there, by process. */
export type KeptWords = ReadonlyMap<number, LastWords>;

const ABORT = /(^|\/)abort$/;
const MOST_BYTES = 2000;

/** Undefined when the guest said nothing, or when it is not known which process it was. */
export function abortMessage(
  { frames, processes }: Segment,
  running: Running,
  kept?: KeptWords,
): string | undefined {
  const { plan } = running;
  const [frame] = frames;
  const process = plan.root.processes.findIndex(({ name }) => name === processes[0]);
  if (frame === undefined || processes.length !== 1 || !ABORT.test(frame.function ?? "")) return undefined;
  const words = (instance: number): string | undefined =>
    kept?.has(process) ? kept.get(process)?.[instance] : wordsOf(process, instance, running);
  // The parts of a process that was made of several are one module: who has said nothing was not it.
  const text = instancesOf(plan, process)
    .map(({ module }, instance) => (module === frame.module ? words(instance) : undefined))
    .find((said) => said !== undefined && said !== "");
  return text === undefined ? undefined : tame(text);
}

/** What a process says now, to be kept when its memory is made new. */
export function lastWords(process: number, { instances }: Template, running: Running): LastWords {
  return instances.map((_, instance) => wordsOf(process, instance, running));
}

function wordsOf(process: number, instance: number, { item }: Running): string | undefined {
  try {
    const address = item(process, { instance, export: "lastAbort" });
    const memory = item(process, { instance, export: "memory" });
    if (!(address instanceof WebAssembly.Global) || !(memory instanceof WebAssembly.Memory)) return undefined;
    return readMessage(new DataView(memory.buffer), Number(address.value) >>> 0);
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
