/**
 * One case of the fuzzer: a system with a mutated component is linked, and brought up if that works.
 *
 * All of it follows from the seed, so a case can be run again.
 */
import { decodeComponent, type Component } from "../../toolchain/wasm/index.ts";
import { createClock } from "../../host-linux/devices/clock.ts";
import type { DeviceContext } from "../../host-linux/devices/device.ts";
import { instantiate } from "../../host-linux/instantiate.ts";
import { LinkError } from "../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../toolchain/link/plan-file.ts";
import { linked } from "../toolchain/link/guests.ts";
import { Random } from "../toolchain/wasm/mutate.ts";
import { mutant } from "./structure.ts";
import type { System } from "./systems.ts";

/** `unwritable`: the change left nothing that can be encoded. */
export type Outcome = "refused" | "runs" | "traps at start" | "unwritable";

/** Nobody calls them. */
const CONSOLE = { "write-line": () => {}, "read-line": () => 0 };
const CLOCK = createClock({ checkStop: () => {} } as DeviceContext, { device: "atoll:device/clock" });
/** The target that is no process. */
const SHIM = "the shim";
/** One system in so many is fused into one module. */
const DOMAINS = 16;
const QUOTAS = [{}, {}, { fuel: 1_000_000 }, { memory: 1 << 26 }, { table: 100_000 }] as const;
const LONGEST_MESSAGE = 20_000;

export class LinkFuzzer {
  readonly #systems: readonly System[];
  readonly #decoded = new Map<Uint8Array, Component>();

  constructor(systems: readonly System[]) {
    this.#systems = systems;
  }

  /** @throws Error for whatever is neither a refusal nor a system that runs. */
  run(seed: number): Outcome {
    const random = new Random(seed);
    const system = random.pick(this.#systems);
    const target = random.pick([...Object.keys(system.processes), ...(system.shim ? [SHIM] : [])]);
    const donor = random.pick(Object.values(random.pick(this.#systems).processes)).bytes;
    const source = (target === SHIM ? system.shim : system.processes[target]?.bytes) ?? donor;
    const made = mutant(this.#decode(source), this.#decode(donor), random);
    if (made === undefined) return "unwritable";
    try {
      return outcomeOf(system, target, made.bytes, random);
    } catch (cause) {
      const what = `${system.name}, ${target}: ${made.changes.join("; ")}`;
      throw new Error(`seed ${seed}: ${what}: ${(cause as Error).stack ?? String(cause)}`, { cause });
    }
  }

  #decode(bytes: Uint8Array): Component {
    const known = this.#decoded.get(bytes) ?? decodeComponent(bytes);
    this.#decoded.set(bytes, known);
    return known;
  }
}

function outcomeOf(system: System, target: string, bytes: Uint8Array, random: Random): Outcome {
  const domain = random.below(DOMAINS) === 0 && system.large !== true ? { domain: "all" } : {};
  const processes = Object.fromEntries(
    Object.entries(system.processes).map(([name, process]) => {
      return [
        name,
        { ...process, ...(name === target && { bytes }), ...domain, quotas: random.pick(QUOTAS) },
      ];
    }),
  );
  let plan;
  try {
    const base = target === SHIM ? bytes : system.shim;
    ({ plan } = linked(processes, undefined, {
      reset: random.below(2) === 0,
      ...(base !== undefined && { shims: { base } }),
    }));
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    if (error.message.trim() === "" || error.message.length > LONGEST_MESSAGE) {
      throw new Error(`a message of ${error.message.length} characters`, { cause: error });
    }
    return "refused";
  }
  try {
    const parsed = parsePlan(serialisePlan(plan));
    instantiate(parsed, (process, grant) =>
      parsed.root.processes[process]?.grants[grant]?.device === "atoll:device/clock" ? CLOCK : CONSOLE,
    );
    return "runs";
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return "traps at start";
    throw error;
  }
}
