/** Grants in words: what a person reads of them in `atoll inspect`. */
import { KERNEL_PACKAGE } from "../kernel-interfaces.ts";
import type { Grant, GrantedDirectory } from "../plan.ts";
import { printable } from "./text.ts";

/** Such as `directory ./texts`; what a configuration holds is not shown. */
export function grantText(grant: Grant): string {
  const [from = "", interfaceName = ""] = grant.device.split("/");
  const name = from === KERNEL_PACKAGE ? `kernel ${interfaceName}` : interfaceName;
  if (grantsNothing(grant)) return `${name} (nothing)`;
  if (grant.device === "atoll:device/directory") return `${name} ${printable(grant.path)}`;
  if (grant.device === "atoll:device/http-client") return `${name} ${printable(grant.to.join(", "))}`;
  if (grant.device === "atoll:device/http-server") return `${name} ${printable(grant.host)}:${grant.port}`;
  if (grant.device === "atoll:device/files") return filesText(grant.directories);
  if (grant.device === "atoll:device/sockets") return socketsText(grant);
  if (grant.device === "atoll:device/entropy" && grant.seed !== undefined) return `${name}, seeded`;
  return name;
}

/** Whether nobody can do anything by it: what a process that uses WASI finds where it was granted nothing. */
export function grantsNothing(grant: Grant): boolean {
  switch (grant.device) {
    case "atoll:device/clock":
    case "atoll:device/entropy":
      return grant.denied === true;
    case "atoll:device/stdio":
    case "atoll:device/http-server":
      return grant.closed === true;
    case "atoll:device/files":
      return grant.directories.length === 0;
    case "atoll:device/sockets":
      return grant.listen.length === 0 && grant.connect.length === 0;
    case "atoll:device/http-client":
      return grant.to.length === 0;
    default:
      return false;
  }
}

function filesText(directories: readonly GrantedDirectory[]): string {
  const each = directories.map(({ path, as, write }) => {
    const name = as === path ? "" : ` as ${printable(as)}`;
    return `${printable(path)}${name} (${write ? "read and write" : "read only"})`;
  });
  return `files ${each.join(", ")}`;
}

/** Such as `sockets (listens at localhost:8080, connects to db:5432)`. */
function socketsText({ listen, connect }: Extract<Grant, { device: "atoll:device/sockets" }>): string {
  const places = (verb: string, all: typeof connect): string[] =>
    all.map(({ host, port, udp }) => {
      const place = /^[^[].*:/.test(host) ? `[${host}]` : host;
      return `${verb} ${printable(place)}:${port}${udp ? " by UDP" : ""}`;
    });
  return `sockets (${[...places("listens at", listen), ...places("connects to", connect)].join(", ")})`;
}
