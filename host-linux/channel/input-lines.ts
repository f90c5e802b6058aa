/**
 * Lines of input for processes that wait while others run.
 *
 * The channel has room for one line. Whoever asked first gets it; one that was
 * killed meanwhile does not take it, and it goes to the next.
 */
import type { Channel } from "./control.ts";
import { askForInput, readInput, takeInput, type InputLine } from "./input.ts";

/** False when it is not wanted any more. */
type Taker = (line: InputLine) => boolean;

export class InputLines {
  readonly #channel: Channel;
  readonly #takers: Taker[] = [];
  #isAsked = false;
  #isOver = false;
  /** Nobody took it. */
  #kept: { readonly line: InputLine } | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Somebody waits for a line. */
  get isAsked(): boolean {
    return this.#takers.length > 0;
  }

  /** Hands a line to `taker` as soon as there is one. */
  ask(taker: Taker): void {
    this.#takers.push(taker);
    if (this.#isOver) this.end();
    else this.#handOut();
  }

  /** Blocks the whole system until there is a line. */
  read(): InputLine {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept !== undefined) return kept.line;
    const line = readInput(this.#channel);
    this.#isAsked = false;
    this.#handOut();
    return line;
  }

  /** There is no more input: the system is to end, and who waits for a line should learn of it. */
  end(): void {
    this.#isOver = true;
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  /** The main thread may have answered. */
  look(): void {
    const answer = this.#isAsked ? takeInput(this.#channel) : undefined;
    if (answer === undefined) return;
    this.#isAsked = false;
    this.#kept = answer;
    this.#handOut();
  }

  #handOut(): void {
    while (this.#kept !== undefined && this.#takers.length > 0) {
      if (this.#takers.shift()?.(this.#kept.line) === true) this.#kept = undefined;
    }
    if (this.#takers.length === 0 || this.#isAsked) return;
    this.#isAsked = true;
    askForInput(this.#channel);
  }
}
