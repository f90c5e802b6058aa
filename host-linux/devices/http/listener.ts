/**
 * A listener and its requests: what waits, who answers, and what becomes of the rest.
 *
 *     client ──▶ gathering ──▶ waiting ──▶ taken by a process ──▶ answered
 *                (its body, where that is taken whole)  │
 *                    a time is over, or the process ends ──▶ 503, 504, 502, or the end of the connection
 *
 * Idle processes are woken one for each request, the one first that became idle last:
 * those that are not needed stay idle, until whoever made them lets them go.
 *
 * Times are counted in ticks, of which there are none while nothing happens: to read
 * the clock for each request would take longer than to find it a process.
 */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { GrantOf } from "../device.ts";
import { withinLimit } from "../open-limit.ts";
import { HostError } from "../../host-error.ts";
import type { KernelDoor } from "../kernel-door.ts";
import { Exchange, type Bounds } from "./exchange.ts";
import { http } from "./node-http.ts";
import { Parked } from "./parked.ts";
import { statusOfRefused } from "./refused.ts";
import { Serving } from "./serving.ts";

type ServerGrant = GrantOf<"atoll:device/http-server">;

export interface Load {
  readonly waiting: number;
  readonly idle: number;
  readonly departed: readonly number[];
}

/** Ticks in the shortest time that is counted in them. */
const TICKS = 4;
const [SHORTEST_TICK, LONGEST_TICK] = [5, 1_000];
/** Bytes of bodies that are gathered, or were and wait, all together. */
const MOST_HELD = 64 * 1_048_576;
/** Milliseconds by which a connection stays longer than its client is told, which may be about to use it. */
const IDLE_MORE = 1_000;
/** To CONNECT. */
const NO_TUNNEL = "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/** Milliseconds that clients have to take what was answered, once the system has ended. */
const LAST_TIME = 500;

export class Listener {
  readonly #grant: ServerGrant;
  readonly #server: Server;
  readonly #bounds: Bounds;
  /** A list, as are those that are idle: the tables that a Set grows out of keep alive what they held. */
  #waiting: Exchange[] = [];
  readonly #gathering = new Set<Exchange>();
  readonly #parked = new Parked();
  /** By pid. */
  readonly #serving = new Map<number, Serving>();
  /** In the order in which they became so. */
  readonly #idle: Serving[] = [];
  /** Who is told of the load, by pid. */
  readonly #watchers = new Map<number, () => void>();
  #departed: number[] = [];
  #isWakeDue = false;
  #ticks = 0;
  readonly #tick: number;
  #ticking: NodeJS.Timeout | undefined;
  readonly #sockets = new Set<Socket>();
  #isEnding = false;

