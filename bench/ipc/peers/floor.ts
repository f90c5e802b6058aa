/**
 * `floor-wat`, `floor-lean`: the adapters of floor/, written by hand.
 *
 * They join the same core modules that Atoll joins, and show what its generated
 * adapters could reach. The caller is instantiated before the adapter, because
 * the adapter needs its memory: a shim's table lies in between. With the guests
 * of two encodings the adapter is a memory.copy, to compare with.
 */
import { assembled, coreModules, type GuestKind } from "../guests.ts";
import type { Workspace } from "../../harness/workspace.ts";
import { type Carry, type HostedPeer, hosted } from "./peer.ts";

const OPS = "bench:ipc/ops";

export const floor: HostedPeer = {
  async prepare(transport, workspace) {
    for (const kind of kindsOf(transport)) await partsOf(kind, workspace);
    return hosted(transport, workspace);
  },
  async open(transport, workspace) {
    const callers = kindsOf(transport).map(async (kind) => joined(await partsOf(kind, workspace)));
    return carryBy(Object.assign({}, ...(await Promise.all(callers))));
  },
};

/** The kinds of guests that a transport joins, one pair of each. */
function kindsOf(transport: string): readonly GuestKind[] {
  return transport.endsWith("-lean") ? ["lean"] : ["wat", "text"];
}

const ADAPTERS: Readonly<Partial<Record<GuestKind, string>>> = {
  lean: "floor/utf16.wat",
  wat: "floor/utf8.wat",
  text: "floor/text.wat",
};

async function partsOf(kind: GuestKind, workspace: Workspace): Promise<Parameters<typeof joined>[0]> {
  return {
    ...(await coreModules(kind, workspace)),
    shim: await assembled("floor/shim.wat", workspace),
    adapter: await assembled(ADAPTERS[kind]!, workspace),
  };
}

async function instantiated(
  module: Uint8Array,
  imports: WebAssembly.Imports = {},
): Promise<WebAssembly.Exports> {
  const { instance } = await WebAssembly.instantiate(module as BufferSource, imports);
  return instance.exports;
}

/** The exports of the caller, joined to the callee. Bytes of core modules in. */
export async function joined(bytes: {
  readonly caller: Uint8Array;
  readonly callee: Uint8Array;
  readonly shim: Uint8Array;
  readonly adapter: Uint8Array;
}): Promise<WebAssembly.Exports> {
  const callee = await instantiated(bytes.callee);
  const shim = await instantiated(bytes.shim);
  const caller = await instantiated(bytes.caller, {
    [OPS]: { ...shim, add: callee[`${OPS}#add`]! },
  });
  await instantiated(bytes.adapter, { callee, caller, shim });
  for (const guest of [callee, caller]) (guest["_initialize"] as (() => void) | undefined)?.();
  return caller;
}

/** Runs cases by the exports of a Wasm caller. */
export function carryBy(caller: WebAssembly.Exports): Carry {
  return (c, rounds) => {
    const run = caller[`bench:ipc/${c.run.interface ?? "runs"}#${c.run.function}`] as (
      ...values: number[]
    ) => number;
    return run(...c.run.arguments, rounds);
  };
}
