/**
 * The devices that `system.ts` can grant, one function each, and the right to look.
 *
 * A process without a grant cannot reach the device: it is not that access is
 * refused, there is nothing there to ask. The interfaces are in `wit/device.wit`.
 */
import { LinkError } from "../error.ts";
import type { ConnectGrant, Grant, ListenGrant } from "../plan.ts";

type GrantOf<Name extends string> = Extract<Grant, { device: `atoll:device/${Name}` }>;
export { httpClient, httpServer } from "./http-grants.ts";

type KernelGrant<Name extends string> = Extract<Grant, { device: `atoll:kernel/${Name}` }>;

/** Lines of text in and out, each output line tagged with the process's name. */
export function console(): GrantOf<"console"> {
  return { device: "atoll:device/console" };
}

/** Time since the start, and time of day. */
export function clock(): GrantOf<"clock"> {
  return { device: "atoll:device/clock" };
}

/** Random numbers. With a `seed` every run gets the same ones: for tests, never for secrets. */
export function entropy(options: { readonly seed?: string } = {}): GrantOf<"entropy"> {
  return options.seed === undefined
    ? { device: "atoll:device/entropy" }
    : { device: "atoll:device/entropy", seed: options.seed };
}

/** Reading what lies under one directory; `path` is relative to `system.ts`. */
export function directory(path: string): GrantOf<"directory"> {
  return { device: "atoll:device/directory", path };
}

/** Standard input, output and error as bytes, and the exit status. Needs a `supervisor`. */
export function stdio(): GrantOf<"stdio"> {
  return { device: "atoll:device/stdio" };
}

/**
 * Files and directories under one directory, which the process opens by handles; a process may have several.
 *
 * @param path Relative to `system.ts`.
 * @param access "read" refuses every change.
 * @param options `as` is what the process calls it, such as "/data"; the path as written by default.
 */
export function dir(
  path: string,
  access: "read" | "read-write" = "read",
  options: { readonly as?: string } = {},
): GrantOf<"files"> {
  return {
    device: "atoll:device/files",
    directories: [{ path, as: options.as ?? path, write: isWriting(access) }],
  };
}

/** `system.ts` is typed, but types are not checked when Node runs it. */
function isWriting(access: string): boolean {
  if (access === "read-write") return true;
  if (access === "read") return false;
  throw new LinkError(
    "config",
    `dir(path, access): expected "read" or "read-write", found ${JSON.stringify(access)}`,
  );
}

/**
 * Arguments, values and environment that the process can ask for. The fields `arguments`,
 * `configuration` and `environment` of a process say the same; use those or this, not both.
 */
export function configuration(
  options: {
    readonly arguments?: readonly string[];
    readonly values?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): GrantOf<"configuration"> {
  return {
    device: "atoll:device/configuration",
    arguments: options.arguments ?? [],
    values: options.values ?? {},
    ...(options.environment !== undefined && { environment: options.environment }),
  };
}

/**
 * Lets the process listen at a port of this machine. A process may have several.
 *
 * @param where The port, 0 for any that is free; or with `host`: an address of this machine, "*" for all of
 *   them, "localhost" unless told, so that only programs of this machine get in; `udp`: UDP, and not TCP.
 */
export function listen(
  where: number | { readonly port: number; readonly host?: string; readonly udp?: true },
): GrantOf<"sockets"> {
  const options = typeof where === "object" ? where : { port: where };
  return grantOfSockets({ listen: [{ host: "localhost", ...options }] });
}

/**
 * Lets the process connect to others. A process may have several.
 *
 * @param to "host:port": a name, which it may then look up, too, an address ("[::1]:80") or "*"; a number
 *   or "*".
 */
export function connect(to: string, options: { readonly udp?: true } = {}): GrantOf<"sockets"> {
  const [, host = to, digits] = /^(.*):([^:\]]*)$/s.exec(to) ?? [];
  const port = digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : digits;
  return grantOfSockets({ connect: [{ ...options, host, port } as ConnectGrant] });
}

function grantOfSockets(part: {
  readonly listen?: readonly ListenGrant[];
  readonly connect?: readonly ConnectGrant[];
}): GrantOf<"sockets"> {
  return { device: "atoll:device/sockets", listen: [], connect: [], ...part };
}

/** To look at all processes of the system, their mailboxes, handles and newest events. Needs a `supervisor`. */
export function introspection(): KernelGrant<"introspect"> {
  return { device: "atoll:kernel/introspect" };
}

/** To kill and stop processes of the system, as an operator does. Needs a `supervisor`. */
export function supervision(): KernelGrant<"supervisor"> {
  return { device: "atoll:kernel/supervisor" };
}
