/** `atoll:device/configuration`: what the system's author and its user tell a process. */
import type { Device, DeviceContext, GrantOf } from "./device.ts";
import { storeSpan } from "./transfer.ts";

export function createConfiguration(
  { transfer, checkStop }: DeviceContext,
  grant: GrantOf<"atoll:device/configuration">,
): Device {
  return {
    "get-arguments"(): number {
      checkStop();
      const spans = grant.arguments.map((argument) => transfer.storeString(argument));
      return transfer.list(transfer.storeList(spans, { size: 8, alignment: 4 }, storeSpan));
    },
    "get-environment"(): number {
      checkStop();
      const { environment = {} } = grant;
      const names = Object.keys(environment).sort();
      const pairs = names.map((name) =>
        [name, environment[name] ?? ""].map((text) => transfer.storeString(text)),
      );
      const list = transfer.storeList(pairs, { size: 16, alignment: 4 }, (view, at, [name, value]) => {
        if (name !== undefined) storeSpan(view, at, name);
        if (value !== undefined) storeSpan(view, at + 8, value);
      });
      return transfer.list(list);
    },
    get(offset: number, length: number): number {
      checkStop();
      const key = transfer.string(offset, length);
      const value = Object.hasOwn(grant.values, key) ? grant.values[key] : undefined;
      return transfer.optionString(value === undefined ? undefined : transfer.storeString(value));
    },
  };
}
