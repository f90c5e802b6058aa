/**
 * Standard streams as bytes, on the system's side.
 *
 * A component that has the terminal to itself writes what it likes, byte for byte.
 * Where lines are tagged with who wrote them, a line goes out when it is whole, as
 * one of the console: an end of it that has not come yet waits here, up to the end
 * of the process. Nothing here waits for anything: a writer that finds no room is
 * woken when there is some.
 */
import { isUnread, OUTPUT_BYTES, type Channel } from "./channel/control.ts";
import { offerOutput, outputRoom, STDOUT, writeOutput, type Stream } from "./channel/output.ts";
import { SystemInput } from "./channel/system-input.ts";
import { beforeCharacter, ConsoleText, partsOf, type TextStyle } from "./console-text.ts";
import { Stopped } from "./host-error.ts";

/** Which of stdin, stdout and stderr are a terminal. */
export type Terminals = readonly [boolean, boolean, boolean];

/** In one life of it. */
export interface StreamUser {
  readonly name: string;
  readonly pid: number;
  /** Wakes it; the same function whenever it is asked for. */
  readonly wake: () => void;
  /** Calls `tell` when that life is over. */
  readonly onEnd: (tell: () => void) => void;
}

const LINE_FEED = 10;
/** Not for each little room is it worth waking somebody; the main thread makes more, or all. */
const ENOUGH_ROOM = OUTPUT_BYTES / 4;
const NOTHING: Buffer = Buffer.alloc(0);
/** A line that is longer goes out in pieces. Each byte may become three, and the ring has room for that. */
const LINE_BYTES = 16 * 1024;

export class StandardStreams {
  readonly input: SystemInput;
  readonly #channel: Channel;
  readonly #text: ConsoleText;
  readonly #style: TextStyle;
  readonly #terminals: Terminals;
  readonly #wakers = new Set<() => void>();
  /** Beginnings of lines, by the pid of who wrote them. */
  readonly #begun = new Map<number, Map<Stream, Buffer>>();
  /** Lines of processes that have ended, for which there was no room. */
  #late: { readonly to: Stream; readonly line: Uint8Array }[] = [];

  /** @param writers names of the processes that write, for the width of the tags. */
  constructor(channel: Channel, style: TextStyle, terminals: Terminals, writers: readonly string[]) {
    this.input = new SystemInput(channel);
    this.#channel = channel;
    this.#text = new ConsoleText(writers, style);
    this.#style = style;
    this.#terminals = terminals;
  }

  /** Somebody waits for what comes from outside. */
  get isWaitedFor(): boolean {
    return this.input.isAsked || this.#wakers.size > 0;
  }

  /** Writes a line of the console, waiting for room. Throws Stopped. */
  writeLine(process: string, line: Uint8Array): void {
    for (const part of partsOf(line)) writeOutput(this.#channel, STDOUT, this.#text.line(process, part));
  }

  /** How many bytes were taken; 0: there is no room, and the writer is woken when there is. Undefined: nobody reads them. */
  write(user: StreamUser, to: Stream, bytes: Uint8Array): number | undefined {
    if (isUnread(this.#channel, to)) return undefined;
    const taken = this.#style.tags
      ? this.#writeLines(user, to, bytes)
      : offerOutput(this.#channel, to, bytes);
    if (taken === 0) this.#wakers.add(user.wake);
    return taken;
  }

  /** At most `most` bytes: none where none are there yet, and the reader is woken when some are; undefined at the end. */
  read({ wake }: StreamUser, most: number): Uint8Array | undefined {
    return this.input.read(most, wake);
  }

  /** What is tagged is no terminal for who writes it: it could not move the cursor. */
  isTerminal(number: number): boolean {
    return this.#terminals[number] === true && (number === 0 || !this.#style.tags);
  }

  /** The main thread may have brought input, or made room. */
  look(): void {
    this.input.look();
    this.#late = this.#late.filter(({ to, line }) => !this.#offerWhole(to, line));
    if (this.#wakers.size === 0 || outputRoom(this.#channel) < ENOUGH_ROOM) return;
    const wakers = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of wakers) wake();
  }

  /** The system has ended: waits until all was taken that processes left behind, unless it is to stop. */
  finish(): void {
    try {
      for (const { to, line } of this.#late.splice(0)) writeOutput(this.#channel, to, line);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  #writeLines(user: StreamUser, to: Stream, bytes: Uint8Array): number {
    const begun = this.#begunBy(user);
    const [lines, room] = [[] as Uint8Array[], outputRoom(this.#channel)];
    let [taken, size] = [0, 0];
    while (taken < bytes.length) {
      const before = begun.get(to) ?? NOTHING;
      const { end, isWhole } = pieceOf(bytes, taken, LINE_BYTES - before.length);
      const piece = Buffer.concat([before, bytes.subarray(taken, end)]);
      const line = isWhole ? this.#text.line(user.name, piece) : NOTHING;
      if (size + line.length > room) break;
      if (isWhole) begun.delete(to);
      else begun.set(to, piece);
      lines.push(line);
      size += line.length;
      taken = isWhole && bytes[end] === LINE_FEED ? end + 1 : end;
    }
    offerOutput(this.#channel, to, Buffer.concat(lines));
    return taken;
  }

  #begunBy({ name, pid, onEnd }: StreamUser): Map<Stream, Buffer> {
    const known = this.#begun.get(pid);
    if (known !== undefined) return known;
    const begun = new Map<Stream, Buffer>();
    this.#begun.set(pid, begun);
    onEnd(() => {
      this.#begun.delete(pid);
      for (const [to, left] of begun) this.#late.push({ to, line: this.#text.line(name, left) });
      this.look();
    });
    return begun;
  }

  #offerWhole(to: Stream, line: Uint8Array): boolean {
    if (outputRoom(this.#channel) < line.length) return false;
    offerOutput(this.#channel, to, line);
    return true;
  }
}

/** Up to where what begins at `start` goes out, or waits for more; `most`: bytes. */
function pieceOf(bytes: Uint8Array, start: number, most: number): { end: number; isWhole: boolean } {
  const end = bytes.indexOf(LINE_FEED, start);
  if (end >= 0 && end - start <= most) return { end, isWhole: true };
  if (bytes.length - start <= most) return { end: bytes.length, isWhole: false };
  return { end: beforeCharacter(bytes, start, start + most), isWhole: true };
}
