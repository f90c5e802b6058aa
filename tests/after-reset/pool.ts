/**
 * What tests have used, made new by a reset for the next one that needs the same.
 *
 * The project `after-reset` (vitest.config.ts) runs suites that were written for
 * new systems on systems with a past: each test runs twice, and gets what an
 * earlier run has left. A test that passes there shows that a reset leaves nothing.
 */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { afterEachTest } from "../each-test.ts";

/** Whether this run is of that project. */
export const AFTER_RESET: boolean = process.env["ATOLL_AFTER_RESET"] === "1";

interface Busy<T> {
  readonly key: string;
  readonly thing: T;
}

export class Pool<T> {
  readonly #renew: (thing: T) => void;
  readonly #idle = new Map<string, T[]>();
  readonly #busy: Busy<T>[] = [];

  /** `renew`: makes a used thing new. Whatever a test takes comes back after it. */
  constructor(renew: (thing: T) => void) {
    this.#renew = renew;
    afterEachTest(() => this.giveBack());
  }

  /** A thing of that key that was used before, or a new one. What is taken outside of tests stays taken. */
  take(key: string, make: () => T): T {
    const used = this.#idle.get(key)?.pop();
    if (used !== undefined) this.#renew(used);
    const thing = used ?? make();
    if (expect.getState().currentTestName !== undefined) this.#busy.push({ key, thing });
    return thing;
  }

  giveBack(): void {
    for (const { key, thing } of this.#busy.splice(0)) {
      const idle = this.#idle.get(key) ?? [];
      idle.push(thing);
      this.#idle.set(key, idle);
    }
  }
}

/** A key for what is made from these parts. */
export function keyOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}
