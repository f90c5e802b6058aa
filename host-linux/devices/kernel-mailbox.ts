/**
 * `atoll:kernel/mailbox`: what waits for the process itself.
 *
 * A load is 16 long: messages, bytes at 4, and at 8 and 12 how many there may be.
 */
import { LOOK_PROCESS, PID_SLOT_BITS } from "../../kernel/abi.ts";
import type { Device, DeviceContext } from "./device.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { NOTHING, word } from "./kernel-reports.ts";

/** Of LOOK_PROCESS. */
const [MAIL, MAIL_BYTES, TEMPLATE] = [6, 7, 13];

export function createMailbox({ transfer, checkStop }: DeviceContext, door: KernelDoor): Device {
  return {
    fullness(): number {
      checkStop();
      const words = door.look(LOOK_PROCESS, door.pid() & ((1 << PID_SLOT_BITS) - 1)) ?? NOTHING;
      const { mail = 0, mailBytes = 0 } = door.quotasOf(word(words, TEMPLATE)) ?? {};
      return transfer.result(16, 4, (view) => {
        for (const [i, value] of [word(words, MAIL), word(words, MAIL_BYTES), mail, mailBytes].entries())
          view.setUint32(i * 4, value, true);
      });
    },
  };
}
