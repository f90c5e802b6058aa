/**
 * `atoll:device/sockets` in core values.
 *
 * Results are laid out as CanonicalABI.md says (offsets in bytes); a `result` has its
 * discriminant at 0, 0 ok or 1 error, and its payload, or the error code, where the
 * largest of both is aligned to:
 *
 *      socket-address          result of an option of          datagram
 *       0 family: u8            4 0 none or 1 some              0 data: offset, length
 *       8 high: u64             8 handle; offset, length        8 remote
 *      16 low: u64             12, 16                          40
 *      24 port: u16
 *      28 scope-id: u32
 *      32
 */
import { deviceDestructor, SOCKET_ERRORS } from "../../../toolchain/link/plan.ts";
import { HostError } from "../../host-error.ts";
import type { Device, DeviceContext, DeviceFunction, GrantOf } from "../device.ts";
import { storeSpan, type Span, type Transfer } from "../transfer.ts";
import { Access, nameOf } from "./access.ts";
import { FAMILIES, parseAddress, type Family, type SocketAddress } from "./address.ts";
import { SocketError, type ErrorCode } from "./error.ts";
import { Unread } from "./inbox.ts";
import { NameLookup } from "./name-lookup.ts";
import { TcpSocket } from "./tcp-socket.ts";
import { OPTIONS, type SocketOption } from "./tcp-options.ts";
import { UdpSocket } from "./udp-socket.ts";
import { Unsent, UnsentDatagrams } from "./unsent.ts";

/** The core values of a `socket-address`. */
type CoreAddress = [family: number, high: bigint, low: bigint, port: number, scope: number];

const ADDRESS = { size: 32, alignment: 8 } as const;
const DATAGRAM = { size: 40, alignment: 8 } as const;
/** Bytes that one call hands over; a guest has to make room for them. */
const MOST_AT_ONCE = 1024 * 1024;
const MOST_DATAGRAMS = 1024;

/** @throws HostError in a run with a seed, where the network would be reached */
export function createSockets(
  { process, transfer, sockets, waker, give, checkStop, seeded }: DeviceContext,
  grant: GrantOf<"atoll:device/sockets">,
): Device {
  if (seeded !== undefined && grant.listen.length + grant.connect.length > 0) {
    throw new HostError(
      `Process ${process.name} is granted the network, and a run with a seed cannot be had again with it. Run the system without --seed.`,
    );
  }
  const rooms = sockets.rooms();
  const turns = sockets.turnsOf(process.name);
  const access = new Access(grant);
  const unsentDatagrams = new UnsentDatagrams();
  const parts = { access, room: rooms.sockets, unread: new Unread(), unsent: new Unsent(), unsentDatagrams };
  const results = new Results(transfer);
  // Who asks last is who is woken: a handle may have been passed on.
  const tcp = (rep: number): TcpSocket => {
    checkStop();
    return sockets.get("tcp-socket", rep).wokenBy(waker());
  };
  const udp = (rep: number): UdpSocket => {
    checkStop();
    return sockets.get("udp-socket", rep).wokenBy(waker());
  };
  const beginLookup = (name: string): NameLookup => {
    const literal = parseAddress(name);
    const asked = nameOf(name);
    if (literal === undefined && asked === undefined) throw new SocketError("invalid-argument");
    if (asked !== undefined && !access.mayLookUp(asked)) throw new SocketError("access-denied");
    const giveBack = rooms.lookups.take();
    if (literal !== undefined) return NameLookup.known(literal, giveBack);
    const learn = (found: readonly SocketAddress[]) => access.learn(asked ?? "", found);
    return NameLookup.begin(asked ?? "", learn, giveBack, turns);
  };
  return {
    ...tcpFunctions(tcp, results, transfer, (socket) =>
      give("tcp-socket", sockets.add("tcp-socket", socket)),
    ),
    ...udpFunctions(udp, results, transfer),
    "[method]name-lookup.addresses"(rep: number): number {
      checkStop();
      return results.optionSpan(() => {
        const found = sockets.get("name-lookup", rep).addresses(waker());
        return found && transfer.storeList(found, ADDRESS, storeAddress);
      });
    },
    "create-tcp-socket"(family: number): number {
      checkStop();
      return results.u32(() =>
        give("tcp-socket", sockets.add("tcp-socket", new TcpSocket(parts, familyOf(family)))),
      );
    },
    "create-udp-socket"(family: number): number {
      checkStop();
      return results.u32(() =>
        give("udp-socket", sockets.add("udp-socket", new UdpSocket(parts, familyOf(family)))),
      );
    },
    lookup(offset: number, length: number): number {
      checkStop();
      return results.u32(() =>
        give("name-lookup", sockets.add("name-lookup", beginLookup(transfer.string(offset, length)))),
      );
    },
    [deviceDestructor("tcp-socket")]: (rep: number) => sockets.close("tcp-socket", rep),
    [deviceDestructor("udp-socket")]: (rep: number) => sockets.close("udp-socket", rep),
    [deviceDestructor("name-lookup")]: (rep: number) => sockets.close("name-lookup", rep),
  };
}

