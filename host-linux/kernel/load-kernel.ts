/** The kernel of a plan, instantiated: it must be of the version that this host knows. */
import * as abi from "../../kernel/abi.ts";
import type { KernelPlan } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import { HostError } from "../host-error.ts";
import type { SeededRun } from "../seeded-run.ts";
import { Kernel, type Command, type KernelExports } from "./kernel.ts";

/** What whoever runs a system may choose. */
export interface KernelOptions {
  /** The kernel's exports, as they are or with something between; see event-log.ts. */
  readonly wrap?: (exports: KernelExports) => KernelExports;
  /** Absent unless the run has a seed. */
  readonly seeded?: SeededRun;
}

/** Throws HostError when the plan's kernel is not for this host, or does not take its sizes. */
export function loadKernel(
  plan: KernelPlan,
  parts: Parts,
  { wrap, seeded }: KernelOptions,
  carryOut: (command: Command) => void,
): Kernel {
  const { exports } = parts.made("the kernel", plan.module);
  const made = exports as unknown as KernelExports;
  if (made.version() !== abi.ABI_VERSION) {
    throw new HostError(
      `The plan's kernel has version ${made.version()}, this host knows ${abi.ABI_VERSION}.`,
    );
  }
  return new Kernel(wrap?.(made) ?? made, plan, seeded?.seed ?? randomSeed(), carryOut);
}

function randomSeed(): number {
  return Math.floor(Math.random() * 0x7fff_ffff);
}
