/**
 * A UDP socket of a guest.
 *
 * Node cannot be told to wait with reading, so what arrives while much is still to be
 * taken is lost, as the operating system would lose it. What waits to be sent is bounded.
 */
import { createSocket, type Socket } from "node:dgram";
import type { Access } from "./access.ts";
import { addressText, isSameAddress, parseAddress, type Family, type SocketAddress } from "./address.ts";
import { asSocketError, codeOf, SocketError, type ErrorCode } from "./error.ts";
import type { Unread } from "./inbox.ts";
import type { Room } from "./room.ts";
import { Senders } from "./senders.ts";
import { checkLocal, checkRemote } from "./tcp-socket.ts";
import type { SocketOption } from "./tcp-options.ts";
import type { UnsentDatagrams } from "./unsent.ts";

export interface UdpParts {
  readonly access: Access;
  readonly room: Room;
  readonly unread: Unread;
  readonly unsentDatagrams: UnsentDatagrams;
}

export interface Datagram {
  readonly data: Uint8Array;
  readonly remote: SocketAddress;
}

/** Bytes that are kept until they are taken, and what each datagram costs beside its own. */
const MOST_UNREAD = 256 * 1024;
const DATAGRAM = 256;
const MOST_UNSENT = 64;
/** Of IPv4 without options, and of IPv6. */
const LARGEST: Readonly<Record<Family, number>> = { ipv4: 65_507, ipv6: 65_527 };
const LINUX_HOP_LIMIT = 64n;

export class UdpSocket {
  readonly #parts: UdpParts;
  readonly #family: Family;
  readonly #giveBack: () => void;
  readonly #socket: Socket;
  readonly #senders = new Senders();
  #datagrams: Datagram[] = [];
  #cost = 0;
  #unsent = 0;
  #isBound = false;
  /** Everybody may send to it. */
  #isOpen = false;
  #peer: SocketAddress | undefined;
  #error: ErrorCode | undefined;
  #hopLimit: bigint = LINUX_HOP_LIMIT;
  #wake: () => void = () => {};

