/**
 * What the holder of handles of processes can ask the kernel for: a process, a handle that may less, word of an end.
 *
 * The authority to spawn, and that to call the provider of a wire, are handles of
 * the kernel too; see authorities.ts.
 */
import * as abi from "../../kernel/abi.ts";
import type { KernelPlan, KernelSource, LinkPlan } from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import { nodeOf, type Authorities } from "./authorities.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Workers } from "./worker-table.ts";

/** All that a handle allows. */
const ALL = -1;
const WORD = 2 ** 32;
/** The kernel counts in 31 bits. */
const MOST = 0x7fff_ffff;
/** Of the kernel's times, which end in 142 years. */
const LATEST = 2 ** 52 - 1;

type SpawnerSource = Extract<KernelSource, { kind: "spawner" }>;

export interface SpawnerParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly workers: Workers;
  readonly authorities: Authorities;
  readonly tree: KernelPlan["tree"];
  readonly parts: Parts;
}

export class Spawners {
  readonly #plan: LinkPlan;
  readonly #host: SpawnerParts;
  /** The host found no room for what was spawned last. */
  isFull = false;

  constructor(plan: LinkPlan, host: SpawnerParts) {
    this.#plan = plan;
    this.#host = host;
  }

  /** See `Source` in the plan. */
  function({ process, hole, function: name }: SpawnerSource): WebAssembly.ImportValue {
    const ask = (kind: number, ...args: number[]): number => {
      this.#host.clock.tell();
      return this.#host.kernel.event(kind, this.#pidOf(process), ...args);
    };
    switch (name) {
      case "spawn":
        return this.#spawn(process, hole);
      case "provider": {
        const authority = this.#host.authorities.global(process, hole);
        return () => ask(abi.EVENT_NARROW, authority.value, ALL);
      }
      case "monitor":
        return (handle: number, token: number) => ask(abi.EVENT_MONITOR, handle, token);
      case "link":
        return (handle: number) => ask(abi.EVENT_LINK, handle);
      case "narrow":
        return (handle: number, mask: number, uses: number, rate: number, microseconds: bigint) =>
          ask(abi.EVENT_NARROW, handle, mask, counted(uses), counted(rate), ...this.#until(microseconds));
      case "revoke":
    }
    return (handle: number) => ask(abi.EVENT_REVOKE, handle);
  }

  /** What a process drops handles by. */
  dropper(process: number): WebAssembly.ImportValue {
    return (handle: number) => {
      this.#host.clock.tell();
      this.#host.kernel.event(abi.EVENT_DROP, this.#pidOf(process), handle);
    };
  }

  /** Low and high word of the time when so much time has passed; 0 and 0 where that is 0. */
  #until(microseconds: bigint): [low: number, high: number] {
    if (microseconds === 0n) return [0, 0];
    const passed = Number(BigInt.asUintN(64, microseconds));
    const end = Math.min(this.#host.clock.now + passed, LATEST);
    return [end | 0, Math.floor(end / WORD)];
  }

  /** The commands that follow are carried out before it returns: the process has run its initialisers then. */
  #spawn(process: number, hole: number): () => number {
    const { kernel, clock, authorities, tree } = this.#host;
    const consumer = this.#host.parts.spawned.templateOf(process);
    const edge = this.#plan.root.edges.find((e) => e.consumer === consumer && e.hole === hole);
    const node = nodeOf(tree, edge?.provider.kind === "spawner" ? edge.provider.process : -1);
    const authority = authorities.global(process, hole);
    return () => {
      // Its deadline to start begins now.
      clock.tell();
      const pid = this.#pidOf(process);
      this.isFull = false;
      const handle = kernel.event(abi.EVENT_SPAWN, pid, authority.value, node);
      if (handle < 0 || !this.isFull) return handle;
      kernel.event(abi.EVENT_DROP, pid, handle);
      return abi.STATUS_EXHAUSTED;
    };
  }

  #pidOf(process: number): number {
    const { workers, parts } = this.#host;
    return workers.existing(process, parts.process(process).name).pid;
  }
}

/** A u32, or as many as the kernel can count: less than was asked for, never more. */
function counted(value: number): number {
  return Math.min(value >>> 0, MOST);
}
