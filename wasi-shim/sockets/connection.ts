/** A connection's streams, and the socket of the device that they share with the `tcp-socket`. */
import { Result, Void } from "atoll";
import { ErrorCode, Readiness, TcpSocket as Device } from "atoll:device/sockets";
import { Sink } from "../io/sink";
import { Source } from "../io/source";
import { chunk, Chunk, closed, Count, count, Done, DONE, failed, StreamError } from "../io/stream-error";
import { SocketError } from "./result";

/** A socket of the device, which is dropped when its last holder lets go: programs drop in any order. */
export class Held {
  private holders: i32 = 1;

  constructor(readonly device: Device) {}

  hold(): Held {
    this.holders++;
    return this;
  }

  release(): void {
    if (--this.holders == 0) this.device.drop();
  }

  is(flag: Readiness): bool {
    return (this.device.ready() & flag) != 0;
  }
}

export class ConnectionSource extends Source {
  constructor(private held: Held) {
    super();
  }

  ready(): bool {
    return this.held.is(Readiness.Readable);
  }

  read(most: u32): Chunk {
    const found = this.held.device.receive(most);
    if (found.isErr) return failed<StaticArray<u8>>(new SocketError(found.error));
    const bytes = found.value;
    return bytes === null ? closed<StaticArray<u8>>() : chunk(bytes);
  }

  close(): void {
    this.held.release();
  }
}

export class ConnectionSink extends Sink {
  private flushes: bool = false;

  constructor(private held: Held) {
    super();
  }

  ready(): bool {
    return this.held.is(this.flushes ? Readiness.Flushed : Readiness.Writable);
  }

  room(): Count {
    const room = this.held.device.room();
    if (room.isErr) return this.ended<u64>(room.error);
    if (this.flushes && !this.held.is(Readiness.Flushed)) return count(0);
    this.flushes = false;
    return count(room.value);
  }

  write(bytes: StaticArray<u8>): Done {
    const sent = this.held.device.send(bytes);
    return sent.isErr ? this.ended<Void>(sent.error) : DONE;
  }

  flush(): Done {
    this.flushes = true;
    return DONE;
  }

  close(): void {
    this.held.release();
  }

  /** After a shutdown nothing has failed: it is closed. */
  private ended<T>(code: ErrorCode): Result<T, StreamError> {
    return code == ErrorCode.InvalidState ? closed<T>() : failed<T>(new SocketError(code));
  }
}
