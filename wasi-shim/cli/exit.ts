/** wasi:cli/exit: the end of the process. */
import { Result, Void } from "atoll";
import { exit as end } from "atoll:device/stdio";

export function exit(status: Result<Void, Void>): void {
  end(status.isOk ? 0 : 1);
}

export function exitWithCode(statusCode: u8): void {
  end(statusCode);
}
