/** wasi:http/types, `outgoing-request` and `request-options`. */
import { Option, Result, Void } from "atoll";
import { Method, MethodGet, MethodOther, Scheme, SchemeOther } from "wasi:http/types";
import { isAuthority } from "./authority";
import { isToken } from "./field-rules";
import { Fields } from "./fields";
import { Outgoing, OutgoingBody } from "./outgoing-body";

type Set = Result<Void, Void>;

const SET: Set = Result.ok<Void, Void>(Void.value);
const REFUSED: Set = Result.err<Void, Void>(Void.value);

export class OutgoingRequest {
  readonly fields: Fields;
  readonly outgoing: Outgoing;
  isBodyTaken: bool = false;
  private verb: Method = new MethodGet();
  private path: string | null = null;
  private protocol: Scheme | null = null;
  private server: string | null = null;

  constructor(headers: Fields) {
    this.fields = headers;
    this.outgoing = new Outgoing(headers.length(), true);
  }

  body(): Result<OutgoingBody, Void> {
    if (this.isBodyTaken) return Result.err<OutgoingBody, Void>(Void.value);
    this.isBodyTaken = true;
    return Result.ok<OutgoingBody, Void>(new OutgoingBody(this.outgoing));
  }

  method(): Method {
    return this.verb;
  }

  setMethod(method: Method): Set {
    if (method instanceof MethodOther && !isToken((<MethodOther>method).value)) return REFUSED;
    this.verb = method;
    return SET;
  }

  pathWithQuery(): string | null {
    return this.path;
  }

  setPathWithQuery(pathWithQuery: string | null): Set {
    if (pathWithQuery !== null && !isPath(pathWithQuery)) return REFUSED;
    this.path = pathWithQuery;
    return SET;
  }

  scheme(): Scheme | null {
    return this.protocol;
  }

  setScheme(scheme: Scheme | null): Set {
    if (scheme !== null && scheme instanceof SchemeOther && !isScheme((<SchemeOther>scheme).value))
      return REFUSED;
    this.protocol = scheme;
    return SET;
  }

  authority(): string | null {
    return this.server;
  }

  setAuthority(authority: string | null): Set {
    if (authority !== null && !isAuthority(authority)) return REFUSED;
    this.server = authority;
    return SET;
  }

  headers(): Fields {
    return this.fields.fixed();
  }

  drop(): void {}
}

/** Starts with a slash, and has neither spaces nor controls nor a fragment. */
function isPath(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c >= 0x7f || c == 0x23) return false;
  }
  return text.startsWith("/");
}

/** RFC 3986, 3.1. */
function isScheme(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const isLetter = (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;
    const isOther = (c >= 0x30 && c <= 0x39) || c == 0x2b || c == 0x2d || c == 0x2e;
    if (!isLetter && (i == 0 || !isOther)) return false;
  }
  return text.length > 0;
}

export class RequestOptions {
  private connect: Option<u64> = Option.none<u64>();
  private firstByte: Option<u64> = Option.none<u64>();
  private betweenBytes: Option<u64> = Option.none<u64>();

  constructor() {}

  connectTimeout(): Option<u64> {
    return this.connect;
  }

  setConnectTimeout(duration: Option<u64>): Set {
    this.connect = duration;
    return SET;
  }

  firstByteTimeout(): Option<u64> {
    return this.firstByte;
  }

  setFirstByteTimeout(duration: Option<u64>): Set {
    this.firstByte = duration;
    return SET;
  }

  betweenBytesTimeout(): Option<u64> {
    return this.betweenBytes;
  }

  setBetweenBytesTimeout(duration: Option<u64>): Set {
    this.betweenBytes = duration;
    return SET;
  }

  drop(): void {}
}