function tcpFunctions(
  of: (rep: number) => TcpSocket,
  results: Results,
  transfer: Transfer,
  give: (socket: TcpSocket) => number,
): Device {
  return methods("tcp-socket", {
    bind: (rep: number, ...local: CoreAddress) => results.nothing(() => of(rep).bind(addressOf(local))),
    connect: (rep: number, ...remote: CoreAddress) =>
      results.nothing(() => of(rep).connect(addressOf(remote))),
    listen: (rep: number) => results.nothing(() => of(rep).listen()),
    outcome: (rep: number) => results.bool(() => of(rep).outcome()),
    accept: (rep: number) =>
      results.optionHandle(() => {
        const accepted = of(rep).accept();
        return accepted && give(accepted);
      }),
    "local-address": (rep: number) => results.address(() => of(rep).local),
    "remote-address": (rep: number) => results.address(() => of(rep).remote),
    receive: (rep: number, most: number) =>
      results.optionSpan(() => {
        const { connection } = of(rep);
        const { available } = connection;
        if (available === undefined) return undefined;
        const span = transfer.allocate(Math.min(available, most >>> 0, MOST_AT_ONCE), 1);
        connection.receive(transfer.bytes(span.offset, span.length));
        return span;
      }),
    room: (rep: number) => results.u32(() => of(rep).connection.room),
    send: (rep: number, offset: number, length: number) =>
      results.u32(() => of(rep).connection.send(transfer.bytes(offset, length))),
    shutdown: (rep: number, receive: number, send: number) =>
      results.nothing(() => of(rep).connection.shutdown(receive !== 0, send !== 0)),
    ready: (rep: number) => of(rep).readiness,
    "get-option": (rep: number, which: number) => results.u64(() => of(rep).option(optionOf(which))),
    "set-option": (rep: number, which: number, value: bigint) =>
      results.nothing(() => of(rep).setOption(optionOf(which), BigInt.asUintN(64, value))),
  });
}

function udpFunctions(of: (rep: number) => UdpSocket, results: Results, transfer: Transfer): Device {
  return methods("udp-socket", {
    bind: (rep: number, ...local: CoreAddress) => results.nothing(() => of(rep).bind(addressOf(local))),
    restrict: (rep: number, some: number, ...remote: CoreAddress) =>
      results.nothing(() => of(rep).restrict(some === 0 ? undefined : addressOf(remote))),
    "local-address": (rep: number) => results.address(() => of(rep).local),
    "remote-address": (rep: number) => results.address(() => of(rep).remote),
    receive: (rep: number, most: number) =>
      results.span(() => {
        const taken = of(rep).receive(Math.min(most >>> 0, MOST_DATAGRAMS));
        const stored = taken.map(({ data, remote }) => ({ span: transfer.store(data), remote }));
        return transfer.storeList(stored, DATAGRAM, (view, at, { span, remote }) => {
          storeSpan(view, at, span);
          storeAddress(view, at + 8, remote);
        });
      }),
    send: (rep: number, offset: number, length: number, some: number, ...remote: CoreAddress) =>
      results.bool(() =>
        of(rep).send(transfer.bytes(offset, length), some === 0 ? undefined : addressOf(remote)),
      ),
    ready: (rep: number) => of(rep).readiness,
    "get-option": (rep: number, which: number) => results.u64(() => of(rep).option(optionOf(which))),
    "set-option": (rep: number, which: number, value: bigint) =>
      results.nothing(() => of(rep).setOption(optionOf(which), BigInt.asUintN(64, value))),
  });
}

