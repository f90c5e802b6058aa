/** `output-stream` of wasi:io/streams, over any sink. */
import { Result, Void } from "atoll";
import { Condition } from "./condition";
import { InputStream } from "./input-stream";
import { Pollable } from "./poll";
import { Sink } from "./sink";
import { closed, Count, count, Done, DONE, StreamError, StreamErrorClosed } from "./stream-error";
import { looked, waitFor } from "./wait";

/** Bytes that are spliced, or zeroes that are written, at once. */
const MOST: u64 = 1 << 16;

export class OutputStream {
  /** Nothing is taken any more: the end, an error, or the stream was dropped. */
  ended: bool = false;
  /** What `check-write` has said of the next `write`. */
  private permit: u64 = 0;

  constructor(readonly sink: Sink) {}

  checkWrite(): Count {
    const room = this.look();
    if (room.isOk && room.value == 0) looked();
    return room;
  }

  write(contents: StaticArray<u8>): Done {
    this.use(contents.length);
    if (this.ended) return closed<Void>();
    return this.note(this.sink.write(contents));
  }

  blockingWriteAndFlush(contents: StaticArray<u8>): Done {
    let at: i32 = 0;
    while (at < contents.length) {
      const room = this.waitForRoom();
      if (room.isErr) return broken(room);
      const end = at + <i32>min(<u64>(contents.length - at), room.value);
      const isWhole = at == 0 && end == contents.length;
      const done = this.write(isWhole ? contents : contents.slice<StaticArray<u8>>(at, end));
      if (done.isErr) return done;
      at = end;
    }
    return this.flushed();
  }

  flush(): Done {
    this.permit = 0;
    if (this.ended) return closed<Void>();
    return this.note(this.sink.flush());
  }

  blockingFlush(): Done {
    const asked = this.flush();
    if (asked.isErr) return asked;
    const room = this.waitForRoom();
    return room.isErr ? broken(room) : DONE;
  }

  subscribe(): Pollable {
    return new Pollable(new Writable(this));
  }

  writeZeroes(len: u64): Done {
    this.use(len);
    if (this.ended) return closed<Void>();
    for (let left = len; left > 0;) {
      const part = min(left, MOST);
      const done = this.note(this.sink.write(new StaticArray<u8>(<i32>part)));
      if (done.isErr) return done;
      left -= part;
    }
    return DONE;
  }

  blockingWriteZeroesAndFlush(len: u64): Done {
    for (let left = len; left > 0;) {
      const room = this.waitForRoom();
      if (room.isErr) return broken(room);
      const part = min(min(left, room.value), MOST);
      const done = this.writeZeroes(part);
      if (done.isErr) return done;
      left -= part;
    }
    return this.flushed();
  }

  splice(src: InputStream, len: u64): Count {
    const room = this.checkWrite();
    if (room.isErr || room.value == 0 || len == 0) return room.isErr ? room : count(0);
    return this.take(src, min(len, room.value));
  }

  blockingSplice(src: InputStream, len: u64): Count {
    const room = this.waitForRoom();
    if (room.isErr || len == 0) return room.isErr ? room : count(0);
    if (!src.ended) waitFor(src.source);
    return this.take(src, min(len, room.value));
  }

  drop(): void {
    this.ended = true;
    this.sink.close();
  }

  private look(): Count {
    if (this.ended) return closed<u64>();
    const room = this.sink.room();
    if (room.isErr) this.ended = true;
    this.permit = room.isErr ? 0 : room.value;
    return room;
  }

  /** Ends the process where `check-write` has not allowed that much, as the interface wants it. */
  private use(length: u64): void {
    if (length > this.permit) {
      const allowed = this.permit.toString();
      throw new Error(`${length.toString()} bytes are written and check-write has allowed ${allowed}`);
    }
    this.permit -= length;
  }

  private note(done: Done): Done {
    if (done.isErr) this.ended = true;
    return done;
  }

  private waitForRoom(): Count {
    while (true) {
      const room = this.look();
      if (room.isErr || room.value > 0) return room;
      waitFor(this.sink);
    }
  }

  /** All has gone out; that the stream ends with it is fine. */
  private flushed(): Done {
    const asked = this.flush();
    if (asked.isErr) return asked;
    const room = this.waitForRoom();
    return room.isErr && !(room.error instanceof StreamErrorClosed) ? broken(room) : DONE;
  }

  private take(src: InputStream, len: u64): Count {
    const found = src.read(min(len, MOST));
    if (found.isErr) return Result.err<u64, StreamError>(found.error);
    const done = this.write(found.value);
    return done.isErr ? Result.err<u64, StreamError>(done.error) : count(found.value.length);
  }
}

/** There is room, or an end: also once nobody has the stream any more. */
class Writable extends Condition {
  constructor(private stream: OutputStream) {
    super();
  }

  ready(): bool {
    return this.stream.ended || this.stream.sink.ready();
  }

  deadline(): u64 {
    return this.stream.sink.deadline();
  }
}

function broken(room: Count): Done {
  return Result.err<Void, StreamError>(room.error);
}
