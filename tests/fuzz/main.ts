/**
 * `npm run fuzz`: mutants of components until somebody stops it, or for one seed.
 *
 *     npm run fuzz                     from a seed that the clock gives
 *     npm run fuzz -- --from 1000      from that seed on
 *     npm run fuzz -- --seed 1234      that case once, with all that it says
 */
import { parseArgs } from "node:util";
import { campaign } from "./campaign.ts";

const BATCH = 500;

const { values } = parseArgs({ options: { seed: { type: "string" }, from: { type: "string" } } });
if (values.seed !== undefined) await once(Number(values.seed));
else await forever(values.from === undefined ? Date.now() % 1_000_000_000 : Number(values.from));

async function once(seed: number): Promise<void> {
  const { outcomes, failures } = await campaign(seed, 1, true);
  for (const { message } of failures) console.log(message);
  if (failures.length === 0) console.log(`seed ${seed}: ${Object.keys(outcomes).join()}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

async function forever(start: number): Promise<void> {
  let failed = 0;
  for (let first = start; ; first += BATCH) {
    const { outcomes, failures } = await campaign(first, BATCH, true);
    for (const { message } of failures) console.log(message);
    failed += failures.length;
    const counts = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
    console.log(`seeds ${first} to ${first + BATCH - 1}: ${counts.join(", ")}; ${failed} failed up to now`);
  }
}
