/**
 * wasi:http/types, `incoming-body` and `future-trailers`: what comes after a head.
 *
 * Requests and answers differ in whom they are read from: `Incoming`. The last who has
 * something of it lets go of it.
 */
import { Result, Void } from "atoll";
import { ErrorCode } from "wasi:http/types";
import { Condition } from "../io/condition";
import { InputStream } from "../io/input-stream";
import { Pollable } from "../io/poll";
import { Source } from "../io/source";
import { chunk, Chunk, NOTHING } from "../io/stream-error";
import { codeIn } from "./error-code";
import { Field, Fields } from "./fields";

/** Of one read of the device. */
const MOST: u32 = 1 << 16;

/** What a device has of one body. */
export abstract class Incoming {
  /** Of the body, the stream and the trailers, who is left. */
  users: i32 = 0;

  /** The next bytes; none if there are none yet; `closed` for the end. */
  abstract next(most: u32): Chunk;

  /** Behind the end; undefined before. */
  abstract trailers(): Field[];

  /** Nobody has anything of it any more. */
  end(): void {}

  letGo(): void {
    this.users -= 1;
    if (this.users == 0) this.end();
  }
}

class BodySource extends Source {
  private held: Chunk = NOTHING;
  private used: i32 = 0;

  constructor(private incoming: Incoming) {
    super();
    incoming.users += 1;
  }

  ready(): bool {
    if (this.isEmpty()) this.hold(this.incoming.next(MOST));
    return !this.isEmpty();
  }

  read(most: u32): Chunk {
    if (this.isEmpty()) this.hold(this.incoming.next(MOST));
    if (this.held.isErr || this.isEmpty()) return this.held.isErr ? this.held : NOTHING;
    const bytes = this.held.value;
    const from = this.used;
    this.used = min(bytes.length, from + <i32>most);
    const isWhole = from == 0 && this.used == bytes.length;
    return isWhole ? this.held : chunk(bytes.slice<StaticArray<u8>>(from, this.used));
  }

  close(): void {
    this.incoming.letGo();
  }

  private isEmpty(): bool {
    return this.held.isOk && this.used == this.held.value.length;
  }

  private hold(found: Chunk): void {
    this.held = found;
    this.used = 0;
  }
}

export class IncomingBody {
  private isStreamed: bool = false;
  private isFinished: bool = false;

  constructor(private incoming: Incoming) {
    incoming.users += 1;
  }

  stream(): Result<InputStream, Void> {
    if (this.isStreamed) return Result.err<InputStream, Void>(Void.value);
    this.isStreamed = true;
    return Result.ok<InputStream, Void>(new InputStream(new BodySource(this.incoming)));
  }

  static finish(this_: IncomingBody): FutureTrailers {
    const made = new FutureTrailers(this_.incoming);
    this_.drop();
    return made;
  }

  drop(): void {
    if (!this.isFinished) this.incoming.letGo();
    this.isFinished = true;
  }
}

type Trailers = Result<Fields | null, ErrorCode>;

export class FutureTrailers {
  readonly state: TrailersCondition;
  private isTaken: bool = false;

  constructor(private incoming: Incoming) {
    incoming.users += 1;
    this.state = new TrailersCondition(incoming);
  }

  subscribe(): Pollable {
    return new Pollable(this.state);
  }

  get(): Result<Trailers, Void> | null {
    if (!this.state.ready()) return null;
    if (this.isTaken) return Result.err<Trailers, Void>(Void.value);
    this.isTaken = true;
    return Result.ok<Trailers, Void>(this.trailers());
  }

  drop(): void {
    this.incoming.letGo();
  }

  private trailers(): Trailers {
    const error = this.state.error;
    if (error !== null) return Result.err<Fields | null, ErrorCode>(error);
    const fields = this.incoming.trailers();
    return Result.ok<Fields | null, ErrorCode>(fields.length == 0 ? null : Fields.received(fields));
  }
}

/** The body has come to its end: what nobody has read of it is read, and left. */
class TrailersCondition extends Condition {
  error: ErrorCode | null = null;
  private isThere: bool = false;

  constructor(private incoming: Incoming) {
    super();
  }

  ready(): bool {
    while (!this.isThere) {
      const found = this.incoming.next(MOST);
      if (found.isOk && found.value.length == 0) return false;
      this.isThere = found.isErr;
      if (found.isErr) this.error = codeIn(found);
    }
    return true;
  }
}
