/** A TCP socket that listens: the connections that have arrived, until they are accepted. */
import { createServer, type BoundSocket, type Server, type Socket } from "node:net";
import { parseAddress, type SocketAddress } from "./address.ts";
import { Connection, type Held } from "./connection.ts";
import { codeOf, SocketError, type ErrorCode } from "./error.ts";
import type { Room } from "./room.ts";
import type { TcpOptions } from "./tcp-options.ts";

/** Bytes that Node itself reads of a connection that is paused: so many, and what one read brings. */
export const READ_AHEAD = 16_384;

/** A connection that has arrived. */
export interface Arrival {
  readonly connection: Connection;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

export class Listener {
  readonly #server: Server;
  readonly #room: Room;
  readonly #held: Held;
  readonly #options: TcpOptions;
  readonly #arrived: Arrival[] = [];
  #error: ErrorCode | undefined;
  #wake: () => void;

  /** `settled` is told once that it listens, or the error. */
  constructor(
    bound: BoundSocket,
    parts: Held & { readonly room: Room; readonly options: TcpOptions },
    settled: (error?: ErrorCode) => void,
    wake: () => void,
  ) {
    this.#room = parts.room;
    this.#held = parts;
    this.#options = parts.options;
    this.#wake = wake;
    this.#server = createServer({
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: true,
      highWaterMark: READ_AHEAD,
    });
    this.#server.on("connection", (socket) => this.#take(socket));
    this.#server.once("listening", () => settled());
    this.#server.on("error", (error) => this.#failed(error, settled));
    this.#server.listen(bound, this.#options.backlog).unref();
  }

  get isAcceptable(): boolean {
    return this.#arrived.length > 0 || this.#error !== undefined;
  }

  /** Undefined when there is none yet. Throws SocketError, once for each error. */
  accept(wake: () => void): Arrival | undefined {
    this.#wake = wake;
    const arrival = this.#arrived.shift();
    const error = this.#error;
    if (arrival !== undefined || error === undefined) return arrival;
    this.#error = undefined;
    throw new SocketError(error);
  }

  wokenBy(wake: () => void): void {
    this.#wake = wake;
  }

  close(): void {
    this.#wake = () => {};
    this.#server.close();
    for (const { connection } of this.#arrived) connection.reset();
    this.#arrived.length = 0;
  }

  #failed(error: Error, settled: (error: ErrorCode) => void): void {
    const code = codeOf(error);
    if (!this.#server.listening) return settled(code);
    this.#error = code;
    this.#wake();
  }

  #take(socket: Socket): void {
    socket.unref();
    const local = addressOf(socket.localAddress, socket.localPort);
    const remote = addressOf(socket.remoteAddress, socket.remotePort);
    const giveBack = local && remote ? this.#place() : undefined;
    if (local === undefined || remote === undefined || giveBack === undefined) return refuse(socket);
    this.#options.apply(socket);
    this.#arrived.push({
      connection: new Connection(socket, this.#held, this.#options, giveBack),
      local,
      remote,
    });
    this.#wake();
  }

  /** Undefined when there is no room for one more. */
  #place(): (() => void) | undefined {
    if (this.#arrived.length >= this.#options.backlog) return undefined;
    try {
      return this.#room.take();
    } catch {
      return undefined;
    }
  }
}

/** What Node says; undefined once the connection is gone. */
export function addressOf(text: string | undefined, port: number | undefined): SocketAddress | undefined {
  return text === undefined ? undefined : parseAddress(text, port);
}

function refuse(socket: Socket): void {
  socket.on("error", () => {});
  socket.resetAndDestroy();
}
