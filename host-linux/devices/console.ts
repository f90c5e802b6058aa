/** `atoll:device/console`: lines out, tagged by the terminal, and lines in. */
import { STATUS_OK } from "../../kernel/abi.ts";
import type { Device, DeviceContext, DeviceFunction } from "./device.ts";
import { askingCall } from "./direct.ts";
import type { KernelDoor } from "./kernel-door.ts";

export function createConsole(context: DeviceContext): Device {
  const { process, transfer, terminal, checkStop, kernel } = context;
  return {
    "write-line"(offset: number, length: number): void {
      checkStop();
      terminal.writeLine(process.name, transfer.bytes(offset, length));
    },
    "read-line":
      kernel === undefined
        ? (): number => {
            checkStop();
            return give(context, terminal.readLine());
          }
        : readWhileOthersRun(context, kernel),
  };
}

function give({ transfer }: DeviceContext, line: Uint8Array | undefined): number {
  return transfer.optionString(line === undefined ? undefined : transfer.store(line));
}

/** Under the kernel the process waits, and the system does not; but for one that starts, which cannot be left. */
function readWhileOthersRun(context: DeviceContext, kernel: KernelDoor): DeviceFunction {
  let given: { readonly line: Uint8Array | undefined } | undefined;
  const ask = (there: () => boolean): void =>
    context.terminal.askLine?.((line) => {
      if (!there()) return false;
      given = { line };
      return true;
    });
  const begin = (): number => {
    context.checkStop();
    given = undefined;
    if (context.terminal.askLine === undefined) return 0;
    return kernel.waitFor(ask) === STATUS_OK ? 1 : 0;
  };
  const take = (): number => {
    const { line } = given ?? { line: context.terminal.readLine() };
    given = undefined;
    return give(context, line);
  };
  return askingCall(begin, () => kernel.suspend(), take);
}
