/** Where the bytes of an output stream go: to be extended by whatever can be written. */
import { Void } from "atoll";
import { Condition } from "./condition";
import { closed, Count, Done } from "./stream-error";

/** `ready`: whether there is room, an end or an error. */
export abstract class Sink extends Condition {
  /**
   * How many bytes the next `write` may have: none while something else has to be
   * written first. Never waits, no more than the rest of them. Once one of them has
   * returned an error, none is called again.
   */
  abstract room(): Count;

  /** Takes all of the bytes, which are at most what `room` said, and are the sink's to keep. */
  abstract write(bytes: StaticArray<u8>): Done;

  /** Asks that what was written goes out; `room` is 0 until it has. */
  abstract flush(): Done;

  /** Nobody writes any more. */
  close(): void {}
}

/** What takes nothing: output that was not granted, for one. */
export class ClosedSink extends Sink {
  ready(): bool {
    return true;
  }

  room(): Count {
    return closed<u64>();
  }

  write(_bytes: StaticArray<u8>): Done {
    return closed<Void>();
  }

  flush(): Done {
    return closed<Void>();
  }
}
