/**
 * One request and its answer, as far as Node has it.
 *
 *     waits ──▶ taken ──▶ begun ──▶ done        by the process that took it
 *       │         │         │
 *       ▼         ▼         ▼
 *     refused   failed    cut                   by the listener, or a process that died
 *
 * Bodies are never read before somebody asks for them, and never written faster
 * than the client takes them, but for an answer that is given as a whole.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HTTP_SERVER_ERRORS } from "../../../toolchain/link/plan.ts";
import { MOST_READ, readPart, wakeByParts } from "./body-parts.ts";
import type { RawFields } from "./fields.ts";
import { Gathered } from "./gathered.ts";
import { checkFields, pairsOf, type Checked } from "./headers.ts";
import { http } from "./node-http.ts";

export type ServerError = (typeof HTTP_SERVER_ERRORS)[number];

/** Of an answer that is whole: bytes, or a text of one character for each, which Node writes together with the headers. */
export type Body = Uint8Array | string;

export interface Bounds {
  /** Of a request's body. */
  readonly bodyBytes: number;
  /** Milliseconds in which a client has to take something of an answer that waits for it. */
  readonly stalledTime: number;
  readonly answers: Answers;
}

/** Of a listener: bytes of answers that are whole and no text, until their clients have them or are gone. */
interface Answers {
  bytes: number;
}

/** Of an answer's body that Node holds for a slow client. */
const MOST_HELD = 65_536;
/** Of answers that were given whole, for all clients of a listener that have not taken them. */
const MOST_ANSWERS = 256 * 1_048_576;
/** Milliseconds in which a client that sends too much may still get to know of it. */
const LINGER = 1_000;

const EMPTY = Buffer.alloc(0);

const [TAKEN, BEGUN, DONE] = [0, 1, 2];

export class Exchange {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #bounds: Bounds;
  #state = TAKEN;
  /** Ticks of the listener at which it came, was taken, or something of its answer was given. */
  since: number;
  /** By a process, at once: nobody waits for more of it. */
  isAnsweredWhole = false;
  /** The whole body, where it was collected. */
  #collected: Buffer[] | undefined;
  #read = 0;
  #isTooLarge = false;
  /** What the guest has said its answer's body is long, and what it has written. */
  #promised: number | undefined;
  #written = 0;
  #hasBody = true;
  #hasMoved = false;
  #isWatched = false;
  #isDraining = false;

  constructor(request: IncomingMessage, response: ServerResponse, bounds: Bounds, since: number) {
    this.request = request;
    this.#response = response;
    this.#bounds = bounds;
    this.since = since;
  }

  /** Its client cannot be answered any more. */
  get isGone(): boolean {
    return this.#response.destroyed || this.request.socket.destroyed;
  }

