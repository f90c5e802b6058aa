/**
 * wasi:http/types, `outgoing-body`: what follows a head that the guest has made.
 *
 * A guest may write before its head has gone out, and even be done by then; so much
 * is held here. A `content-length` is a promise that is kept or told to be broken.
 */
import { Option, Result, Void } from "atoll";
import { ErrorCode, ErrorCodeHTTPRequestBodySize, ErrorCodeHTTPResponseBodySize } from "wasi:http/types";
import { Condition } from "../io/condition";
import { OutputStream } from "../io/output-stream";
import { Sink } from "../io/sink";
import { closed, Count, count, Done, DONE, failed } from "../io/stream-error";
import { waitFor } from "../io/wait";
import { HttpError } from "./error-code";
import { Field, Fields } from "./fields";

/**
 * Bytes that wait for their head. Some adapters, such as jco-std's for Hono, write all of
 * a body before it goes out, and would wait for ever where there is no more room.
 */
const MOST_HELD: i32 = 1 << 24;

let isHeadAsked: bool = false;

/** Whether the request that is being answered is HEAD: the answer may say a length, and have no body. */
export function headIsAsked(isAsked: bool): void {
  isHeadAsked = isAsked;
}

/** Where a body goes, once its head has gone out. */
export abstract class Target {
  /** Bytes that it takes now; -1 when it takes no more at all. */
  abstract room(): i64;

  /** At most as many as there is room for. False when it takes no more. */
  abstract write(bytes: StaticArray<u8>): bool;

  /** What came of it, where it cannot be whole. */
  abstract end(trailers: Field[]): ErrorCode | null;

  abstract abort(): void;

  /** Writes all of it, however long that takes; less where it takes no more at all. */
  writeAll(bytes: StaticArray<u8>): void {
    let at = 0;
    while (at < bytes.length) {
      const room = this.room();
      if (room < 0) return;
      const end = at + <i32>min(<i64>(bytes.length - at), room);
      if (end > at && !this.write(bytes.slice<StaticArray<u8>>(at, end))) return;
      if (room == 0) waitFor(new Room(this));
      at = end;
    }
  }
}

class Room extends Condition {
  constructor(private target: Target) {
    super();
  }

  ready(): bool {
    return this.target.room() != 0;
  }
}

/** A body, whoever has something of it. */
export class Outgoing {
  private target: Target | null = null;
  private held: StaticArray<u8>[] = [];
  private heldBytes: i32 = 0;
  private written: u64 = 0;
  private isOver: bool = false;
  private isAborted: bool = false;
  private trailers: Field[] = [];

  /** @param promised bytes by `content-length`; -1 for none. */
  constructor(
    private promised: i64,
    private isRequest: bool,
  ) {}

  /** Its head has gone out. Returns what came of a body that was there already. */
  start(target: Target): ErrorCode | null {
    this.target = target;
    for (let i = 0; i < this.held.length; i++) target.writeAll(this.held[i]);
    this.held = [];
    if (this.isAborted) target.abort();
    else if (this.isOver) return target.end(this.trailers);
    return null;
  }

  room(): Count {
    if (this.isOver) return closed<u64>();
    const target = this.target;
    if (target === null) return count(MOST_HELD - this.heldBytes);
    const room = target.room();
    return room < 0 ? closed<u64>() : count(room);
  }

  write(bytes: StaticArray<u8>): Done {
    if (this.isOver) return closed<Void>();
    this.written += bytes.length;
    if (this.promised >= 0 && this.written > <u64>this.promised)
      return failed<Void>(new HttpError("the body is longer than content-length", this.size()));
    const target = this.target;
    if (target !== null) return target.write(bytes) ? DONE : closed<Void>();
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    return DONE;
  }

  finish(trailers: Field[]): ErrorCode | null {
    const isLeftOut = this.written == 0 && !this.isRequest && isHeadAsked;
    if (this.promised >= 0 && this.written != <u64>this.promised && !isLeftOut) {
      this.abort();
      return this.size();
    }
    this.isOver = true;
    this.trailers = trailers;
    const target = this.target;
    return target === null ? null : target.end(trailers);
  }

  abort(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.isAborted = true;
    const target = this.target;
    if (target !== null) target.abort();
  }

  private size(): ErrorCode {
    const written = Option.some<u64>(this.written);
    return this.isRequest
      ? new ErrorCodeHTTPRequestBodySize(written)
      : new ErrorCodeHTTPResponseBodySize(written);
  }
}

class BodySink extends Sink {
  constructor(private outgoing: Outgoing) {
    super();
  }

  ready(): bool {
    const room = this.outgoing.room();
    return room.isErr || room.value > 0;
  }

  room(): Count {
    return this.outgoing.room();
  }

  write(bytes: StaticArray<u8>): Done {
    return this.outgoing.write(bytes);
  }

  /** Whoever takes it sends it without being asked. */
  flush(): Done {
    return DONE;
  }
}

export class OutgoingBody {
  private isWritten: bool = false;
  private isFinished: bool = false;

  constructor(private outgoing: Outgoing) {}

  write(): Result<OutputStream, Void> {
    if (this.isWritten) return Result.err<OutputStream, Void>(Void.value);
    this.isWritten = true;
    return Result.ok<OutputStream, Void>(new OutputStream(new BodySink(this.outgoing)));
  }

  static finish(this_: OutgoingBody, trailers: Fields | null): Result<Void, ErrorCode> {
    this_.isFinished = true;
    const error = this_.outgoing.finish(trailers === null ? [] : trailers.entries());
    return error === null ? Result.ok<Void, ErrorCode>(Void.value) : Result.err<Void, ErrorCode>(error);
  }

  /** Without `finish` it is not whole, and whoever gets it has to know. */
  drop(): void {
    if (!this.isFinished) this.outgoing.abort();
  }
}
