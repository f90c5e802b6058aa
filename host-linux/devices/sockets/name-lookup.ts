/** A name that is being looked up, by the system's own resolver (`getaddrinfo`), in a thread of Node's. */
import { lookup } from "node:dns";
import { isMapped, parseAddress, type SocketAddress } from "./address.ts";
import { codeOf, SocketError, type ErrorCode } from "./error.ts";
import type { LookupTurns } from "./lookup-turns.ts";

const MOST_ADDRESSES = 64;

export class NameLookup {
  #found: readonly SocketAddress[] | undefined;
  #error: ErrorCode | undefined;
  #wake: () => void = () => {};
  readonly #giveBack: () => void;

  private constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** Of what is an address already. */
  static known(address: SocketAddress, giveBack: () => void): NameLookup {
    const made = new NameLookup(giveBack);
    if (isMapped(address)) made.#error = "name-unresolvable";
    else made.#found = [{ ...address, port: 0 }];
    return made;
  }

  /** `learn` gets what was found, and returns what the guest may see of it. */
  static begin(
    name: string,
    learn: (found: readonly SocketAddress[]) => readonly SocketAddress[],
    giveBack: () => void,
    turns: LookupTurns,
  ): NameLookup {
    const made = new NameLookup(giveBack);
    const isTaken = turns.take((done) =>
      lookup(name, { all: true, order: "verbatim" }, (error, answers) => {
        done();
        if (error !== null) made.#error = codeOf(error);
        else made.#take(learn(answers.flatMap(({ address }) => parseAddress(address) ?? [])));
        made.#wake();
      }),
    );
    if (!isTaken) made.#error = "temporary-resolver-failure";
    return made;
  }

  /** Undefined while they are not known. Throws SocketError. */
  addresses(wake: () => void): readonly SocketAddress[] | undefined {
    if (this.#error !== undefined) throw new SocketError(this.#error);
    if (this.#found === undefined) this.#wake = wake;
    return this.#found;
  }

  /** What is under way cannot be ended: its place is given back when it is over. */
  close(): void {
    if (this.#found !== undefined || this.#error !== undefined) return this.#giveBack();
    this.#wake = this.#giveBack;
  }

  #take(found: readonly SocketAddress[]): void {
    if (found.length === 0) this.#error = "name-unresolvable";
    else this.#found = found.slice(0, MOST_ADDRESSES);
  }
}
