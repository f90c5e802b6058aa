/**
 * Caller and callee in one component, for the peers that take one.
 *
 * No package on npm composes components; this is the smallest composition, in
 * the binary format's own terms (Component Model Binary.md): two components,
 * the callee's instance handed to the caller's, the caller's loops exported.
 */
import { type Side, watComponent } from "./guests.ts";
import type { Workspace } from "./workspace.ts";

const OPS = "bench:ipc/ops";
const RUNS = "bench:ipc/runs";
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
const SORT_INSTANCE = 0x05;

/** `callee` is component 0, `caller` component 1. */
export async function composed(workspace: Workspace): Promise<Uint8Array> {
  const component = (side: Side): Promise<Uint8Array> => watComponent(side, workspace);
  return Buffer.concat([
    Buffer.from(PREAMBLE),
    section(4, await component("callee")),
    section(4, await component("caller")),
    section(5, [1, 0x00, 0, 0]), // instance 0: the callee, without arguments
    section(6, [1, SORT_INSTANCE, 0x00, 0, ...name(OPS)]), // instance 1: what it exports
    section(5, [1, 0x00, 1, 1, ...name(OPS), SORT_INSTANCE, 1]), // instance 2: the caller, on that
    section(6, [1, SORT_INSTANCE, 0x00, 2, ...name(RUNS)]), // instance 3: its loops
    section(11, [1, 0x00, ...name(RUNS), SORT_INSTANCE, 3, 0x00]),
  ]);
}

function section(id: number, body: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([Buffer.from([id, ...unsigned(body.length)]), Buffer.from(body)]);
}
function name(text: string): number[] {
  return [...unsigned(text.length), ...Buffer.from(text)];
}
/** LEB128. */
function unsigned(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)];
}
