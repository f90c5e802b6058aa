/** `input-stream` of wasi:io/streams, over any source. */
import { Result } from "atoll";
import { Condition } from "./condition";
import { Pollable } from "./poll";
import { Source } from "./source";
import { Chunk, closed, Count, count, NOTHING, StreamError } from "./stream-error";
import { looked, waitFor } from "./wait";

/** Bytes of one read: a longer one is served in parts, as the interface allows. */
const MOST: u64 = 1 << 20;

export class InputStream {
  /** Nothing comes any more: the end, an error, or the stream was dropped. */
  ended: bool = false;

  constructor(readonly source: Source) {}

  read(len: u64): Chunk {
    const found = this.look(len);
    if (found.isOk && len > 0 && found.value.length == 0) looked();
    return found;
  }

  blockingRead(len: u64): Chunk {
    while (true) {
      const found = this.look(len);
      if (found.isErr || len == 0 || found.value.length > 0) return found;
      waitFor(this.source);
    }
  }

  skip(len: u64): Count {
    return counted(this.read(len));
  }

  blockingSkip(len: u64): Count {
    return counted(this.blockingRead(len));
  }

  subscribe(): Pollable {
    return new Pollable(new Readable(this));
  }

  drop(): void {
    this.ended = true;
    this.source.close();
  }

  private look(len: u64): Chunk {
    if (this.ended) return closed<StaticArray<u8>>();
    if (len == 0) return NOTHING;
    const found = this.source.read(<u32>min(len, MOST));
    if (found.isErr) this.ended = true;
    return found;
  }
}

/** Bytes are there, or the end is: also once nobody has the stream any more. */
class Readable extends Condition {
  constructor(private stream: InputStream) {
    super();
  }

  ready(): bool {
    return this.stream.ended || this.stream.source.ready();
  }

  deadline(): u64 {
    return this.stream.source.deadline();
  }
}

function counted(found: Chunk): Count {
  if (found.isErr) return Result.err<u64, StreamError>(found.error);
  return count(found.value.length);
}
