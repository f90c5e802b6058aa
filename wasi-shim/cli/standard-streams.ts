/**
 * wasi:cli/stdin, stdout and stderr.
 *
 * A process has one input, whichever stream reads it. Output goes to the host at
 * once: what it has no room for is waited for in the write itself, so that
 * nothing is left behind here when the program ends without a flush.
 */
import { Void } from "atoll";
import { Output, read, write } from "atoll:device/stdio";
import { InputStream } from "../io/input-stream";
import { OutputStream } from "../io/output-stream";
import { Sink } from "../io/sink";
import { Source } from "../io/source";
import { Chunk, chunk, closed, Count, count, Done, DONE, NOTHING } from "../io/stream-error";
import { waitForNews } from "../io/wait";

/** Bytes that `check-write` allows, so much that a write is worth a call of the device. */
const ROOM: u64 = 1 << 16;

export function getStdin(): InputStream {
  return new InputStream(input);
}

export function getStdout(): OutputStream {
  return new OutputStream(new Standard(Output.Out));
}

export function getStderr(): OutputStream {
  return new OutputStream(new Standard(Output.Err));
}

class StandardInput extends Source {
  /** What a look has brought up, and nobody has read yet. */
  private held: Chunk = NOTHING;
  private used: i32 = 0;
  /** Bytes that a look asks for: as many as were wanted last, since other processes read as well. */
  private wanted: u32 = 4096;

  ready(): bool {
    if (this.isEmpty()) this.hold(look(this.wanted));
    return !this.isEmpty();
  }

  read(most: u32): Chunk {
    if (this.held.isErr) return this.held;
    if (!this.isEmpty()) return this.take(<i32>most);
    this.wanted = most;
    const found = look(most);
    if (found.isErr) this.hold(found);
    return found;
  }

  private isEmpty(): bool {
    return this.held.isOk && this.used == this.held.value.length;
  }

  private hold(found: Chunk): void {
    this.held = found;
    this.used = 0;
  }

  private take(most: i32): Chunk {
    const bytes = this.held.value;
    const from = this.used;
    const to = min(bytes.length, from + most);
    this.used = to;
    return from == 0 && to == bytes.length ? this.held : chunk(bytes.slice<StaticArray<u8>>(from, to));
  }
}

const input: StandardInput = new StandardInput();

function look(most: u32): Chunk {
  const found = read(most);
  if (found.isErr) return closed<StaticArray<u8>>();
  return found.value.length == 0 ? NOTHING : chunk(found.value);
}

class Standard extends Sink {
  private isClosed: bool = false;

  constructor(private to: Output) {
    super();
  }

  ready(): bool {
    return true;
  }

  room(): Count {
    return this.isClosed ? closed<u64>() : count(ROOM);
  }

  write(bytes: StaticArray<u8>): Done {
    let left = bytes;
    while (left.length > 0) {
      const taken = write(this.to, left);
      if (taken.isErr) {
        this.isClosed = true;
        return closed<Void>();
      }
      if (<i32>taken.value == left.length) break;
      left = left.slice<StaticArray<u8>>(taken.value);
      if (taken.value == 0) waitForNews();
    }
    return DONE;
  }

  /** The host writes it out without being asked. */
  flush(): Done {
    return DONE;
  }
}
