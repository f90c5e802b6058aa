/**
 * Mutated structure of real components: refused with a LinkError, or linked and brought up.
 *
 * `npm run fuzz` runs it without an end, with components of real compilers too.
 */
import { expect, it } from "vitest";
import { tries } from "../thorough.ts";
import { campaign } from "./campaign.ts";

const CASES = tries(2_400);
const SEED = Number(process.env["ATOLL_FUZZ_SEED"] ?? 1);

it(`${CASES} cases from seed ${SEED} on`, async () => {
  const { outcomes, failures } = await campaign(SEED, CASES, false);
  console.log("systems with a mutated component", outcomes);
  expect(failures).toEqual([]);
  expect(outcomes.refused).toBeGreaterThan(CASES / 4);
  expect(outcomes.runs).toBeGreaterThan(CASES / 50);
}, 240_000);