  /** Whoever answers it can do nothing but wait for the client, whose own times are Node's to count. */
  get isClientsTurn(): boolean {
    const { complete, readableLength } = this.request;
    if (this.isGone || this.#state === DONE) return false;
    return (!complete && readableLength === 0) || this.#response.writableLength >= MOST_HELD;
  }

  /** Whether a part of the answer was given since this was called last. */
  hasMoved(): boolean {
    const moved = this.#hasMoved;
    this.#hasMoved = false;
    return moved;
  }

  get isDone(): boolean {
    return this.#state === DONE;
  }

  /** All of the request is here. */
  get isWhole(): boolean {
    return this.request.complete;
  }

  /**
   * Gathers the whole body; `done` is told when it is there, or is too large, or will never come.
   * @param hasRoom whether what is held by now may be held.
   */
  collect(done: () => void, hasRoom: () => boolean): void {
    const gathered = new Gathered();
    this.#collected = [];
    const { request } = this;
    const end = (): void => {
      request.off("data", take);
      done();
    };
    const take = (chunk: Buffer): void => {
      const isMore = gathered.add(chunk);
      if (this.#count(chunk.length) && (!isMore || hasRoom())) return;
      this.refuse(this.#isTooLarge ? 413 : 503);
      end();
    };
    request.on("data", take);
    request.once("end", () => {
      this.#collected = gathered.take();
      done();
    });
    request.once("close", () => {
      if (!request.complete) end();
    });
  }

  /** Bytes of the body that were gathered, and that nobody has taken. */
  get heldBytes(): number {
    return this.#collected === undefined ? 0 : this.#read;
  }

  /** The same, of a request that is whole. False when its body is too large, and that was answered. */
  gatherNow(): boolean {
    if (this.request.readableLength === 0) return true;
    const collected = (this.#collected ??= []);
    for (let chunk = this.#next(); chunk !== null; chunk = this.#next()) {
      if (this.#count(chunk.length)) collected.push(chunk);
    }
    if (this.#isTooLarge) this.refuse(413);
    return !this.#isTooLarge;
  }

  /** All that was gathered. */
  get body(): Uint8Array {
    if (this.#collected === undefined) return EMPTY;
    const [first = EMPTY, ...others] = this.#collected;
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }

  /** The request has no body. */
  get isEmpty(): boolean {
    return this.request.complete && this.request.readableLength === 0;
  }

  /** The client may still take an answer. */
  get isOpen(): boolean {
    return !this.isGone && this.#state !== DONE;
  }

  #next(): Buffer | null {
    return this.request.readableLength === 0 ? null : (this.request.read() as Buffer | null);
  }

  #count(length: number): boolean {
    this.#read += length;
    if (this.#read > this.#bounds.bodyBytes) this.#isTooLarge = true;
    return !this.#isTooLarge;
  }

  /** The next bytes of the body; empty for not yet, undefined for the end. @param wake when there may be more. */
  read(most: number, wake: () => void): Uint8Array | undefined | ServerError {
    const { request } = this;
    if (this.#isTooLarge) return "too-large";
    const left = this.#collected?.shift();
    if (left !== undefined) return this.#part(left, most);
    const part = readPart(request, most);
    if (part === undefined || part === "closed") return part;
    if (!this.#count(part.length)) return this.#tooLarge();
    if (part.length > 0) return part;
    if (this.isGone) return "closed";
    if (!this.#isWatched) wakeByParts(request, wake);
    this.#isWatched = true;
    return part;
  }

  /** Of a body that was collected. */
  #part(chunk: Buffer, most: number): Uint8Array {
    const length = Math.min(most, MOST_READ);
    if (chunk.length > length) this.#collected?.unshift(chunk.subarray(length));
    return chunk.subarray(0, length);
  }

  #tooLarge(): "too-large" {
    this.refuse(413);
    return "too-large";
  }

  /** Names and values in turn; undefined until the body was read to its end. */
  get trailers(): readonly string[] | undefined {
    const { request } = this;
    return request.complete && request.readableLength === 0 ? request.rawTrailers : undefined;
  }

  /** A whole answer, by the guest. */
  respond(status: number, fields: RawFields | undefined, body: Body): ServerError | undefined {
    const checked = this.#checked(status, fields, "date");
    if (typeof checked === "string") return checked;
    const { fields: headers } = checked;
    const isEmpty = !allowsBody(status);
    if (typeof body !== "string" && !this.#mayHold(body.length)) {
      this.refuse(503);
      return "too-large";
    }
    if (!isEmpty) headers.push("Content-Length", String(body.length));
    this.isAnsweredWhole = true;
    this.#end(status, headers, isEmpty ? undefined : body);
    return undefined;
  }

  #mayHold(bytes: number): boolean {
    const { answers } = this.#bounds;
    if (answers.bytes + bytes > MOST_ANSWERS) return false;
    answers.bytes += bytes;
    // An answer that waits for the one before it does not hear of its client's end.
    const all = [this.#response, this.request.socket];
    const release = (): void => {
      answers.bytes -= bytes;
      for (const one of all) one.off("close", release);
    };
    for (const one of all) one.on("close", release);
    return true;
  }

  /** Begins an answer in parts. */
  begin(status: number, fields: RawFields | undefined): ServerError | undefined {
    const checked = this.#checked(status, fields);
    if (typeof checked === "string") return checked;
    const { fields: headers, length } = checked;
    this.#state = BEGUN;
    this.#hasMoved = true;
    this.#hasBody = allowsBody(status) && this.request.method !== "HEAD";
    if (length !== undefined && status !== 204) headers.push("Content-Length", String(length));
    this.#promised = this.#hasBody ? length : undefined;
    const response = this.#response;
    response.writeHead(status, headers);
    // What the guest writes before it waits goes out with the headers.
    response.cork();
    setImmediate(() => {
      if (this.#state === BEGUN) response.flushHeaders();
      response.uncork();
    });
    return undefined;
  }

  #checked(status: number, fields: RawFields | undefined, without?: string): Checked | ServerError {
    if (this.#state !== TAKEN) return this.isGone ? "closed" : "not-now";
    if (this.isGone) return "closed";
    const checked = status < 200 || status > 599 ? undefined : checkFields(fields, without);
    if (checked !== undefined) return checked;
    this.refuse(500);
    return "invalid";
  }

  /** Bytes that would be taken now. @param wake when there is room again. */
  room(wake: () => void): number | ServerError {
    if (this.#state !== BEGUN) return this.isGone ? "closed" : "not-now";
    if (this.isGone) return "closed";
    const room = Math.max(0, MOST_HELD - this.#response.writableLength);
    if (room === 0 && !this.#isDraining) {
      this.#isDraining = true;
      this.#response.once("drain", () => {
        this.#isDraining = false;
        wake();
      });
    }
    return room;
  }

  /** Takes what there is room for; returns how much. */
  write(bytes: Uint8Array, wake: () => void): number | ServerError {
    const room = this.room(wake);
    if (typeof room === "string") return room;
    if (this.#promised !== undefined && this.#written + bytes.length > this.#promised) return "invalid";
    const taken = Math.min(room, bytes.length);
    this.#written += taken;
    if (taken > 0) this.#hasMoved = true;
    // The guest's memory is not the host's to keep.
    if (this.#hasBody && taken > 0) this.#response.write(Buffer.from(bytes.subarray(0, taken)));
    this.#limitStall();
    if (taken < bytes.length && room > 0) this.room(wake);
    return taken;
  }

  end(trailers: RawFields | undefined): ServerError | undefined {
    if (this.#state !== BEGUN) return this.isGone ? "closed" : "not-now";
    if (this.isGone) return "closed";
    const checked = checkFields(trailers);
    const isShort = this.#promised !== undefined && this.#written < this.#promised;
    if (checked === undefined || isShort) {
      this.cut();
      return "invalid";
    }
    this.#state = DONE;
    this.#hasMoved = true;
    if (checked.fields.length > 0 && this.#response.chunkedEncoding)
      this.#response.addTrailers(pairsOf(checked.fields));
    this.#response.end();
    this.#limitStall();
    return undefined;
  }

  /** Not a process: an answer of the listener's own, where none has begun. */
  refuse(status: number): void {
    if (this.#state === TAKEN && !this.isGone) {
      const text = `${status} ${http.STATUS_CODES[status] ?? ""}\n`;
      const headers = ["Content-Type", "text/plain", "Content-Length", String(text.length)];
      if (status === 503) headers.push("Retry-After", "1");
      if (status === 413 || !this.isWhole) this.#linger();
      this.#end(status, headers, text);
    }
    this.#state = DONE;
  }

  /** Whoever answers it does so no more: `status`, or the end of the connection where the answer has begun. */
  giveUp(status: number): void {
    if (this.#state === TAKEN) this.refuse(status);
    else if (this.#state === BEGUN) this.cut();
  }

  /** Its connection ends with it. */
  closesAfter(): void {
    this.#response.shouldKeepAlive = false;
  }

  cut(): void {
    const response = this.#response;
    // What was written is not taken back.
    if (this.#state === BEGUN) response.uncork();
    const endsWithConnection = !response.chunkedEncoding && this.#promised === undefined;
    this.#state = DONE;
    // Where nothing else says how long the answer is, an orderly end would say that this is all.
    if (endsWithConnection) this.request.socket.resetAndDestroy();
    else this.request.socket.destroy();
  }

  #end(status: number, headers: readonly string[], body: Body | undefined): void {
    this.#state = DONE;
    const response = this.#response;
    response.writeHead(status, headers as string[]);
    if (typeof body === "string") response.end(body, "latin1");
    // The guest's memory is not the host's to keep.
    else response.end(body && Buffer.from(body));
    this.#limitStall();
  }

  /** Not for answers that are taken at once: a timer for each would take longer than to find it a process. */
  #limitStall(): void {
    if (this.#response.writableLength === 0) return;
    const { socket } = this.request;
    const { stalledTime } = this.#bounds;
    if (socket.timeout !== stalledTime) socket.setTimeout(stalledTime);
  }

  /** A connection that is closed while data comes loses what was written last: it takes that for a while. */
  #linger(): void {
    const { socket } = this.request;
    this.closesAfter();
    const destroySoon = (): void => {
      socket.end();
      setTimeout(() => socket.destroy(), LINGER).unref();
    };
    Object.assign(socket, { destroySoon });
  }
}

function allowsBody(status: number): boolean {
  return status !== 204 && status !== 304;
}
