/** Files as streams: each has a place of its own in the file. */
import { ErrorCode } from "wasi:filesystem/types";
import { Sink } from "../io/sink";
import { Source } from "../io/source";
import { chunk, Chunk, closed, Count, count, Done, DONE, failed } from "../io/stream-error";
import { fileError } from "./error";
import { OpenFile } from "./open-file";
import { Result, Void } from "atoll";

/** Bytes that a stream takes at once. */
const ROOM: u64 = 1 << 20;

/** A file is always ready: at its end it says so. */
export class FileSource extends Source {
  constructor(
    private file: OpenFile,
    private at: u64,
  ) {
    super();
  }

  ready(): bool {
    return true;
  }

  read(most: u32): Chunk {
    const found = this.file.device.read(most, this.at);
    if (found.isErr) return failed<StaticArray<u8>>(fileError(found.error));
    const bytes = found.value._0;
    if (bytes.length == 0) return closed<StaticArray<u8>>();
    this.at += bytes.length;
    return chunk(bytes);
  }

  close(): void {
    this.file.leave();
  }
}

/** What is written is in the file at once: there is nothing to flush. */
export class FileSink extends Sink {
  /** @param at where the next bytes go; -1: at the end. */
  constructor(
    private file: OpenFile,
    private at: u64,
    private appends: bool,
  ) {
    super();
  }

  ready(): bool {
    return true;
  }

  room(): Count {
    return count(ROOM);
  }

  write(bytes: StaticArray<u8>): Done {
    let left = bytes;
    while (left.length > 0) {
      const done = this.put(left);
      if (done.isErr) return failed<Void>(fileError(done.error));
      this.at += done.value;
      if (done.value == left.length) break;
      // The disk was full after some of it: the next try says so.
      left = left.slice<StaticArray<u8>>(<i32>done.value);
    }
    return DONE;
  }

  flush(): Done {
    return DONE;
  }

  close(): void {
    this.file.leave();
  }

  private put(bytes: StaticArray<u8>): Result<u64, ErrorCode> {
    return this.appends ? this.file.device.append(bytes) : this.file.device.write(bytes, this.at);
  }
}
