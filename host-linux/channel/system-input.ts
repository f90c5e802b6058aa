/**
 * Standard input on the system's side: bytes as they come, or lines of them.
 *
 * There is one input for all processes, and what one has read no other gets.
 * Whoever asked for a line first gets the next one; who was killed meanwhile does
 * not take it, and it goes to the next. Who reads bytes gets what is there, and is
 * woken when more is.
 */
import { sleepUntil, type Channel } from "./control.ts";
import { askForInput, isInputThere, takeInput } from "./input.ts";
import { cutLine, type CutLine } from "./line-cutter.ts";

/** UTF-8, without its end; undefined at the end of input. */
export type InputLine = Uint8Array | undefined;

/** False when it is not wanted any more. */
type Taker = (line: InputLine) => boolean;

export class SystemInput {
  readonly #channel: Channel;
  readonly #takers: Taker[] = [];
  readonly #wakers = new Set<() => void>();
  #isAsked = false;
  #isOver = false;
  /** Came, and was read by nobody. */
  #bytes: Buffer = Buffer.alloc(0);
  /** Of these there is no line end in so many. */
  #searched = 0;
  /** Somebody gets a line. */
  #isSoon = false;
  /** The stream has said so since the last ones. */
  #isAtEnd = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Somebody waits for input. */
  get isAsked(): boolean {
    return this.#takers.length > 0 || this.#wakers.size > 0;
  }

  /** Hands a line to `taker` as soon as there is one, in a turn of the event loop: whoever waits waits, as in images. */
  askLine(taker: Taker): void {
    this.#takers.push(taker);
    this.#serve();
  }

  /** Blocks the whole system until there is a line. */
  readLine(): InputLine {
    for (;;) {
      const cut = this.#cut();
      if (cut !== undefined) this.#drop(cut.length);
      if (cut !== undefined || this.#isOver || this.#takeEnd()) return cut?.line;
      this.#ask();
      sleepUntil(this.#channel, () => isInputThere(this.#channel));
      this.#take();
    }
  }

  /** At most `most` bytes: none where none are there yet, and `wake` is called when that has changed; undefined at the end. */
  read(most: number, wake: () => void): Uint8Array | undefined {
    this.look();
    const bytes = this.#bytes.subarray(0, most);
    this.#drop(bytes.length);
    if (bytes.length > 0 || most === 0) return bytes;
    if (this.#isOver || this.#takeEnd()) return undefined;
    this.#wakers.add(wake);
    this.#ask();
    return bytes;
  }

  /** There is no more input: the system is to end, and who waits for it should learn of it. */
  end(): void {
    this.#isOver = true;
    for (const taker of this.#takers.splice(0)) taker(undefined);
    this.#wakeAll();
  }

  /** The main thread may have answered. */
  look(): void {
    if (!this.#isAsked || !isInputThere(this.#channel)) return;
    this.#take();
    this.#handOut();
    this.#serve();
  }

  #take(): void {
    this.#isAsked = false;
    const bytes = takeInput(this.#channel);
    if (bytes === undefined) this.#isAtEnd = true;
    else
      this.#bytes =
        this.#bytes.length === 0 ? Buffer.from(bytes.buffer) : Buffer.concat([this.#bytes, bytes]);
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    askForInput(this.#channel);
  }

  /** Sees to it that whoever waits for a line gets one. */
  #serve(): void {
    if (this.#isOver) return this.end();
    if (this.#takers.length === 0) return;
    if (this.#cut() === undefined && !this.#isAtEnd) return this.#ask();
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      this.#handOut();
      this.#serve();
    });
  }

  /** One line, to the first who takes it; what is left is for who reads bytes. */
  #handOut(): void {
    const cut = this.#cut();
    let isTaken = cut === undefined && !this.#isAtEnd;
    while (!isTaken && this.#takers.length > 0) {
      isTaken = this.#takers.shift()?.(cut?.line) === true;
      if (isTaken && cut !== undefined) this.#drop(cut.length);
      else if (isTaken) this.#takeEnd();
    }
    if (this.#bytes.length > 0 || this.#isAtEnd) this.#wakeAll();
  }

  #wakeAll(): void {
    const wakers = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of wakers) wake();
  }

  #cut(): CutLine | undefined {
    if (this.#isOver) return undefined;
    const found = cutLine(this.#bytes, this.#searched, this.#isAtEnd);
    if (found === undefined) this.#searched = this.#bytes.length;
    return found;
  }

  #drop(count: number): void {
    if (count > 0) this.#searched = 0;
    this.#bytes = this.#bytes.subarray(count);
  }

  /** Whoever asks again is told again, by the stream: a terminal may go on after its end. */
  #takeEnd(): boolean {
    const isAtEnd = this.#isAtEnd && this.#bytes.length === 0;
    if (isAtEnd) this.#isAtEnd = false;
    return isAtEnd;
  }
}
