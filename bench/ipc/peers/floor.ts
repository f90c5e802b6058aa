/**
 * `floor-wat`, `floor-lean`: the adapters of floor/, written by hand.
 *
 * They join the same core modules that Atoll joins, and show what its generated
 * adapters could reach. The caller is instantiated before the adapter, because
 * the adapter needs its memory: a shim's table lies in between.
 */
import { assembled, coreModules } from "../guests.ts";
import { type Carry, type HostedPeer, hosted } from "./peer.ts";

const OPS = "bench:ipc/ops";

export const floor: HostedPeer = {
  async prepare(transport, workspace) {
    await coreModules(transport === "floor-lean" ? "lean" : "wat", workspace);
    await assembled("floor/shim.wat", workspace);
    await assembled(adapterOf(transport), workspace);
    return hosted(transport, workspace);
  },
  async open(transport, workspace) {
    const guests = await coreModules(transport === "floor-lean" ? "lean" : "wat", workspace);
    const caller = await joined({
      ...guests,
      shim: await assembled("floor/shim.wat", workspace),
      adapter: await assembled(adapterOf(transport), workspace),
    });
    return carryBy(caller);
  },
};

function adapterOf(transport: string): string {
  return transport === "floor-lean" ? "floor/utf16.wat" : "floor/utf8.wat";
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
    const run = caller[`bench:ipc/runs#${c.run.function}`] as (...values: number[]) => number;
    return run(...c.run.arguments, rounds);
  };
}
