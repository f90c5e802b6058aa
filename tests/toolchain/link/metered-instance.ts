/**
 * One metered core module with an account of fuel, without a system around it.
 */
import { accountsModule } from "../../../toolchain/link/accounts/module.ts";
import { ACCOUNTS, RESERVED } from "../../../toolchain/link/plan.ts";
import { rewriteModule, type RewriteOptions } from "../../../toolchain/link/rewrite/rewrite.ts";
import { encodeModule, type CoreModule } from "../../../toolchain/wasm/index.ts";

export interface Metered {
  readonly instance: WebAssembly.Instance;
  /** Gives it so much fuel, in slices; without `slice` all at once. */
  readonly fill: (fuel: bigint, slice?: bigint) => void;
  /** What is left. */
  readonly left: () => bigint;
  /** How many slices have ended since it was filled. */
  readonly slices: () => number;
}

const OPTIONS = { name: "m", outward: new Map<number, string>(), mayLeave: false, exportStart: false };

export function metered(module: CoreModule, options: Partial<RewriteOptions> = {}): Metered {
  let slices = 0;
  const accounts = instantiated(encodeModule(accountsModule([0])).bytes, {
    [ACCOUNTS.host]: { [ACCOUNTS.sliceEnded]: () => void slices++, [ACCOUNTS.yield]: () => 0 },
  }).exports as Record<string, (...args: unknown[]) => unknown>;
  const { bytes, sliceEnded } = rewriteModule(module, { ...OPTIONS, ...options, fuel: true });
  const counter = accounts[ACCOUNTS.fuel] as unknown as WebAssembly.Global;
  const instance = instantiated(bytes, { [RESERVED.fuel]: { "": counter } });
  const table = instance.exports[RESERVED.slots] as WebAssembly.Table;
  table.set(sliceEnded ?? -1, accounts[`${ACCOUNTS.ended}0`]);
  return {
    instance,
    fill: (fuel, slice = 0n) => {
      slices = 0;
      accounts[ACCOUNTS.pay]?.(0);
      accounts[ACCOUNTS.fill]?.(0, fuel, slice);
    },
    left: () => accounts[ACCOUNTS.left]?.(0) as bigint,
    slices: () => slices,
  };
}

function instantiated(bytes: Uint8Array, imports: WebAssembly.Imports = {}): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), imports);
}