  constructor(grant: ServerGrant) {
    this.#grant = grant;
    const { limits } = grant;
    const { bodyBytes, answerTime, idleTime } = limits;
    const stalledTime = answerTime + (answerTime === idleTime + IDLE_MORE ? 1 : 0);
    this.#bounds = { bodyBytes, stalledTime, answers: { bytes: 0 } };
    const shortest = Math.min(limits.queueTime, limits.answerTime);
    this.#tick = Math.min(Math.max(shortest / TICKS, SHORTEST_TICK), LONGEST_TICK);
    this.#server = http.createServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerTime,
      requestTimeout: limits.requestTime,
      keepAliveTimeout: limits.idleTime,
      keepAliveTimeoutBuffer: IDLE_MORE,
      // One without a body need not be a stream: that takes a tenth of what Node does for it.
      optimizeEmptyRequests: true,
      connectionsCheckingInterval: Math.min(Math.max(limits.headerTime / TICKS, SHORTEST_TICK), LONGEST_TICK),
    });
    this.#serve(this.#server);
  }

  #serve(server: Server): void {
    const { limits } = this.#grant;
    server.maxConnections = withinLimit(limits.connections, 5 / 6);
    // Their bytes are limited.
    server.maxHeadersCount = 0;
    // A client that has sent all it has to say may still be waiting.
    Object.assign(server, { httpAllowHalfOpen: true });
    // An exchange sets the time of answers that are not taken; between two requests Node sets another.
    server.on("timeout", (socket: Socket) => {
      if (socket.writableLength > 0 || socket.timeout !== this.#bounds.stalledTime) socket.destroy();
    });
    server.on("request", (request, response) => this.#came(request, response));
    server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      if (this.#came(request, response)) response.writeContinue();
    });
    server.on("connect", (_request: IncomingMessage, socket: Socket) => {
      // Node has nothing to do with it any more.
      socket.on("error", () => {});
      socket.end(NO_TUNNEL);
      socket.destroySoon();
    });
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#closed(socket));
    });
  }

  /** Throws HostError when the port is not to be had. */
  async open(): Promise<void> {
    const { host, port } = this.#grant;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen({ host, port }, resolve);
    try {
      await promise;
    } catch (error) {
      throw refusal(host, port, error as NodeJS.ErrnoException);
    }
    this.#server.off("error", reject);
  }

  /** Empty where nobody listens. */
  get address(): string {
    const bound = this.#server.address() as AddressInfo | null;
    if (bound === null) return "";
    const { address, port, family } = bound;
    return `${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The process that calls a device, as far as it serves here. */
  serving(door: KernelDoor): Serving {
    const pid = door.pid();
    const known = this.#serving.get(pid);
    if (known !== undefined) return known;
    const serving = new Serving(door);
    this.#serving.set(pid, serving);
    door.onEnd(() => this.leave(serving, 502));
    return serving;
  }

  /** It serves no more. @param status of an exchange that it leaves behind. */
  leave(serving: Serving, status: number): void {
    if (this.#serving.get(serving.pid) !== serving) return;
    this.#serving.delete(serving.pid);
    const wasIdle = serving.isIdle;
    this.#idleNoMore(serving);
    const { exchange, number } = serving;
    serving.exchange = undefined;
    if (number !== undefined) this.#departed.push(number);
    // Whoever tells of an end may have little stack left.
    queueMicrotask(() => {
      exchange?.giveUp(status);
      if (number !== undefined) this.#tellWatchers();
      // It may have been woken for a request that is still there.
      if (!wasIdle && this.#waiting.length > 0) this.#wakeSoon();
    });
  }

  /** The next request for a process, and the end of its exchange before. */
  next(serving: Serving, whole: boolean): Exchange | undefined {
    serving.exchange?.giveUp(500);
    serving.exchange = undefined;
    serving.takesWhole = whole;
    for (let exchange = this.#waiting.shift(); exchange !== undefined; exchange = this.#waiting.shift()) {
      if (exchange.isGone || exchange.isDone) continue;
      if (whole && !exchange.isWhole) this.#gather(exchange);
      else if (!exchange.isWhole && !this.#hasRoomForSlow) this.#park(exchange);
      else if (!whole || exchange.gatherNow()) return this.#taken(serving, exchange);
    }
    const slow = !whole && this.#hasRoomForSlow ? this.#parked.take() : undefined;
    if (slow !== undefined) return this.#taken(serving, slow);
    if (!serving.isIdle) this.#idle.push(serving);
    serving.isIdle = true;
    return undefined;
  }

  /** At most every second process reads a body that is still to come. */
  get #hasRoomForSlow(): boolean {
    let slow = 0;
    for (const { exchange } of this.#serving.values())
      if (exchange !== undefined && !exchange.isWhole && exchange.isOpen) slow += 1;
    return slow === 0 || slow < this.#serving.size >> 1;
  }

  #park(exchange: Exchange): void {
    this.#parked.add(exchange, () => this.#queue(exchange));
    this.#tellWatchers();
  }

  #taken(serving: Serving, exchange: Exchange): Exchange {
    exchange.since = this.#ticks;
    serving.exchange = exchange;
    this.#idleNoMore(serving);
    return exchange;
  }

  #idleNoMore(serving: Serving): void {
    if (serving.isIdle) this.#idle.splice(this.#idle.indexOf(serving), 1);
    serving.isIdle = false;
  }

  /** How things stand, and to be told how they change. */
  load(door: KernelDoor): Load {
    const pid = door.pid();
    if (!this.#watchers.has(pid)) {
      this.#watchers.set(pid, door.waker());
      door.onEnd(() => this.#watchers.delete(pid));
    }
    const departed = this.#departed;
    this.#departed = [];
    return { waiting: this.#waiting.length + this.#parked.size, idle: this.#idle.length, departed };
  }

  /** What waits is still answered; whoever finds nothing more is told to end. */
  stop(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#server.close();
    for (const exchange of [...this.#waiting, ...this.#parked]) exchange.closesAfter();
    for (const { exchange, wake } of this.#serving.values()) {
      exchange?.closesAfter();
      wake();
    }
    this.#tellWatchers();
  }

  /** No more requests; resolves when what was answered is sent, or its clients are too slow. */
  async close(): Promise<void> {
    this.stop();
    clearInterval(this.#ticking);
    for (const exchange of [...this.#waiting, ...this.#parked, ...this.#gathering]) exchange.refuse(503);
    for (const { exchange } of this.#serving.values()) exchange?.giveUp(503);
    const unsent = [...this.#sockets].filter(({ writableLength }) => writableLength > 0);
    const sent = Promise.all(unsent.map((socket) => once(socket, "close")));
    await Promise.race([sent, setTimeout(unsent.length > 0 ? LAST_TIME : 0, undefined, { ref: false })]);
    this.#server.closeAllConnections();
  }

  /** False for a request that was refused. */
  #came(request: IncomingMessage, response: ServerResponse): boolean {
    const { waiting } = this.#grant.limits;
    const exchange = new Exchange(request, response, this.#bounds, this.#ticks);
    if (this.#isEnding) exchange.closesAfter();
    const isFull = this.#unserved >= waiting && !this.#madeRoom(waiting);
    const { bodyBytes } = this.#bounds;
    const refusal = statusOfRefused(request.rawHeaders, bodyBytes) ?? (isFull ? 503 : undefined);
    if (refusal !== undefined) exchange.refuse(refusal);
    else this.#queue(exchange);
    return refusal === undefined;
  }

  /** From now on it waits for a process. */
  #queue(exchange: Exchange): void {
    exchange.since = this.#ticks;
    this.#waiting.push(exchange);
    this.#startTicking();
    this.#wakeSoon();
  }

  /** By those whose clients have gone. */
  #madeRoom(most: number): boolean {
    this.#waiting = this.#waiting.filter(({ isGone }) => !isGone);
    return this.#unserved < most;
  }

  /** How many requests no process has. */
  get #unserved(): number {
    return this.#waiting.length + this.#parked.size + this.#gathering.size;
  }

  /**
   * When Node has read what all clients have sent: a process that is woken for each request takes longer to wake
   * than to answer. If there is more to do than one gets done until then, another is woken, or made.
   */
  #wakeSoon(): void {
    if (this.#isWakeDue) return;
    this.#isWakeDue = true;
    setImmediate(() => {
      this.#isWakeDue = false;
      if (this.#waiting.length > 0) this.#wakeOne();
    });
  }

  /** It counts as idle no more. */
  #wakeOne(): void {
    const last = this.#idle.pop();
    if (last === undefined) return this.#tellWatchers();
    last.isIdle = false;
    last.wake();
    this.#wakeSoon();
  }

  #tellWatchers(): void {
    for (const wake of this.#watchers.values()) wake();
  }

  /** Of a request that is taken whole, what is still to come. */
  #gather(exchange: Exchange): void {
    this.#gathering.add(exchange);
    const done = (): void => {
      if (!this.#gathering.delete(exchange)) return;
      if (exchange.isGone || exchange.isDone) return;
      this.#queue(exchange);
    };
    exchange.collect(done, () => this.#heldBytes <= MOST_HELD);
  }

  /** Of bodies that nobody has taken. */
  get #heldBytes(): number {
    return [...this.#gathering, ...this.#waiting].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }

  /** A client has gone: whoever answers it is told. */
  #closed(socket: Socket): void {
    this.#sockets.delete(socket);
    for (const { exchange, wake } of this.#serving.values()) {
      if (exchange?.request.socket === socket) wake();
    }
  }

  #startTicking(): void {
    this.#ticking ??= setInterval(() => this.#nextTick(), this.#tick);
  }

  #nextTick(): void {
    this.#ticks += 1;
    const { queueTime, answerTime } = this.#grant.limits;
    while (this.#waiting[0] !== undefined && this.#isOver(this.#waiting[0], queueTime)) {
      this.#waiting.shift()?.refuse(503);
    }
    for (const slow of this.#parked.takeAll((one) => this.#isOver(one, queueTime))) slow.refuse(503);
    if (this.#parked.size > 0 && this.#hasRoomForSlow) this.#wakeOne();
    let isBusy = this.#waiting.length > 0 || this.#parked.size > 0;
    for (const serving of this.#serving.values()) {
      const { exchange } = serving;
      if (exchange === undefined || exchange.isAnsweredWhole) continue;
      isBusy = true;
      if (exchange.hasMoved() || exchange.isClientsTurn) exchange.since = this.#ticks;
      else if (this.#isOver(exchange, answerTime)) this.#giveUp(serving, exchange);
    }
    if (isBusy) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  #giveUp(serving: Serving, exchange: Exchange): void {
    exchange.giveUp(504);
    serving.kill();
  }

  #isOver({ since }: Exchange, time: number): boolean {
    return (this.#ticks - since) * this.#tick >= time + this.#tick;
  }
}

function refusal(host: string, port: number, { code, message }: NodeJS.ErrnoException): HostError {
  const where = `the HTTP listener ${host}:${port}`;
  if (code === "EADDRINUSE")
    return new HostError(
      `Cannot open ${where}: the port is taken. End what listens there, or take another port: of --http, or in system.ts (http, or the grant httpServer).`,
    );
  if (code === "EACCES")
    return new HostError(
      `Cannot open ${where}: no permission. Ports below 1024 are for root as a rule; take another one: of --http, or in system.ts (http, or the grant httpServer).`,
    );
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new HostError(
      `Cannot open ${where}: this machine has no such address. Write 127.0.0.1, or 0.0.0.0 for all, as host of the grant httpServer.`,
    );
  return new HostError(`Cannot open ${where}: ${message}.`);
}
