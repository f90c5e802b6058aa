/** A process's network device, called with component values, and what its tests wait by. */
import type { Grant } from "../../../toolchain/link/plan.ts";
import { deviceCaller, type Call } from "../device-caller.ts";

type SocketsGrant = Extract<Grant, { device: "atoll:device/sockets" }>;

export interface Network {
  readonly call: Call;
  /** Calls again and again, whenever the process was woken, until what it returns is wanted. */
  readonly until: <T>(look: () => T, isWanted: (value: T) => boolean) => Promise<T>;
  readonly wakes: () => number;
}

export interface Address {
  readonly family: "ipv4" | "ipv6";
  readonly high: bigint;
  readonly low: bigint;
  readonly port: number;
  readonly "scope-id": number;
}

type Result<T> =
  | { readonly case: "ok"; readonly value: T }
  | { readonly case: "error"; readonly value: string };

export async function network(
  grant: Partial<Pick<SocketsGrant, "listen" | "connect">> = {},
): Promise<Network> {
  let wakes = 0;
  let told = Promise.withResolvers<void>();
  const wake = (): void => {
    wakes += 1;
    told.resolve();
    told = Promise.withResolvers();
  };
  const call = await deviceCaller(
    { device: "atoll:device/sockets", listen: [], connect: [], ...grant },
    { wake },
  );
  return {
    call,
    wakes: () => wakes,
    until: async (look, isWanted) => {
      for (;;) {
        const next = told.promise;
        const value = look();
        if (isWanted(value)) return value;
        await next;
      }
    },
  };
}

/** 127.0.0.1. */
export function local(port: number, low: bigint = 0x7f00_0001n): Address {
  return { family: "ipv4", high: 0n, low, port, "scope-id": 0 };
}

export function local6(port: number, low: bigint = 1n): Address {
  return { family: "ipv6", high: 0n, low, port, "scope-id": 0 };
}

export const ok = (value?: unknown): object => (value === undefined ? { case: "ok" } : { case: "ok", value });
export const error = (value: string): object => ({ case: "error", value });

/** What a result has. Throws where it is an error. */
export function valueOf<T>(result: unknown): T {
  const { case: kind, value } = result as Result<T>;
  if (kind === "error") throw new Error(value);
  return value;
}

/** Of a result of an option; undefined for none. */
export function optionOf<T>(result: unknown): T | undefined {
  const option = valueOf<{ case: "none" | "some"; value?: T }>(result);
  return option.case === "none" ? undefined : option.value;
}
