/**
 * Grants of one device that mean one grant together, such as several directories or ports.
 */
import type { Grant } from "../plan.ts";

type SocketsGrant = Extract<Grant, { device: "atoll:device/sockets" }>;
type FilesGrant = Extract<Grant, { device: "atoll:device/files" }>;

/** Whether a process may be granted the device several times, each time a part of it. */
export function isGrantedInParts(device: Grant["device"]): boolean {
  return device === "atoll:device/files" || device === "atoll:device/sockets";
}

/** The same authority with one grant for each device. */
export function mergeGrants(grants: readonly Grant[]): Grant[] {
  const files = grants.filter((grant): grant is FilesGrant => grant.device === "atoll:device/files");
  const sockets = grants.filter((grant): grant is SocketsGrant => grant.device === "atoll:device/sockets");
  const merged = grants.filter(({ device }) => !isGrantedInParts(device));
  if (files.length > 0) {
    const directories = files.flatMap((grant) => grant.directories);
    merged.push({ device: "atoll:device/files", directories });
  }
  if (sockets.length > 0) {
    const listen = sockets.flatMap((grant) => grant.listen);
    const connect = sockets.flatMap((grant) => grant.connect);
    merged.push({ device: "atoll:device/sockets", listen, connect });
  }
  return merged;
}

/** What is wrong with the parts of a process's grants, taken together. */
export function checkParts(process: string, grants: readonly Grant[]): string[] {
  return mergeGrants(grants).flatMap((grant) => {
    if (grant.device !== "atoll:device/files") return [];
    const names = grant.directories.map((directory) => directory.as);
    return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map(
      (name) =>
        `process "${process}", grants: expected directories of different names, found "${name}" more than once; dir(path, access, { as: "/other" }) names one for the process`,
    );
  });
}