  /** Throws SocketError when there is no room for one more. */
  constructor(parts: UdpParts, family: Family) {
    this.#parts = parts;
    this.#family = family;
    this.#giveBack = parts.room.take();
    this.#socket = createSocket({
      type: TYPES[family],
      ipv6Only: family === "ipv6",
      // Addresses only come here, and a datagram goes out before its sender may end.
      lookup: (address, _, found) => found(null, address, family === "ipv4" ? 4 : 6),
    });
    this.#socket.unref();
    this.#socket.on("error", (error) => this.#failed(error));
    this.#socket.on("message", (data, { address, port }) => this.#arrived(data, address, port));
  }

  wokenBy(wake: () => void): this {
    this.#wake = wake;
    return this;
  }

  bind(local: SocketAddress): void {
    if (this.#isBound) throw new SocketError("invalid-state");
    checkLocal(local, this.#family);
    const { address, open } = this.#parts.access.bind(local, "udp");
    const host = addressText(address, address.scope);
    asSocketError(() => {
      this.#socket.bindSync({ address: host, port: address.port || freePort(host, this.#family) });
      this.#isBound = true;
      this.#socket.setTTL(Number(this.#hopLimit));
    });
    this.#isOpen = open;
  }

  restrict(remote: SocketAddress | undefined): void {
    this.#expectBound();
    if (remote !== undefined) this.#checkTarget(remote);
    asSocketError(() => {
      if (this.#peer !== undefined) this.#socket.disconnect();
      this.#peer = undefined;
      if (remote !== undefined) this.#socket.connectSync(remote.port, addressText(remote, remote.scope));
    });
    this.#peer = remote;
    this.#forget();
    this.#error = undefined;
  }

  get local(): SocketAddress {
    this.#expectBound();
    const { address, port } = asSocketError(() => this.#socket.address());
    const parsed = parseAddress(address, port);
    if (parsed === undefined) throw new SocketError("unknown");
    return parsed;
  }

  get remote(): SocketAddress {
    if (this.#peer === undefined) throw new SocketError("invalid-state");
    return this.#peer;
  }

  /** Those that have arrived, at most `most`. Throws SocketError. */
  receive(most: number): readonly Datagram[] {
    this.#expectBound();
    if (this.#datagrams.length === 0) this.#throwError();
    const taken = this.#datagrams.splice(0, most);
    for (const { data } of taken) this.#pay(-data.length - DATAGRAM);
    return taken;
  }

  /** False when there is no room. Throws SocketError, also of an earlier one. */
  send(data: Uint8Array, remote: SocketAddress | undefined): boolean {
    this.#expectBound();
    this.#throwError();
    const target = this.#targetOf(remote);
    if (data.length > LARGEST[this.#family]) throw new SocketError("datagram-too-large");
    if (!this.#hasRoom) return false;
    this.#unsent += 1;
    this.#parts.unsentDatagrams.take(data.length);
    const sent = (error: Error | null): void => {
      this.#unsent -= 1;
      this.#parts.unsentDatagrams.giveBack(bytes.length);
      if (error !== null) this.#error ??= codeOf(error);
      this.#wake();
    };
    const bytes = data.slice();
    asSocketError(() => {
      if (this.#peer === undefined)
        this.#socket.send(bytes, target.port, addressText(target, target.scope), sent);
      else this.#socket.send(bytes, sent);
    });
    return true;
  }

  /** Bits in the order of `readiness` in wit/device.wit. */
  get readiness(): number {
    const hasError = this.#error !== undefined;
    const bits = [
      true,
      false,
      this.#datagrams.length > 0 || hasError,
      this.#isBound && (hasError || this.#hasRoom),
      this.#unsent === 0,
    ];
    return bits.reduce((sum, bit, i) => sum + (bit ? 1 << i : 0), 0);
  }

  get #hasRoom(): boolean {
    return this.#unsent < MOST_UNSENT && this.#parts.unsentDatagrams.hasRoom(this.#wake);
  }

  option(option: SocketOption): bigint {
    if (option === "hop-limit") return this.#hopLimit;
    if (option === "receive-buffer-size")
      return BigInt(asSocketError(() => this.#socket.getRecvBufferSize()));
    if (option === "send-buffer-size") return BigInt(asSocketError(() => this.#socket.getSendBufferSize()));
    throw new SocketError("not-supported");
  }

  setOption(option: SocketOption, value: bigint): void {
    const size = Number(value < MOST_BUFFER ? value : MOST_BUFFER);
    if (value === 0n) throw new SocketError("invalid-argument");
    asSocketError(() => {
      if (option === "hop-limit") this.#setHopLimit(value);
      else if (option === "receive-buffer-size") this.#socket.setRecvBufferSize(size);
      else if (option === "send-buffer-size") this.#socket.setSendBufferSize(size);
      else throw new SocketError("not-supported");
    });
  }

  close(): void {
    this.#wake = () => {};
    this.#forget();
    this.#socket.close(this.#giveBack);
  }

  #setHopLimit(value: bigint): void {
    if (value > 255n) throw new SocketError("invalid-argument");
    this.#hopLimit = value;
    if (this.#isBound) this.#socket.setTTL(Number(value));
  }

  /** Whom a datagram is for. */
  #targetOf(remote: SocketAddress | undefined): SocketAddress {
    const peer = this.#peer;
    if (remote === undefined) {
      if (peer === undefined) throw new SocketError("invalid-argument");
      return peer;
    }
    if (peer === undefined) this.#checkTarget(remote);
    else if (!isSameAddress(peer, remote) || peer.port !== remote.port)
      throw new SocketError("invalid-argument");
    return remote;
  }

  #checkTarget(remote: SocketAddress): void {
    checkRemote(remote, this.#family);
    if (this.#parts.access.mayConnect(remote, "udp") || this.#senders.has(remote)) return;
    throw new SocketError("access-denied");
  }

  #arrived(data: Uint8Array, address: string, port: number): void {
    const remote = parseAddress(address, port);
    if (remote === undefined || this.#cost >= MOST_UNREAD || this.#parts.unread.isMuch) return;
    if (!this.#isOpen && !this.#parts.access.mayConnect(remote, "udp")) return;
    if (this.#isOpen) this.#senders.add(remote);
    this.#datagrams.push({ data, remote });
    this.#pay(data.length + DATAGRAM);
    this.#wake();
  }

  #forget(): void {
    this.#datagrams = [];
    this.#pay(-this.#cost);
  }

  #pay(cost: number): void {
    this.#cost += cost;
    this.#parts.unread.cost += cost;
  }

  #failed(error: Error): void {
    this.#error ??= codeOf(error);
    this.#wake();
  }

  /** Once for each. */
  #throwError(): void {
    const error = this.#error;
    if (error === undefined) return;
    this.#error = undefined;
    throw new SocketError(error);
  }

  #expectBound(): void {
    if (!this.#isBound) throw new SocketError("invalid-state");
  }
}

/**
 * A port that is free now. When a socket is not restricted any more, Linux takes the port from it, but not one
 * that it asked for by number.
 */
function freePort(address: string, family: Family): number {
  const probe = createSocket({ type: TYPES[family], ipv6Only: family === "ipv6" });
  try {
    return probe.bindSync({ address }).port;
  } finally {
    probe.close();
  }
}

const TYPES = { ipv4: "udp4", ipv6: "udp6" } as const;
/** More than any system has; Node takes numbers of 31 bits. */
const MOST_BUFFER = 2n ** 30n;
