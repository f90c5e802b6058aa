/**
 * What a process may do with the network: its grant, and the names that were looked up for it.
 *
 * A grant of a name covers the addresses that this host's own lookup returned for that
 * name to this process, and no others: the guest never says which name an address
 * belongs to, and nothing is looked up a second time when it connects. Who answers for
 * a name could return any address, also one behind a firewall that lets this machine
 * through; so of the answers those are left out that nobody outside can have:
 * see `mayStandFor`.
 */
import { domainToASCII } from "node:url";
import type { ConnectGrant, ListenGrant } from "../../../toolchain/link/plan.ts";
import type { GrantOf } from "../device.ts";
import {
  isLinkLocal,
  isLoopback,
  isMapped,
  isMulticast,
  isSameAddress,
  isUnspecified,
  LOOPBACK,
  parseAddress,
  type IpAddress,
  type SocketAddress,
} from "./address.ts";
import { SocketError } from "./error.ts";

export type Protocol = "tcp" | "udp";

/** Of one name; the oldest are forgotten. */
const MOST_ADDRESSES = 256;
const LABELS = /^(?=.{1,253}$)[a-z\d_](?:[\w-]{0,61}[a-z\d_])?(?:\.[a-z\d_](?:[\w-]{0,61}[a-z\d_])?)*$/;
/** `getaddrinfo` takes such a name for an address, in ways of its own. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)$/;

export class Access {
  readonly #listen: readonly ListenGrant[];
  readonly #connect: readonly ConnectGrant[];
  /** By name, as `nameOf` writes it. */
  readonly #found = new Map<string, readonly IpAddress[]>();

  constructor({ listen, connect }: GrantOf<"atoll:device/sockets">) {
    this.#listen = listen;
    this.#connect = connect.map((grant) => ({ ...grant, host: hostOf(grant.host) }));
  }

  /**
   * The address to bind when a process asks for `local`, and whether it may then listen, and receive from
   * everybody. Port 0 of all addresses is what a client binds that has no wishes.
   *
   * @throws SocketError `access-denied`
   */
  bind(
    local: SocketAddress,
    protocol: Protocol,
  ): { readonly address: SocketAddress; readonly open: boolean } {
    for (const { port, host, udp } of this.#listen) {
      if (port !== local.port || protocol !== protocolOf(udp)) continue;
      const address = narrowed(local, host);
      if (address !== undefined) return { address, open: true };
    }
    const isClient = local.port === 0 && isUnspecified(local);
    if (isClient && this.#connect.some(({ udp }) => protocol === protocolOf(udp)))
      return { address: local, open: false };
    throw new SocketError("access-denied");
  }

  mayConnect(remote: SocketAddress, protocol: Protocol): boolean {
    return this.#connect.some(
      ({ host, port, udp }) =>
        protocol === protocolOf(udp) &&
        (port === "*" || port === remote.port) &&
        (host === "*" || this.#isAt(host, remote)),
    );
  }

  mayLookUp(name: string): boolean {
    return this.#connect.some(({ host }) => host === "*" || host === name);
  }

  /** A lookup of the name has returned these; returns those that it may stand for. */
  learn(name: string, answers: readonly SocketAddress[]): readonly SocketAddress[] {
    const found = answers.filter((address) => mayStandFor(name, address));
    const known = (this.#found.get(name) ?? []).filter(
      (address) => !found.some((other) => isSameAddress(address, other)),
    );
    this.#found.set(name, [...known, ...found].slice(-MOST_ADDRESSES));
    return found;
  }

  #isAt(host: string, address: IpAddress): boolean {
    const literal = parseAddress(host);
    if (literal !== undefined) return isSameAddress(literal, address);
    if (host === "localhost" && isSameAddress(LOOPBACK[address.family], address)) return true;
    return this.#found.get(host)?.some((known) => isSameAddress(known, address)) ?? false;
  }
}

/** A name as it is compared and looked up; undefined for what cannot be one. */
export function nameOf(text: string): string | undefined {
  const name = domainToASCII(text.endsWith(".") ? text.slice(0, -1) : text);
  return LABELS.test(name) && !ENDS_IN_NUMBER.test(name) ? name : undefined;
}

/** Of a grant: a name, an address without brackets, or "*". */
function hostOf(written: string): string {
  if (written.startsWith("[")) return written.slice(1, -1);
  return nameOf(written) ?? written;
}

function protocolOf(udp: true | undefined): Protocol {
  return udp === true ? "udp" : "tcp";
}

/** What is bound when `local` is asked for and a grant says `host`; undefined: the grant does not cover it. */
function narrowed(local: SocketAddress, host: string): SocketAddress | undefined {
  if (host === "*") return local;
  const granted = host === "localhost" ? LOOPBACK[local.family] : parseAddress(host);
  if (granted === undefined || granted.family !== local.family) return undefined;
  if (isUnspecified(granted) || isSameAddress(granted, local)) return local;
  return isUnspecified(local) ? { ...local, high: granted.high, low: granted.low } : undefined;
}

/**
 * Whether a name can mean an address. One without a dot, or under `.localhost`, is a matter of this machine and
 * its network; for any other one somebody out there answers, who is not to lead a guest to this very machine.
 */
export function mayStandFor(name: string, address: IpAddress): boolean {
  if (isMapped(address) || isUnspecified(address) || isMulticast(address) || isLinkLocal(address))
    return false;
  return !isLoopback(address) || !name.includes(".") || name.endsWith(".localhost");
}
