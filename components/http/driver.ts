// @export atoll:http/worker
//
// The loop around a handler: takes a request of the listener, calls the handler in the
// same process, and answers. It ends when the system does, or when there was nothing to
// do for long enough. If the handler traps, so does this; the host tells the client.
import { ending, enter, leave, next, respond } from "atoll:device/http-server";
import { handle } from "atoll:http/handler";
import { wait } from "atoll:kernel/wakeup";

const FOR_EVER: u64 = u64.MAX_VALUE;
/** A wait may end without a cause: one that ends with nothing there is no proof of an idle time yet. */
const PATIENCE: i32 = 2;

export function serve(worker: u32, idle: u64): void {
  enter(worker);
  let vain = 0;
  while (true) {
    const request = next();
    if (request !== null) {
      // Nothing is left to do for a client that is gone.
      respond(handle(request));
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
