/**
 * `npm run bench:kernel-soak`: 100,000 crashes, and restarts by the supervisor.
 *
 * More go before, until V8's heaps have grown: they do so in steps, with a million
 * crashes and more between two of them. Between two steps resident memory must not
 * grow, and the kernel's tables must be as they were: no process, handle, timer or
 * message is left.
 */
import { optionsOf, whole } from "./options.ts";
import { openSystem, residentMemory } from "./open-system.ts";
import { type Finding, report } from "./verdict.ts";

const TABLES = ["processes", "handles", "timers", "messages"];

const values = optionsOf({
  cycles: { type: "string", default: "100000" },
  "warm-up": { type: "string", default: "2500000" },
  json: { type: "boolean", default: false },
});
const tenth = Math.ceil(whole("cycles", values.cycles) / 10);
const warmUp = Math.ceil(whole("warm-up", values["warm-up"]) / tenth);

const session = await openSystem("soak");
try {
  const before = await held();
  const warm = await mostAfter(warmUp);
  const most = await mostAfter(10);
  const after = await held();
  report(
    `${(10 * tenth).toLocaleString("en")} crashes and restarts`,
    [
      { what: "growth of resident memory", found: (100 * (most - warm)) / warm, unit: "%", limit: 5 },
      ...TABLES.map((table, i): Finding => {
        const left = after[i]! - before[i]!;
        return { what: `${table} left behind`, found: left, unit: "", limit: 0 };
      }),
    ],
    values.json,
  );
} finally {
  await session.close();
}

/** The most resident memory after any of so many tenths of the cycles. */
async function mostAfter(tenths: number): Promise<number> {
  let most = 0;
  for (let i = 0; i < tenths; i++) {
    await cycle();
    most = Math.max(most, residentMemory(session));
  }
  return most;
}

async function cycle(): Promise<void> {
  const { checksum } = await session.sample("soak:restart", tenth);
  const expected = ((tenth * (tenth + 1)) / 2) % 2 ** 32;
  if (checksum !== expected) throw new Error(`expected the checksum ${expected}, found ${checksum}`);
}

/** Entries in the kernel's tables. */
async function held(): Promise<number[]> {
  const counts: number[] = [];
  for (const table of TABLES) counts.push((await session.sample(`soak:${table}`, 1)).checksum);
  return counts;
}
