/**
 * A TCP connection that is there, over a socket of Node.
 *
 * Both ways are bounded: Node stops reading when the guest does not take what came, and
 * takes no more to send than fits. Whoever was told "nothing yet" is woken when that changes.
 */
import type { Socket } from "node:net";
import { codeOf, SocketError, type ErrorCode } from "./error.ts";
import { Inbox, type Unread } from "./inbox.ts";
import type { TcpOptions } from "./tcp-options.ts";

/** What each piece that is sent costs beside its bytes. */
const PIECE = 512;
/** Milliseconds that a dropped connection has to send what it was given. */
const LINGER = 30_000;

export class Connection {
  readonly #socket: Socket;
  readonly #inbox: Inbox;
  readonly #closed: () => void;
  #unsent = 0;
  #mostUnsent: number;
  /** No more can come. */
  #hasEnded = false;
  #receives = true;
  #sends = true;
  #error: ErrorCode | undefined;
  #wake: () => void = () => {};

  /**
   * Takes over a socket that is connected, and reads nothing before `begin`. `closed` is told when the guest has
   * dropped it, and it is gone.
   */
  constructor(socket: Socket, unread: Unread, options: TcpOptions, closed: () => void) {
    this.#socket = socket;
    this.#inbox = new Inbox(unread, options.receiveBuffer);
    this.#mostUnsent = options.sendBuffer;
    this.#closed = closed;
    socket.on("error", (error) => {
      this.#error ??= codeOf(error);
    });
    socket.on("end", () => this.#ended());
    socket.on("close", () => this.#ended());
  }

  begin(): void {
    this.#socket.on("data", (piece: Uint8Array) => this.#received(piece));
    this.#socket.resume();
  }

  /** Whom to wake from now on. */
  wokenBy(wake: () => void): void {
    this.#wake = wake;
  }

  /** They were changed. */
  adopt(options: TcpOptions): void {
    this.#inbox.limit = options.receiveBuffer;
    this.#mostUnsent = options.sendBuffer;
    options.apply(this.#socket);
    if (!this.#inbox.isFull && this.#socket.isPaused()) this.#socket.resume();
  }

  get isReadable(): boolean {
    return this.#inbox.bytes > 0 || this.#hasEnded || !this.#receives || this.#error !== undefined;
  }

  get isWritable(): boolean {
    return this.#isOver || this.#unsent < this.#mostUnsent;
  }

  get isFlushed(): boolean {
    return this.#unsent === 0 || this.#error !== undefined;
  }

  /** How many bytes `receive` can give now; undefined: the other side has ended. Throws SocketError. */
  get available(): number | undefined {
    if (this.#inbox.bytes > 0) return this.#inbox.bytes;
    if (!this.#receives) return undefined;
    if (this.#error !== undefined) throw new SocketError(this.#error);
    return this.#hasEnded ? undefined : 0;
  }

  /** Fills `into`, which is not longer than what is available. */
  receive(into: Uint8Array): void {
    this.#inbox.take(into);
    if (!this.#inbox.isFull && this.#socket.isPaused()) this.#socket.resume();
  }

  /** Bytes that `send` takes. Throws SocketError. */
  get room(): number {
    if (this.#error !== undefined) throw new SocketError(this.#error);
    if (this.#isOver) throw new SocketError("invalid-state");
    return Math.max(0, this.#mostUnsent - this.#unsent);
  }

  /** Takes as many as there is room for; returns how many. Throws SocketError. */
  send(bytes: Uint8Array): number {
    const length = Math.min(bytes.length, this.room);
    if (length === 0) return 0;
    const cost = length + PIECE;
    this.#unsent += cost;
    this.#socket.write(Uint8Array.from(bytes.subarray(0, length)), () => {
      this.#unsent -= cost;
      this.#wake();
    });
    return length;
  }

  shutdown(receive: boolean, send: boolean): void {
    if (receive && this.#receives) {
      this.#receives = false;
      this.#inbox.clear();
      this.#socket.resume();
    }
    if (send && this.#sends) {
      this.#sends = false;
      this.#socket.end();
    }
  }

  /** Sends what it was given, for a while; then it is gone. What comes meanwhile is nobody's. */
  close(): void {
    this.shutdown(true, false);
    this.#wake = () => {};
    if (this.#socket.closed) return this.#closed();
    const late = setTimeout(() => this.#socket.destroy(), LINGER).unref();
    this.#socket.once("close", () => {
      clearTimeout(late);
      this.#closed();
    });
    this.#socket.destroySoon();
  }

  /** As a listener does with what nobody will accept. */
  reset(): void {
    if (this.#socket.closed) return this.#closed();
    this.#socket.once("close", this.#closed);
    this.#socket.resetAndDestroy();
  }

  get #isOver(): boolean {
    return !this.#sends || this.#socket.destroyed || this.#error !== undefined;
  }

  #received(piece: Uint8Array): void {
    if (!this.#receives) return;
    this.#inbox.add(piece);
    if (this.#inbox.isFull) this.#socket.pause();
    this.#wake();
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#wake();
  }
}
