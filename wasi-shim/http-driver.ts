/**
 * The loop around a handler of wasi:http, as `components/http/driver` is around one of atoll:http.
 *
 * It ends when the system does, or when there was nothing to do for long enough. If the
 * handler traps, so does this; the host tells the client.
 */
import { ending, enter, leave } from "atoll:device/http-server";
import { wait } from "atoll:kernel/wakeup";
import { finish, next } from "atoll:wasi/http-exchange";
import { handle } from "wasi:http/incoming-handler";

const FOR_EVER: u64 = u64.MAX_VALUE;
/** A wait may end without a cause: one that ends with nothing there is no proof of an idle time yet. */
const PATIENCE: i32 = 2;

export function serve(worker: u32, idle: u64): void {
  enter(worker);
  let vain = 0;
  while (true) {
    const exchange = next();
    if (exchange !== null) {
      handle(exchange._0, exchange._1);
      finish();
      vain = 0;
    } else if (ending() || vain == PATIENCE) {
      break;
    } else {
      wait(idle);
      if (idle != FOR_EVER) vain++;
    }
  }
  leave();
}
