/**
 * Which processes have an account of fuel, and which calls change who pays.
 *
 * Who calls pays, as long as it has a budget: then nothing has to be done. A
 * metered process pays for itself when it is called by one without a budget, for
 * somebody has to, and when `system.ts` says so.
 */
import { accountsModule } from "../accounts/module.ts";
import { domainOf, type Domain } from "../fuse/domains.ts";
import type { ModuleTable } from "../module-table.ts";
import { ACCOUNTS, type Accounts, type Source } from "../plan.ts";
import type { PlacedProcess } from "./ends.ts";

/** Sources of what a call into a process that pays for itself needs. */
export interface PaysItself {
  readonly enter: Source;
  readonly pay: Source;
}

export class AccountsPlan {
  /** By position of the process; members of a domain share that of the first. */
  readonly #accounts: ReadonlyMap<number, number>;
  /** Positions of those that others are made like: these have accounts by their own positions. */
  readonly #spawned: ReadonlySet<number>;

  constructor(placed: readonly PlacedProcess[], domains: readonly Domain[]) {
    this.#spawned = new Set(placed.flatMap(({ position, built }) => (built.spawned ? [position] : [])));
    this.#accounts = new Map(
      placed.flatMap(({ node, position, built }) => {
        if (built.template.quotas.fuel === undefined) return [];
        const [first] = domainOf(domains, node)?.members ?? [];
        return [[position, placed.find((p) => p.node === first)?.position ?? position] as const];
      }),
    );
  }

  /** The counter that calls of the process are charged to. */
  fuel(process: PlacedProcess): Source | undefined {
    return this.#accounts.has(process.position) ? { kind: "accounts", export: ACCOUNTS.fuel } : undefined;
  }

  /** By which adapters hold others up while they ask the process for room. */
  held(process: PlacedProcess): Source | undefined {
    return this.#accounts.has(process.position) ? { kind: "accounts", export: ACCOUNTS.held } : undefined;
  }

  /** Undefined where the caller pays, or nobody. */
  paysItself(caller: PlacedProcess, callee: PlacedProcess): PaysItself | undefined {
    const [payer, account] = [caller, callee].map(({ position }) => this.#accounts.get(position));
    if (account === undefined || account === payer) return undefined;
    if (payer !== undefined && callee.node.config.pays !== "self") return undefined;
    return {
      enter: { kind: "accounts", export: ACCOUNTS.enter + account },
      pay: { kind: "accounts", export: ACCOUNTS.pay },
    };
  }

  /** Undefined in a system in which nothing is metered. */
  finish(modules: ModuleTable): Accounts | undefined {
    if (this.#accounts.size === 0) return undefined;
    const all = [...new Set(this.#accounts.values())].sort((a, b) => a - b);
    const metered = all.filter((account) => !this.#spawned.has(account));
    return {
      module: modules.addMade("accounts", accountsModule(metered, metered.length < all.length)),
      of: [...this.#accounts].map(([process, account]) => ({ process, account })),
    };
  }
}
