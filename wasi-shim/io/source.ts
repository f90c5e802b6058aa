/** Where the bytes of an input stream come from: to be extended by whatever can be read. */
import { Condition } from "./condition";
import { Chunk, closed } from "./stream-error";

/** `ready`: whether `read` would return bytes, the end or an error. */
export abstract class Source extends Condition {
  /**
   * At most so many bytes, one or more asked for; fewer are fine, none mean that
   * nothing is there yet. Never waits. Not called again after an error.
   */
  abstract read(most: u32): Chunk;

  /** Nobody reads any more. */
  close(): void {}
}

/** What is at its end: input that was not granted, for one. */
export class EmptySource extends Source {
  ready(): bool {
    return true;
  }

  read(_most: u32): Chunk {
    return closed<StaticArray<u8>>();
  }
}
