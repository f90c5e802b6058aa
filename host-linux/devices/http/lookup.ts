/**
 * Looking up the name of a server that was granted by its name.
 *
 * Who answers for the name is not to lead a guest to this very machine, or to where
 * clouds keep its secrets: the rule is that of sockets/access.ts.
 */
import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { mayStandFor } from "../sockets/access.ts";
import { parseAddress } from "../sockets/address.ts";
import type { LookupTurns } from "../sockets/lookup-turns.ts";

/** What looks up names as `lookup` of node:dns does, without the addresses that a name cannot stand for. */
export function trustedLookup(turns: LookupTurns): LookupFunction {
  return (name, options, found) => {
    const isTaken = turns.take((done) =>
      lookup(name, { ...options, all: true }, (error, answers) => {
        done();
        if (error !== null) return found(error, "", 0);
        const trusted = answers.filter((answer) => standsFor(name, answer));
        const [first] = trusted;
        if (first === undefined) return found(unknown(name), "", 0);
        if (options.all === true) found(null, trusted);
        else found(null, first.address, first.family);
      }),
    );
    if (!isTaken) process.nextTick(() => found(unknown(name), "", 0));
  };
}

function standsFor(name: string, { address }: LookupAddress): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && mayStandFor(name, parsed);
}

function unknown(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${name} has no address that it may stand for`), { code: "ENOTFOUND" });
}
