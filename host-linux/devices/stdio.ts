/**
 * `atoll:device/stdio`: standard streams as bytes, and the end of the process with a status.
 *
 * A result<u32> is 8 long, its payload at 4; a result<list<u8>> is 12 long, its
 * payload (offset, length) at 4.
 */
import { REASON_NORMAL } from "../../kernel/abi.ts";
import { STDERR, STDOUT, type Stream } from "../channel/output.ts";
import type { StreamUser } from "../standard-streams.ts";
import type { Device, DeviceContext, GrantOf } from "./device.ts";
import { trappingCallWith } from "./direct.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { storeSpan, type Transfer } from "./transfer.ts";

/** By their case of `output`. */
const OUTPUTS: readonly Stream[] = [STDOUT, STDERR];

export function createStdio(
  { process, transfer, streams, waker, checkStop }: DeviceContext,
  grant: GrantOf<"atoll:device/stdio">,
  door: KernelDoor,
): Device {
  const closed = grant.closed === true;
  const user = (): StreamUser => ({
    name: process.name,
    pid: door.pid(),
    wake: waker(),
    onEnd: (tell) => door.onEnd(tell),
  });
  return {
    write(to: number, offset: number, length: number): number {
      checkStop();
      const bytes = transfer.bytes(offset, length);
      const taken = closed ? undefined : streams.write(user(), OUTPUTS[to] ?? STDERR, bytes);
      return transfer.result(8, 4, (view) => {
        if (taken === undefined) view.setUint8(0, 1);
        else view.setUint32(4, taken, true);
      });
    },
    read(most: number): number {
      checkStop();
      return bytesOrEnd(transfer, closed ? undefined : streams.read(user(), most >>> 0));
    },
    "is-terminal"(number: number): number {
      checkStop();
      return !closed && streams.isTerminal(number) ? 1 : 0;
    },
    // An instance of its own, which not every one of thousands that write needs.
    get exit() {
      return trappingCallWith((status) => {
        checkStop();
        door.ends(REASON_NORMAL, status);
      });
    },
  };
}

function bytesOrEnd(transfer: Transfer, bytes: Uint8Array | undefined): number {
  const span = bytes && transfer.store(bytes);
  return transfer.result(12, 4, (view) => {
    if (span === undefined) view.setUint8(0, 1);
    else storeSpan(view, 4, span);
  });
}
