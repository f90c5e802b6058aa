/**
 * Checks what grants of HTTP say together: those of one listener are alike, and its times fit.
 */
import type { Grant, HttpLimits } from "../plan.ts";
import type { SystemConfig } from "./system.ts";

interface Found {
  readonly process: string;
  readonly grant: Extract<Grant, { device: "atoll:device/http-server" }>;
}

/** A line for each thing that is wrong. */
export function checkHttp({ processes }: SystemConfig): string[] {
  const found = Object.entries(processes).flatMap(([process, { grants = [] }]) =>
    grants.flatMap((grant) => (grant.device === "atoll:device/http-server" ? [{ process, grant }] : [])),
  );
  const listeners = Map.groupBy(found, ({ grant }) => `${grant.host}:${grant.port}`);
  return [...found.flatMap(checkTimes), ...[...listeners.values()].flatMap(checkAlike)];
}

/** Node refuses it otherwise: a request is not there before its headers are. */
function checkTimes({ process, grant: { limits } }: Found): string[] {
  if (limits.headerTime <= limits.requestTime) return [];
  return [
    `process "${process}", httpServer: expected limits.headerTime of at most limits.requestTime (${limits.requestTime}), found ${limits.headerTime}`,
  ];
}

function checkAlike([first, ...others]: readonly Found[]): string[] {
  if (first === undefined) return [];
  return others.flatMap(({ process, grant }) =>
    different(first.grant.limits, grant.limits).map(
      (field) =>
        `processes "${first.process}" and "${process}" share the listener ${grant.host}:${grant.port}: expected the same limits.${field}, found ${first.grant.limits[field]} and ${grant.limits[field]}`,
    ),
  );
}

function different(one: HttpLimits, other: HttpLimits): (keyof HttpLimits)[] {
  return (Object.keys(one) as (keyof HttpLimits)[]).filter((field) => one[field] !== other[field]);
}
