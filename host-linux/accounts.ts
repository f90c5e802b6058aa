/**
 * Fuel, as a host sees it: who has used how much, who pays, what ends a slice.
 *
 * The accounts are kept by a module of the plan (toolchain/link/accounts), where
 * guests reach them without the host. Here they are filled, read, and changed.
 */
import { ACCOUNTS, type Accounts, type LinkPlan } from "../toolchain/link/plan.ts";
import { callable, exported } from "./bring-up/plan-parts.ts";
import { suspending } from "./kernel/jspi.ts";
import { HostError } from "./host-error.ts";

/** Units of fuel since the process was last made new. */
export interface FuelReading {
  /** By what ran at its expense. */
  readonly used: bigint;
  /** Less than 0 when others lent it some, or it ran out. */
  readonly left: bigint;
}

/** Lets others run when a slice has ended. */
export interface Yielding {
  /** Whether the process that runs has to let others run now. */
  readonly isDue: (runner: number) => boolean;
  /** Suspends it; 0 when it goes on, anything else when it was killed. */
  readonly yield: () => number | Promise<number>;
}

/** The slice that had ended was of `payer`, and `runner` was running; both are positions of processes. */
export type SliceListener = (payer: number, runner: number) => void;

const NOBODY = -1;
const WHERE = "the accounts";

export class FuelAccounts {
  readonly #plan: LinkPlan;
  readonly #exports: (name: string) => (...args: unknown[]) => unknown;
  readonly #payer: WebAssembly.Global;
  readonly #held: WebAssembly.Global;
  /** By process of the plan. */
  readonly #accounts: ReadonlyMap<number, number>;
  readonly #templateOf: (process: number) => number;
  /** By account: everything that it was given. */
  readonly #given = new Map<number, bigint>();
  readonly #listeners = new Set<SliceListener>();
  readonly instance: WebAssembly.Instance;
  /** Set in a system under the kernel. */
  yielding: Yielding | undefined;
  /** Some calls are paid for by the callee. */
  readonly changesPayer: boolean;

  /**
   * @param start Instantiates the module of the accounts.
   * @param templateOf The process of the plan that one is made like; itself where it is of the plan.
   */
  constructor(
    plan: LinkPlan,
    { of }: Accounts,
    start: (where: string, imports: WebAssembly.Imports) => WebAssembly.Instance,
    templateOf: (process: number) => number,
  ) {
    this.#plan = plan;
    this.#templateOf = templateOf;
    this.#accounts = new Map(of.map(({ process, account }) => [process, account]));
    const sliceEnded = (payer: number, runner: number): number => {
      for (const listener of this.#listeners) listener(payer === NOBODY ? runner : payer, runner);
      return this.yielding?.isDue(runner) === true ? 1 : 0;
    };
    const yields = (): number | Promise<number> => this.yielding?.yield() ?? 0;
    const imports = {
      [ACCOUNTS.sliceEnded]: sliceEnded,
      [ACCOUNTS.yield]: plan.root.kernel === undefined ? yields : suspending(yields),
    };
    this.instance = start(WHERE, { [ACCOUNTS.host]: imports });
    this.#exports = (name) => callable(`${WHERE}, ${name}`, exported(WHERE, this.instance, name));
    this.#payer = this.#global(ACCOUNTS.payer);
    this.#held = this.#global(ACCOUNTS.held);
    this.changesPayer = plan.root.edges.some(({ adapters }) =>
      adapters.some(({ imports }) =>
        imports.some(({ from }) => from.kind === "accounts" && from.export.startsWith(ACCOUNTS.enter)),
      ),
    );
  }

  /** Undefined for a process that is not metered. */
  accountOf(process: number): number | undefined {
    const template = this.#templateOf(process);
    const account = this.#accounts.get(template);
    return account === undefined || template === process ? account : process;
  }

  /** Throws HostError for a process that is not metered. */
  of(process: number): FuelReading {
    const account = this.#account(process);
    const left = this.#left(account);
    return { used: (this.#given.get(account) ?? 0n) - left, left };
  }

  /**
   * What is called next from outside is at the expense of this process: to be said before it is called.
   * Where the process is not metered, those that are and that it calls pay for themselves.
   */
  pays(process: number): void {
    this.restore(this.accountOf(process) ?? NOBODY);
  }

  /** Gives a process more. */
  credit(process: number, units: bigint): void {
    const account = this.#account(process);
    this.#given.set(account, (this.#given.get(account) ?? 0n) + units);
    this.#exports(ACCOUNTS.credit)(account, units);
  }

  /** How long its slices are from now on, in units; undefined: it has none. */
  setSlice(process: number, units: bigint | undefined): void {
    const account = this.#account(process);
    this.#exports(ACCOUNTS.fill)(account, this.#left(account), units ?? 0n);
  }

  /**
   * Tells of each slice that has ended, also of the last one: a listener may give more then. It must not throw.
   * Returns what ends it.
   */
  onSliceEnd(listener: SliceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A process is made new: it has its whole budget. Nothing happens for one that is not metered. */
  fill(process: number): void {
    const account = this.accountOf(process);
    if (account === undefined) return;
    const { fuel = 0, slice = 0 } = this.#quotas(process);
    this.#given.set(account, BigInt(fuel));
    this.#exports(ACCOUNTS.fill)(account, BigInt(fuel), BigInt(slice));
  }

  /** A process takes over what lies where others would write: nobody else may run now. */
  get isHeld(): boolean {
    return this.#held.value !== 0;
  }

  /** The account that pays now, for `restore`. */
  get payer(): number {
    return this.#payer.value as number;
  }

  restore(account: number): void {
    if (account !== this.payer) this.#exports(ACCOUNTS.pay)(account);
  }

  #global(name: string): WebAssembly.Global {
    const global = exported(WHERE, this.instance, name);
    if (global instanceof WebAssembly.Global) return global;
    throw new HostError(`${WHERE}: ${name} is not a global.`);
  }

  #left(account: number): bigint {
    return this.#exports(ACCOUNTS.left)(account) as bigint;
  }

  #quotas(process: number): LinkPlan["templates"][number]["quotas"] {
    const { template } = this.#plan.root.processes[this.#templateOf(process)] ?? {};
    return this.#plan.templates[template ?? -1]?.quotas ?? {};
  }

  #account(process: number): number {
    const account = this.accountOf(process);
    if (account !== undefined) return account;
    throw new HostError(
      `process ${this.#plan.root.processes[this.#templateOf(process)]?.name ?? process} has no budget of fuel: write quotas.fuel for it.`,
    );
  }
}
