/** `atoll:device/console`: lines out, tagged by the terminal, and lines in. */
import type { Device, DeviceContext } from "./device.ts";

export function createConsole({ process, transfer, terminal, checkStop }: DeviceContext): Device {
  return {
    "write-line"(offset: number, length: number): void {
      checkStop();
      terminal.writeLine(process.name, transfer.bytes(offset, length));
    },
    "read-line"(): number {
      checkStop();
      const line = terminal.readLine();
      return transfer.optionString(line === undefined ? undefined : transfer.store(line));
    },
  };
}
