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
import type { Unsent } from "./unsent.ts";

/** What each piece that is sent costs beside its bytes. */
const PIECE = 512;
/** Pieces below this are sent together, while others are on their way. */
const SMALL = 4096;
/** Milliseconds that a dropped connection has to send what it was given. */
const LINGER = 30_000;

/** What the connections of a process have in common. */
export interface Held {
  readonly unread: Unread;
  readonly unsent: Unsent;
}

export class Connection {
  readonly #socket: Socket;
  readonly #inbox: Inbox;
  readonly #allUnsent: Unsent;
  readonly #closed: () => void;
  #mostUnsent: number;
  /** Pieces that Node has, until it says that they are sent. */
  #pieces = 0;
  /** Somebody was told that what was sent is in the way. */
  #isAwaited = false;
  /** Of the room that was told, what is left: it is kept. */
  #promised = 0;
  /** Small pieces that go out when the guest has let go, or they are many. */
  #small: Uint8Array[] = [];
  #smallBytes = 0;
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
  constructor(socket: Socket, { unread, unsent }: Held, options: TcpOptions, closed: () => void) {
    this.#socket = socket;
    this.#inbox = new Inbox(unread, options.receiveBuffer);
    this.#allUnsent = unsent;
    unsent.connections += 1;
    this.#mostUnsent = options.sendBuffer;
    this.#closed = () => {
      unsent.connections -= 1;
      closed();
    };
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
    return this.#told(this.#isOver || this.#roomLeft > 0);
  }

  /** Whether all is with the operating system; small pieces, which else wait for more, go there now. */
  get isFlushed(): boolean {
    this.#write(this.#takeSmall());
    return this.#told(this.#unsent === 0 || this.#error !== undefined);
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

  /** Bytes that `send` takes, in as many parts as it likes. Throws SocketError. */
  get room(): number {
    if (this.#error !== undefined) throw new SocketError(this.#error);
    if (this.#isOver) throw new SocketError("invalid-state");
    this.#promised = this.#roomLeft;
    this.#told(this.#promised > 0);
    return this.#promised;
  }

  /** Takes as many as there is room for; returns how many. Throws SocketError. */
  send(bytes: Uint8Array): number {
    const promised = this.#promised;
    const length = Math.min(bytes.length, Math.max(promised, this.room));
    this.#promised = Math.max(promised, this.#promised) - length;
    if (length === 0) return 0;
    this.#allUnsent.bytes += length;
    const piece = bytes.slice(0, length);
    if (length >= SMALL || this.#unsent === 0) this.#write([...this.#takeSmall(), piece]);
    else this.#keep(piece);
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
      this.#write(this.#takeSmall());
      this.#socket.end();
    }
  }

  /** Sends what it was given, for a while; then it is gone. What comes meanwhile is nobody's. */
  close(): void {
    this.shutdown(true, false);
    this.#write(this.#takeSmall());
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

  /** Bytes, and what it costs to keep them. What the operating system takes at once is never among them. */
  get #unsent(): number {
    const bytes = this.#smallBytes + this.#socket.writableLength;
    return bytes === 0 ? 0 : bytes + this.#pieces * PIECE;
  }

  get #isOver(): boolean {
    return !this.#sends || this.#socket.destroyed || this.#error !== undefined;
  }

  get #roomLeft(): number {
    const unsent = this.#unsent;
    return Math.max(0, Math.min(this.#mostUnsent - unsent, this.#allUnsent.roomFor(unsent > 0)));
  }

  #told(isFine: boolean): boolean {
    if (!isFine) this.#isAwaited = true;
    return isFine;
  }

  #keep(piece: Uint8Array): void {
    this.#small.push(piece);
    this.#smallBytes += piece.length;
    if (this.#smallBytes >= SMALL) return this.#write(this.#takeSmall());
    if (this.#small.length === 1) queueMicrotask(() => this.#write(this.#takeSmall()));
  }

  #takeSmall(): Uint8Array[] {
    const small = this.#small;
    this.#small = [];
    this.#smallBytes = 0;
    return small;
  }

  #write(pieces: readonly Uint8Array[]): void {
    if (pieces.length === 0) return;
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    this.#pieces += 1;
    this.#socket.write(whole, () => {
      this.#pieces -= 1;
      this.#allUnsent.bytes -= whole.length;
      if (!this.#isAwaited) return;
      this.#isAwaited = false;
      this.#wake();
    });
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
