/**
 * Systems that tests link, with all of their processes in one domain.
 *
 * The projects `fused` and `fused-optimised` (vitest.config.ts) run suites that were
 * written for processes that are linked as they are: what passes there does the
 * same when it is fused. The first only merges, which takes no time; the second
 * has every domain optimised.
 */
import type { LinkInput } from "../../toolchain/link/index.ts";

const MODE = process.env["ATOLL_FUSED"];

/**
 * Whether this run is of one of those projects. Tests that are about what fusion takes away leave
 * themselves out: which modules there are, a reset of one process, a guard between two.
 */
export const FUSED: boolean = MODE !== undefined;

/** A system that says itself which domains it has stays as it is. */
export function inOneDomain(input: LinkInput): LinkInput {
  const processes = Object.entries(input.config.processes);
  if (!FUSED || processes.some(([, { domain }]) => domain !== undefined)) return input;
  const fused = processes.map(([name, process]) => [name, { ...process, domain: "all" }]);
  return {
    // Tests call what processes export, whether the system has an entry or not.
    called: true,
    ...input,
    optimised: MODE === "optimised",
    config: { ...input.config, processes: Object.fromEntries(fused) },
  };
}
