/**
 * The exchange that the process is in: atoll:wasi/http-exchange, by which a driver takes requests.
 *
 * The device knows one exchange at a time. What a guest still has of an earlier one
 * is at its end, or closed.
 */
import { Option, Result, Tuple2 } from "atoll";
import {
  abandon,
  beginResponse,
  endBody,
  ErrorCode as ServerError,
  nextHead,
  readBody,
  requestTrailers,
  room,
  writeBody,
} from "atoll:device/http-server";
import {
  ErrorCode,
  ErrorCodeConnectionTerminated,
  ErrorCodeHTTPRequestBodySize,
  ErrorCodeHTTPResponseIncomplete,
} from "wasi:http/types";
import { chunk, Chunk, closed, failed, NOTHING } from "../io/stream-error";
import { HttpError } from "./error-code";
import { Field } from "./fields";
import { Incoming } from "./incoming-body";
import { IncomingRequest } from "./incoming-request";
import { OutgoingResponse } from "./outgoing-response";
import { headIsAsked, Target } from "./outgoing-body";

let current: u32 = 0;

export function next(): Tuple2<IncomingRequest, ResponseOutparam> | null {
  const head = nextHead();
  if (head === null) return null;
  current += 1;
  headIsAsked(head.method == "HEAD");
  const request = new IncomingRequest(head.method, head.target, head.headers, new RequestBody(current));
  return new Tuple2(request, new ResponseOutparam(current));
}

export function finish(): void {
  current += 1;
  abandon();
}

class RequestBody extends Incoming {
  constructor(private exchange: u32) {
    super();
  }

  next(most: u32): Chunk {
    if (this.exchange != current) return closed<StaticArray<u8>>();
    const found = readBody(most);
    if (found.isErr) return failed<StaticArray<u8>>(lost(found.error));
    const bytes = found.value;
    if (bytes === null) return closed<StaticArray<u8>>();
    return bytes.length == 0 ? NOTHING : chunk(bytes);
  }

  trailers(): Field[] {
    const found = requestTrailers();
    return this.exchange != current || found.isErr ? [] : found.value;
  }
}

function lost(error: ServerError): HttpError {
  if (error == ServerError.TooLarge)
    return new HttpError("the request is too large", new ErrorCodeHTTPRequestBodySize(Option.none<u64>()));
  return new HttpError("the client is gone", new ErrorCodeConnectionTerminated());
}

class ResponseTarget extends Target {
  constructor(private exchange: u32) {
    super();
  }

  room(): i64 {
    if (this.exchange != current) return -1;
    const found = room();
    return found.isErr ? -1 : found.value;
  }

  write(bytes: StaticArray<u8>): bool {
    return this.exchange == current && writeBody(bytes).isOk;
  }

  end(trailers: Field[]): ErrorCode | null {
    if (this.exchange == current && endBody(trailers).isOk) return null;
    return new ErrorCodeHTTPResponseIncomplete();
  }

  abort(): void {
    if (this.exchange == current) abandon();
  }
}

export class ResponseOutparam {
  constructor(private exchange: u32) {}

  static set(param: ResponseOutparam, response: Result<OutgoingResponse, ErrorCode>): void {
    if (param.exchange != current) return;
    // What went wrong is for the guest's owner to know, not for its clients.
    if (response.isErr) return abandon();
    const answer = response.value;
    if (beginResponse(answer.statusCode(), answer.fields.entries()).isErr) return abandon();
    answer.send(new ResponseTarget(param.exchange));
  }

  drop(): void {}
}