function methods(resource: string, functions: Readonly<Record<string, DeviceFunction>>): Device {
  return Object.fromEntries(
    Object.entries(functions).map(([name, call]) => [`[method]${resource}.${name}`, call]),
  );
}

/** Result areas: what `make` returns, or the SocketError that it throws. */
class Results {
  readonly #transfer: Transfer;

  constructor(transfer: Transfer) {
    this.#transfer = transfer;
  }

  nothing(make: () => void): number {
    return this.#result(2, 1, make, () => {});
  }

  bool(make: () => boolean): number {
    return this.#result(2, 1, make, (view, value) => view.setUint8(1, value ? 1 : 0));
  }

  u32(make: () => number): number {
    return this.#result(8, 4, make, (view, value) => view.setUint32(4, value, true));
  }

  u64(make: () => bigint): number {
    return this.#result(16, 8, make, (view, value) => view.setBigUint64(8, value, true));
  }

  address(make: () => SocketAddress): number {
    return this.#result(8 + ADDRESS.size, 8, make, (view, value) => storeAddress(view, 8, value));
  }

  span(make: () => Span): number {
    return this.#result(12, 4, make, (view, value) => storeSpan(view, 4, value));
  }

  optionHandle(make: () => number | undefined): number {
    return this.#result(12, 4, make, (view, handle) => {
      if (handle === undefined) return;
      view.setUint8(4, 1);
      view.setUint32(8, handle, true);
    });
  }

  optionSpan(make: () => Span | undefined): number {
    return this.#result(16, 4, make, (view, span) => {
      if (span === undefined) return;
      view.setUint8(4, 1);
      storeSpan(view, 8, span);
    });
  }

  #result<T>(
    size: number,
    payload: 1 | 4 | 8,
    make: () => T,
    store: (view: DataView, value: T) => void,
  ): number {
    const made = valueOrCode(make);
    return this.#transfer.result(size, payload, (view) => {
      if ("value" in made) return store(view, made.value);
      view.setUint8(0, 1);
      view.setUint8(payload, SOCKET_ERRORS.indexOf(made.code));
    });
  }
}

function valueOrCode<T>(make: () => T): { readonly value: T } | { readonly code: ErrorCode } {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof SocketError) return { code: error.code };
    throw error;
  }
}

function storeAddress(view: DataView, at: number, { family, high, low, port, scope }: SocketAddress): void {
  view.setUint8(at, FAMILIES.indexOf(family));
  view.setBigUint64(at + 8, high, true);
  view.setBigUint64(at + 16, low, true);
  view.setUint16(at + 24, port, true);
  view.setUint32(at + 28, scope, true);
}

/** @throws SocketError `invalid-argument` for an IPv4 address of more than 32 bits */
function addressOf([family, high, low, port, scope]: CoreAddress): SocketAddress {
  const address = {
    family: familyOf(family),
    high: BigInt.asUintN(64, high),
    low: BigInt.asUintN(64, low),
    port: port & 0xffff,
    scope: scope >>> 0,
  };
  if (address.family === "ipv4" && (address.high !== 0n || address.low >> 32n !== 0n))
    throw new SocketError("invalid-argument");
  return address;
}

function familyOf(position: number): Family {
  const family = FAMILIES[position];
  if (family === undefined) throw new SocketError("invalid-argument");
  return family;
}

function optionOf(position: number): SocketOption {
  const option = OPTIONS[position];
  if (option === undefined) throw new SocketError("invalid-argument");
  return option;
}
