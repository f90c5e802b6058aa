/** wasi:http/outgoing-handler, and the answer to come: `future-incoming-response`. */
import { Option, Result, Void } from "atoll";
import * as client from "atoll:device/http-client";
import {
  ErrorCode,
  ErrorCodeConnectionReadTimeout,
  ErrorCodeHTTPProtocolError,
  ErrorCodeHTTPRequestMethodInvalid,
  ErrorCodeHTTPRequestURIInvalid,
  MethodConnect,
  SchemeHTTP,
  SchemeOther,
} from "wasi:http/types";
import { Condition } from "../io/condition";
import { Pollable } from "../io/poll";
import { chunk, Chunk, closed, failed, NOTHING } from "../io/stream-error";
import { codeOf, HttpError } from "./error-code";
import { Field, Fields } from "./fields";
import { Incoming, IncomingBody } from "./incoming-body";
import { methodText } from "./method";
import { Target } from "./outgoing-body";
import { OutgoingRequest, RequestOptions } from "./outgoing-request";

type Handled = Result<FutureIncomingResponse, ErrorCode>;

export function handle(request: OutgoingRequest, options: RequestOptions | null): Handled {
  const scheme = request.scheme();
  const authority = request.authority();
  const path = request.pathWithQuery();
  if (request.method() instanceof MethodConnect) return refused(new ErrorCodeHTTPRequestMethodInvalid());
  if (scheme !== null && scheme instanceof SchemeOther) return refused(new ErrorCodeHTTPProtocolError());
  if (authority === null) return refused(new ErrorCodeHTTPRequestURIInvalid());
  const begun = client.begin(
    new client.Request(
      methodText(request.method()),
      scheme === null || !(scheme instanceof SchemeHTTP),
      authority,
      path === null ? "/" : path,
      request.fields.entries(),
      milliseconds(options === null ? null : options.connectTimeout()),
      milliseconds(options === null ? null : options.firstByteTimeout()),
      milliseconds(options === null ? null : options.betweenBytesTimeout()),
    ),
  );
  if (begun.isErr) return refused(codeOf(begun.error));
  const future = new FutureIncomingResponse(begun.value);
  const target = new CallTarget(begun.value);
  const error = request.isBodyTaken ? request.outgoing.start(target) : target.end([]);
  return error === null ? Result.ok<FutureIncomingResponse, ErrorCode>(future) : refused(error);
}

function refused(error: ErrorCode): Handled {
  return Result.err<FutureIncomingResponse, ErrorCode>(error);
}

/** At least one, of nanoseconds. */
function milliseconds(duration: Option<u64> | null): Option<u32> {
  if (duration === null || duration.isNone) return Option.none<u32>();
  return Option.some<u32>(<u32>min(max(duration.value / 1_000_000, 1), <u64>i32.MAX_VALUE));
}

class CallTarget extends Target {
  constructor(private call: u32) {
    super();
  }

  room(): i64 {
    const found = client.room(this.call);
    return found.isErr ? -1 : found.value;
  }

  write(bytes: StaticArray<u8>): bool {
    return client.writeBody(this.call, bytes).isOk;
  }

  end(trailers: Field[]): ErrorCode | null {
    const ended = client.endBody(this.call, trailers);
    return ended.isErr ? codeOf(ended.error) : null;
  }

  abort(): void {
    client.end(this.call);
  }
}

class AnswerBody extends Incoming {
  constructor(readonly call: u32) {
    super();
  }

  next(most: u32): Chunk {
    const found = client.readBody(this.call, most);
    if (found.isErr) return failed<StaticArray<u8>>(lost(found.error));
    const bytes = found.value;
    if (bytes === null) return closed<StaticArray<u8>>();
    return bytes.length == 0 ? NOTHING : chunk(bytes);
  }

  trailers(): Field[] {
    const found = client.trailers(this.call);
    return found.isErr ? [] : found.value;
  }

  end(): void {
    client.end(this.call);
  }
}

function lost(error: client.ErrorCode): HttpError {
  const isLate = error == client.ErrorCode.Timeout;
  return new HttpError("the server is gone", isLate ? new ErrorCodeConnectionReadTimeout() : codeOf(error));
}

type Answered = Result<IncomingResponse, ErrorCode>;

export class FutureIncomingResponse {
  private incoming: AnswerBody;
  private state: AnswerCondition;
  private isTaken: bool = false;

  constructor(call: u32) {
    const incoming = new AnswerBody(call);
    incoming.users += 1;
    this.incoming = incoming;
    this.state = new AnswerCondition(call);
  }

  subscribe(): Pollable {
    return new Pollable(this.state);
  }

  get(): Result<Answered, Void> | null {
    if (!this.state.ready()) return null;
    if (this.isTaken) return Result.err<Answered, Void>(Void.value);
    this.isTaken = true;
    return Result.ok<Answered, Void>(this.answer());
  }

  drop(): void {
    this.incoming.letGo();
  }

  private answer(): Answered {
    const head = this.state.head;
    const error = this.state.error;
    if (head !== null)
      return Result.ok<IncomingResponse, ErrorCode>(new IncomingResponse(head, this.incoming));
    if (error === null) throw new Error("an answer is there, or an error");
    return Result.err<IncomingResponse, ErrorCode>(error);
  }
}

class AnswerCondition extends Condition {
  head: client.Head | null = null;
  error: ErrorCode | null = null;

  constructor(private call: u32) {
    super();
  }

  ready(): bool {
    if (this.head !== null || this.error !== null) return true;
    const found = client.answer(this.call);
    if (found.isErr) this.error = codeOf(found.error);
    else this.head = found.value;
    return this.head !== null || this.error !== null;
  }
}

export class IncomingResponse {
  private isConsumed: bool = false;

  constructor(
    private head: client.Head,
    private incoming: Incoming,
  ) {
    incoming.users += 1;
  }

  status(): u16 {
    return this.head.status;
  }

  headers(): Fields {
    return Fields.received(this.head.headers);
  }

  consume(): Result<IncomingBody, Void> {
    if (this.isConsumed) return Result.err<IncomingBody, Void>(Void.value);
    this.isConsumed = true;
    return Result.ok<IncomingBody, Void>(new IncomingBody(this.incoming));
  }

  drop(): void {
    this.incoming.letGo();
  }
}
