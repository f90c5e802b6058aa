/**
 * Looks things up in a plan and in instances: what is not there ends in a HostError.
 */
import { HostError } from "../host-error.ts";

export function at<T>(array: readonly T[], position: number, what: string): T {
  const value = array[position];
  if (value === undefined) throw new HostError(`The plan has no ${what} ${position}, only ${array.length}.`);
  return value;
}

export function exported(
  where: string,
  instance: WebAssembly.Instance | undefined,
  name: string,
): WebAssembly.ExportValue {
  const value = instance?.exports[name];
  if (value === undefined)
    throw new HostError(`${where}: expected an export ${JSON.stringify(name)}, found none.`);
  return value;
}

export function callable(where: string, value: WebAssembly.ImportValue): (...args: unknown[]) => unknown {
  if (typeof value !== "function")
    throw new HostError(`${where}: expected a function, found ${typeof value}.`);
  return value as (...args: unknown[]) => unknown;
}
