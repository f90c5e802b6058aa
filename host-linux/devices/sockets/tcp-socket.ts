/**
 * A TCP socket of a guest: unbound, bound, then a listener or a connection.
 *
 * It checks what it is asked in each state by itself: the guest that asks may be anybody.
 */
import { BoundSocket, Socket, type SocketConstructorOpts } from "node:net";
import type { Access } from "./access.ts";
import {
  addressText,
  isMapped,
  isMulticast,
  isUnspecified,
  type Family,
  type SocketAddress,
} from "./address.ts";
import { Connection, type Held } from "./connection.ts";
import { asSocketError, codeOfConnect, SocketError, type ErrorCode } from "./error.ts";
import { addressOf, Listener, READ_AHEAD, type Arrival } from "./listener.ts";
import type { Room } from "./room.ts";
import { TcpOptions, type SocketOption } from "./tcp-options.ts";

/** What the sockets of one grant have in common. */
export interface TcpParts extends Held {
  readonly access: Access;
  readonly room: Room;
}

/** Node's types know nothing of the second one, which it hands to its stream. */
const DUPLEX: SocketConstructorOpts = Object.assign({ allowHalfOpen: true }, { highWaterMark: READ_AHEAD });

type State =
  | { readonly kind: "unbound" }
  /** `open`: it may listen. */
  | { readonly kind: "bound"; readonly bound: BoundSocket; readonly open: boolean }
  | { readonly kind: "connecting"; readonly socket: Socket }
  | { readonly kind: "connected"; readonly connection: Connection }
  | { readonly kind: "starting" | "listening"; readonly listener: Listener }
  | { readonly kind: "failed"; readonly error: ErrorCode };

export class TcpSocket {
  readonly #parts: TcpParts;
  readonly #family: Family;
  readonly #options: TcpOptions;
  readonly #giveBack: () => void;
  #state: State = { kind: "unbound" };
  #local: SocketAddress | undefined;
  #remote: SocketAddress | undefined;
  #wake: () => void = () => {};

  /** Throws SocketError when there is no room for one more. */
  constructor(parts: TcpParts, family: Family, arrival?: Arrival, options: TcpOptions = new TcpOptions()) {
    this.#parts = parts;
    this.#family = family;
    this.#options = options;
    this.#giveBack = arrival === undefined ? parts.room.take() : () => {};
    if (arrival === undefined) return;
    this.#local = arrival.local;
    this.#remote = arrival.remote;
    this.#state = { kind: "connected", connection: arrival.connection };
    arrival.connection.begin();
  }

  /** Whom to wake from now on: who has just asked. */
  wokenBy(wake: () => void): this {
    this.#wake = wake;
    const state = this.#state;
    if (state.kind === "connected") state.connection.wokenBy(wake);
    if ("listener" in state) state.listener.wokenBy(wake);
    return this;
  }

