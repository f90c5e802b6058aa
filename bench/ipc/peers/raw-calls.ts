/**
 * `raw-import` and `local-call`: what the engine charges for a call, alone.
 *
 * raw-import is a Wasm function importing another instance's export, without
 * slot, check or adapter. local-call is a direct call inside one module; V8
 * may inline it, and does: it is the price of isolation to nothing.
 */
import { assembled } from "../guests.ts";
import { type HostedPeer, hosted } from "./peer.ts";

type Loop = (rounds: number) => number;

export const rawCalls: HostedPeer = {
  async prepare(transport, workspace) {
    await assembled("guests/wat/callee.wat", workspace);
    await assembled("guests/wat/raw.wat", workspace);
    return hosted(transport, workspace);
  },
  async open(transport, workspace) {
    const callee = await WebAssembly.instantiate(
      await WebAssembly.compile((await assembled("guests/wat/callee.wat", workspace)) as BufferSource),
    );
    const raw = await WebAssembly.instantiate(
      await WebAssembly.compile((await assembled("guests/wat/raw.wat", workspace)) as BufferSource),
      { callee: { add: callee.exports["bench:ipc/ops#add"]! } },
    );
    const loop = raw.exports[transport] as Loop;
    return (_, rounds) => loop(rounds);
  },
};
