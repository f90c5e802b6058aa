/** Goes on, whatever others wait for. */
import { writeLine } from "atoll:device/console";
import { setAlarm, sleep } from "atoll:kernel/time";

setAlarm(1, 0);

export function alarm(token: u32): void {
  for (let i = 1; i <= 5; i++) {
    sleep(2000);
    writeLine("tick " + i.toString());
  }
}
