/** Sources and sinks by script: see scripted.wit. */
import { now } from "atoll:device/clock";
import { NEVER } from "./io/condition";
import { IoError } from "./io/error";
import { InputStream } from "./io/input-stream";
import { OutputStream } from "./io/output-stream";
import { Sink } from "./io/sink";
import { Source } from "./io/source";
import { chunk, Chunk, closed, Count, count, Done, DONE, failed, NOTHING } from "./io/stream-error";
import { Void } from "atoll";

const MILLISECOND: u64 = 1_000_000;
let lastWritten: string = "";
let drops: u32 = 0;

/** The step that it is at: bytes that are left of it, or until when nothing happens. */
class Script {
  private steps: string[];
  private at: i32 = 0;
  private left: u32 = 0;
  private until: u64 = 0;

  constructor(text: string) {
    this.steps = text.split(" ");
    this.begin();
  }

  /** Whether something is there: bytes, or the end. */
  ready(): bool {
    if (this.until == 0) return true;
    if (now() < this.until) return false;
    this.next();
    return this.ready();
  }

  deadline(): u64 {
    return this.until == 0 ? NEVER : this.until;
  }

  bytes(): u32 {
    return this.ready() ? this.left : 0;
  }

  isEnd(): bool {
    return this.steps[this.at] == "end";
  }

  isFailure(): bool {
    return this.steps[this.at] == "fail";
  }

  use(bytes: u32): void {
    this.left -= bytes;
    if (this.left == 0 && bytes > 0) this.next();
  }

  private next(): void {
    this.at++;
    this.begin();
  }

  private begin(): void {
    const step = this.steps[this.at];
    this.until = step.charAt(0) == "+" ? now() + <u64>I32.parseInt(step.slice(1)) * MILLISECOND : 0;
    const isWord = step == "end" || step == "fail" || this.until != 0;
    this.left = isWord ? 0 : I32.parseInt(step);
  }
}

/** Letters, from `a` on. */
class ScriptedSource extends Source {
  private letter: i32 = 0;

  constructor(private script: Script) {
    super();
  }

  ready(): bool {
    return this.script.ready();
  }

  deadline(): u64 {
    return this.script.deadline();
  }

  read(most: u32): Chunk {
    const length = min(this.script.bytes(), most);
    if (length == 0) {
      if (this.script.isEnd()) return closed<StaticArray<u8>>();
      return this.script.isFailure() ? failed<StaticArray<u8>>(new IoError("read: as scripted")) : NOTHING;
    }
    const bytes = new StaticArray<u8>(length);
    for (let i: u32 = 0; i < length; i++) bytes[i] = <u8>(97 + (this.letter++ % 26));
    this.script.use(length);
    return chunk(bytes);
  }

  close(): void {
    drops++;
  }
}

class ScriptedSink extends Sink {
  private flushed: u64 = 0;

  constructor(private script: Script) {
    super();
  }

  ready(): bool {
    return now() >= this.flushed && this.script.ready();
  }

  deadline(): u64 {
    return now() < this.flushed ? this.flushed : this.script.deadline();
  }

  room(): Count {
    if (now() < this.flushed) return count(0);
    const room = this.script.bytes();
    if (room > 0) return count(room);
    if (this.script.isEnd()) return closed<u64>();
    return this.script.isFailure() ? failed<u64>(new IoError("write: as scripted")) : count(0);
  }

  write(bytes: StaticArray<u8>): Done {
    lastWritten += String.UTF8.decodeUnsafe(changetype<usize>(bytes), bytes.length);
    this.script.use(bytes.length);
    return DONE;
  }

  flush(): Done {
    lastWritten += "|";
    this.flushed = now() + 2 * MILLISECOND;
    return DONE;
  }

  close(): void {
    drops++;
  }
}

export function input(script: string): InputStream {
  return new InputStream(new ScriptedSource(new Script(script)));
}

export function output(script: string): OutputStream {
  lastWritten = "";
  return new OutputStream(new ScriptedSink(new Script(script)));
}

export function written(): string {
  return lastWritten;
}

export function dropped(): u32 {
  return drops;
}
