/**
 * Whatever is called, dies, and begins anew in whatever order: no handle is lost, and none is left over.
 */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { linked } from "../../toolchain/link/guests.ts";
import { CURSED } from "../../toolchain/link/resource-guests.ts";
import { vaultSystem } from "./vault-guests.ts";

const [BLOBS, VAULT, USER] = [0, 1, 2];

type Step = readonly ["call", string, ...number[]] | readonly ["reset", number];

const handle = fc.nat({ max: 6 });
const value = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 99 }) },
  { weight: 1, arbitrary: fc.constant(CURSED) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant("call" as const), fc.constant("make"), value) },
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant("call" as const),
      fc.constantFrom("put", "drop", "get", "take-and-fail"),
      handle,
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constant("call" as const),
      fc.constantFrom("two", "lend-and-fail", "give-and-lend"),
      handle,
      handle,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant("call" as const),
      fc.constantFrom("take", "take-two", "drop-all", "fail"),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant("reset" as const), fc.constantFrom(BLOBS, VAULT, USER)) },
);

/** A system, and who of it is dead. */
class System {
  readonly #running: Running;
  readonly #dead = new Set<string>();
  readonly #loansAtRest: number;

  constructor(plan: LinkPlan) {
    this.#running = bringUp(plan);
    this.#running.onDeath(({ process }) => this.#dead.add(process));
    this.#loansAtRest = this.#loans;
  }

  get #loans(): number {
    return (this.#running.handles("loans") as WebAssembly.Global<"i32">).value;
  }

  /** What traps is the user's own fault, or a plain call of the dead; there is nobody above it to die of that. */
  take([kind, what, ...args]: Step): void {
    if (kind === "reset") {
      this.#dead.delete(this.#running.plan.root.processes[what]?.name ?? "");
      return this.#running.reset(what);
    }
    try {
      call(this.#running, "user", what, ...args);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    }
  }

  check(): void {
    const [inBlobs = [], inVault = [], inUser = []] = [BLOBS, VAULT, USER].map((p) =>
      this.#running.heldBy(p),
    );
    const held = [...inBlobs, ...inVault, ...inUser];
    expect(this.#loans).toBe(this.#loansAtRest);
    expect(held.filter(({ own, lends }) => !own || lends !== 0)).toEqual([]);
    expect([inUser.length <= 5, inVault.length <= 4]).toEqual([true, true]);
    if (this.#dead.has("vault")) expect(inVault).toEqual([]);
    const good = held.filter(({ stale }) => !stale).length;
    if (this.#dead.has("blobs")) expect(good).toBe(0);
    else expect(call(this.#running, "blobs", "t:r/blobs#live")).toBe(good);
  }
}

it("keeps tables, loans and the counts of providers together", async () => {
  const { blobs, vault, user } = await vaultSystem();
  const { plan } = linked(
    {
      user: {
        bytes: user,
        imports: { "t:r/blobs": "blobs", "t:r/vault": "vault" },
        quotas: { handles: 5 },
      },
      vault: { bytes: vault, imports: { "t:r/blobs": "blobs" }, quotas: { handles: 4 } },
      blobs: { bytes: blobs },
    },
    undefined,
    { reset: true },
  );
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const system = new System(plan);
    for (const one of steps) {
      system.take(one);
      system.check();
    }
  });
  fc.assert(property, { numRuns: 150, seed: 20261121 });
});
