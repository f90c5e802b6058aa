/**
 * Grants of one device that mean one grant together, such as several ports.
 */
import type { Grant } from "../plan.ts";

type SocketsGrant = Extract<Grant, { device: "atoll:device/sockets" }>;

/** Whether a process may be granted the device several times, each time a part of it. */
export function isGrantedInParts(device: Grant["device"]): boolean {
  return device === "atoll:device/sockets";
}

/** The same authority with one grant for each device. */
export function mergeGrants(grants: readonly Grant[]): Grant[] {
  const sockets = grants.filter((grant): grant is SocketsGrant => grant.device === "atoll:device/sockets");
  const others = grants.filter(({ device }) => !isGrantedInParts(device));
  if (sockets.length === 0) return others;
  const listen = sockets.flatMap((grant) => grant.listen);
  const connect = sockets.flatMap((grant) => grant.connect);
  return [...others, { device: "atoll:device/sockets", listen, connect }];
}