  bind(local: SocketAddress): void {
    this.#expectSettled();
    if (this.#state.kind !== "unbound") throw new SocketError("invalid-state");
    checkLocal(local, this.#family);
    const { address, open } = this.#parts.access.bind(local, "tcp");
    const bound = asSocketError(
      () =>
        new BoundSocket({
          host: addressText(address, address.scope),
          port: address.port,
          ipv6Only: this.#family === "ipv6",
        }),
    );
    const { address: host, port } = bound.address();
    this.#local = addressOf(host, port);
    this.#state = { kind: "bound", bound, open };
  }

  connect(remote: SocketAddress): void {
    this.#expectSettled();
    const state = this.#state;
    if (state.kind !== "unbound" && state.kind !== "bound") throw new SocketError("invalid-state");
    checkRemote(remote, this.#family);
    if (!this.#parts.access.mayConnect(remote, "tcp")) throw new SocketError("access-denied");
    const options = { ...DUPLEX, ...(state.kind === "bound" && { handle: state.bound }) };
    const socket = new Socket(options);
    this.#state = { kind: "connecting", socket };
    socket.once("error", (error) => this.#failed(codeOfConnect(error)));
    socket.once("connect", () => this.#connected(socket, remote));
    socket.setNoDelay(true).unref();
    this.#options.apply(socket);
    socket.connect({ host: addressText(remote, remote.scope), port: remote.port, autoSelectFamily: false });
  }

  listen(): void {
    this.#expectSettled();
    const state = this.#state;
    if (state.kind !== "bound") throw new SocketError("invalid-state");
    if (!state.open) throw new SocketError("access-denied");
    const parts = { ...this.#parts, options: this.#options };
    const settled = (error?: ErrorCode): void => {
      if (error !== undefined) return this.#failed(error);
      this.#state = { kind: "listening", listener };
      this.#wake();
    };
    const listener = new Listener(state.bound, parts, settled, this.#wake);
    this.#state = { kind: "starting", listener };
  }

  /** Whether what was begun is done. Throws SocketError. */
  outcome(): boolean {
    const state = this.#state;
    if (state.kind === "failed") throw new SocketError(state.error);
    if (state.kind === "unbound" || state.kind === "bound") throw new SocketError("not-in-progress");
    return state.kind === "connected" || state.kind === "listening";
  }

  /** Undefined when there is none yet. Throws SocketError. */
  accept(): TcpSocket | undefined {
    const state = this.#state;
    if (state.kind !== "listening") throw new SocketError("invalid-state");
    const arrival = state.listener.accept(this.#wake);
    return arrival && new TcpSocket(this.#parts, this.#family, arrival, this.#options.copy());
  }

  get local(): SocketAddress {
    if (this.#local === undefined) throw new SocketError("invalid-state");
    return this.#local;
  }

  get remote(): SocketAddress {
    if (this.#remote === undefined) throw new SocketError("invalid-state");
    return this.#remote;
  }

  get connection(): Connection {
    if (this.#state.kind !== "connected") throw new SocketError("invalid-state");
    return this.#state.connection;
  }

  /** Bits in the order of `readiness` in wit/device.wit. */
  get readiness(): number {
    const state = this.#state;
    const isSettled = state.kind !== "connecting" && state.kind !== "starting";
    const listener = "listener" in state ? state.listener : undefined;
    const connection = state.kind === "connected" ? state.connection : undefined;
    const bits = [
      isSettled,
      listener?.isAcceptable,
      connection?.isReadable,
      connection?.isWritable,
      connection?.isFlushed,
    ];
    return bits.reduce((sum, bit, i) => sum + (bit === true ? 1 << i : 0), 0);
  }

  option(option: SocketOption): bigint {
    return this.#options.get(option);
  }

  setOption(option: SocketOption, value: bigint): void {
    const state = this.#state;
    if (option === "listen-backlog-size" && state.kind !== "unbound" && state.kind !== "bound")
      throw new SocketError("invalid-state");
    // What was told to be room stays room.
    const isSmaller = option === "send-buffer-size" && value < BigInt(this.#options.sendBuffer);
    if (isSmaller && value > 0n && state.kind === "connected") return;
    this.#options.set(option, value);
    if (state.kind === "connecting") this.#options.apply(state.socket);
    if (state.kind === "connected") state.connection.adopt(this.#options);
  }

  close(): void {
    const state = this.#state;
    this.#state = { kind: "failed", error: "invalid-state" };
    this.#wake = () => {};
    if (state.kind === "bound") state.bound.close();
    if ("listener" in state) state.listener.close();
    if (state.kind === "connected") return state.connection.close();
    if (state.kind !== "connecting") return this.#giveBack();
    state.socket.once("close", this.#giveBack);
    state.socket.destroy();
  }

  #expectSettled(): void {
    const { kind } = this.#state;
    if (kind === "connecting" || kind === "starting") throw new SocketError("concurrency-conflict");
  }

  #connected(socket: Socket, remote: SocketAddress): void {
    if (this.#state.kind !== "connecting") return;
    const connection = new Connection(socket, this.#parts, this.#options, this.#giveBack);
    this.#local = addressOf(socket.localAddress, socket.localPort);
    this.#remote = remote;
    this.#state = { kind: "connected", connection };
    connection.wokenBy(this.#wake);
    connection.begin();
    this.#wake();
  }

  #failed(error: ErrorCode): void {
    if (this.#state.kind !== "connecting" && this.#state.kind !== "starting") return;
    this.#state = { kind: "failed", error };
    this.#wake();
  }
}

/** @throws SocketError `invalid-argument` */
export function checkLocal(local: SocketAddress, family: Family): void {
  if (local.family !== family || isMulticast(local) || isMapped(local))
    throw new SocketError("invalid-argument");
}

/** @throws SocketError `invalid-argument` */
export function checkRemote(remote: SocketAddress, family: Family): void {
  checkLocal(remote, family);
  if (isUnspecified(remote) || remote.port === 0) throw new SocketError("invalid-argument");
}
