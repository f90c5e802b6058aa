/**
 * One request to a server elsewhere, and what comes of it.
 *
 * The connection begins with the first byte of the body, or with its end: only
 * then it is known whether there is one, and how its end is told to the server.
 */
import { Buffer } from "node:buffer";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import type { HTTP_CLIENT_ERRORS } from "../../../toolchain/link/plan.ts";
import { readPart, wakeByParts } from "./body-parts.ts";
import type { RawFields } from "./fields.ts";
import { checkFields, pairsOf } from "./headers.ts";
import { http, https } from "./node-http.ts";
import type { Server } from "./servers.ts";

export type ClientError = (typeof HTTP_CLIENT_ERRORS)[number];

export interface Asked {
  readonly server: Server;
  readonly lookup: LookupFunction;
  readonly secure: boolean;
  readonly authority: string;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly fields: RawFields | undefined;
  /** Milliseconds. */
  readonly connectTime: number;
  readonly firstByteTime: number;
  readonly betweenBytesTime: number;
}

/** Of a request's body that Node holds for a slow server. */
const MOST_HELD = 65_536;
const MOST_HEADER_BYTES = 65_536;
const METHOD = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const PATH = /^[/*][\x21-\x7e\x80-\xff]*$/;
/** Servers do not expect a body of a request by these, so that its length is told only where there is one. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);

export class Call {
  readonly #asked: Asked;
  readonly #wake: () => void;
  readonly #fields: string[];
  readonly #promised: number | undefined;
  #written = 0;
  #request: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #isHeadTaken = false;
  #isEnded = false;
  #error: ClientError | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Undefined for what HTTP does not allow. @param wake when something has changed. */
  static of(asked: Asked, wake: () => void): Call | undefined {
    const { method, path, fields } = asked;
    if (!METHOD.test(method) || method.toUpperCase() === "CONNECT" || !PATH.test(path)) return undefined;
    const checked = checkFields(fields, "host");
    return checked && new Call(asked, checked.fields, checked.length, wake);
  }

  private constructor(asked: Asked, fields: string[], promised: number | undefined, wake: () => void) {
    this.#asked = asked;
    this.#fields = fields;
    this.#promised = promised;
    this.#wake = wake;
  }

  room(): number | ClientError {
    if (this.#error !== undefined) return this.#error;
    if (this.#isEnded) return "not-now";
    return Math.max(0, MOST_HELD - (this.#request?.writableLength ?? 0));
  }

  /** Takes what there is room for; returns how much. */
  write(bytes: Uint8Array): number | ClientError {
    const room = this.room();
    if (typeof room === "string") return room;
    if (this.#promised !== undefined && this.#written + bytes.length > this.#promised) return "invalid";
    const taken = Math.min(room, bytes.length);
    if (taken === 0) return 0;
    this.#written += taken;
    // The guest's memory is not the host's to keep.
    this.#send(true).write(Buffer.from(bytes.subarray(0, taken)));
    return taken;
  }

  end(trailers: RawFields | undefined): ClientError | undefined {
    const room = this.room();
    if (typeof room === "string") return room;
    const checked = checkFields(trailers);
    if (checked === undefined || this.#written < (this.#promised ?? 0)) {
      this.#fail("invalid");
      return "invalid";
    }
    this.#isEnded = true;
    const request = this.#send(checked.fields.length > 0);
    if (checked.fields.length > 0 && request.chunkedEncoding) request.addTrailers(pairsOf(checked.fields));
    request.end();
    return undefined;
  }

  /** The head of the answer, once; undefined: not yet. */
  answer(): IncomingMessage | undefined | ClientError {
    if (this.#error !== undefined) return this.#error;
    if (this.#isHeadTaken) return "not-now";
    this.#isHeadTaken = this.#response !== undefined;
    return this.#response;
  }

  /** The next bytes of the answer's body; empty for not yet, undefined for the end. */
  read(most: number): Uint8Array | undefined | ClientError {
    const response = this.#response;
    if (response === undefined) return this.#error ?? "not-now";
    const part = readPart(response, most);
    if (part === undefined) {
      clearTimeout(this.#timer);
      return undefined;
    }
    if (part === "closed") return this.#error ?? "closed";
    if (part.length > 0) this.#timer?.refresh();
    return part;
  }

  /** Names and values in turn, once the body was read to its end. */
  trailers(): readonly string[] | ClientError {
    const response = this.#response;
    if (response === undefined) return this.#error ?? "not-now";
    const isRead = response.complete && response.readableLength === 0;
    return isRead ? response.rawTrailers : (this.#error ?? "not-now");
  }

  /** It is over, whatever has become of it. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  #send(hasBody: boolean): ClientRequest {
    return (this.#request ??= this.#begin(hasBody));
  }

  #begin(hasBody: boolean): ClientRequest {
    const { server, lookup, secure: isSecure, authority, method, path, connectTime } = this.#asked;
    const headers = ["Host", authority, ...this.#fields, ...this.#lengthOf(hasBody)];
    const request = (isSecure ? https() : http).request({
      ...server,
      lookup,
      agent: false,
      method,
      path,
      headers,
      maxHeaderSize: MOST_HEADER_BYTES,
    });
    this.#limit(connectTime);
    request.once("socket", (socket) =>
      socket.once(isSecure ? "secureConnect" : "connect", () => this.#limit(this.#asked.firstByteTime)),
    );
    request.on("drain", this.#wake);
    request.once("response", (response) => this.#answered(response));
    // Nobody has asked for it.
    request.once("upgrade", (_response, socket) => {
      socket.destroy();
      this.#fail("protocol");
    });
    request.on("error", (error: NodeJS.ErrnoException) => this.#fail(codeOf(error)));
    return request;
  }

  /** How the server learns where the body ends. */
  #lengthOf(hasBody: boolean): string[] {
    if (this.#promised !== undefined) return ["Content-Length", String(this.#promised)];
    if (hasBody) return ["Transfer-Encoding", "chunked"];
    return WITHOUT_BODY.has(this.#asked.method.toUpperCase()) ? [] : ["Content-Length", "0"];
  }

  #answered(response: IncomingMessage): void {
    this.#response = response;
    this.#limit(this.#asked.betweenBytesTime);
    response.on("error", (error: NodeJS.ErrnoException) => this.#fail(codeOf(error)));
    wakeByParts(response, this.#wake);
    this.#wake();
  }

  #limit(time: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail("timeout"), time).unref();
  }

  #fail(error: ClientError): void {
    this.#error ??= error;
    this.stop();
    this.#wake();
  }
}

const CODES: Readonly<Record<string, ClientError>> = {
  ENOTFOUND: "not-found",
  EAI_AGAIN: "not-found",
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timeout",
  ECONNRESET: "closed",
  EPIPE: "closed",
  HPE_HEADER_OVERFLOW: "too-large",
  EPROTO: "tls",
};

/** What Node says of a connection that failed. */
function codeOf({ code = "" }: NodeJS.ErrnoException): ClientError {
  const known = CODES[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return "protocol";
  return /TLS|SSL|CERT|SIGNATURE|ISSUER/.test(code) ? "tls" : "unreachable";
}
