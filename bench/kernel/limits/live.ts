/**
 * `npm run bench:kernel-live`: how much memory a live process takes.
 *
 * Live means that each answers a call, holds a timer and has a mailbox. The
 * driver spawns them and asks every one; resident memory is read from outside
 * before and after. `--processes 50000` needs `--checked`: then V8 finds what is
 * out of bounds by comparison, and does not reserve address space.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { optionsOf, whole } from "./options.ts";
import { openSystem, residentMemory } from "./open-system.ts";
import { report } from "./verdict.ts";

/** What is shared by all is made with the first of them. */
const FIRST = 100;
/** So many are spawned at a time: the quickest round says what a start takes where nothing comes between. */
const ROUND = 100;
const LIMIT = 20_000;
/** Nanoseconds. */
const START_LIMIT = 40_000;

const values = optionsOf({
  processes: { type: "string", default: "10000" },
  checked: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
});
const count = whole("processes", values.processes);

const flags = values.checked ? ["--disable-wasm-trap-handler"] : [];
const session = await openSystem("live", flags);
try {
  await spawnUpTo(FIRST);
  await allAnswer(FIRST);
  const before = residentMemory(session);
  const total = FIRST + count;
  let [all, quickest] = [0, Infinity];
  for (let alive = FIRST; alive < total; alive += ROUND) {
    const round = Math.min(ROUND, total - alive);
    const nanoseconds = await spawnUpTo(alive + round);
    all += nanoseconds;
    quickest = Math.min(quickest, nanoseconds / round);
  }
  await allAnswer(total);
  const each = (residentMemory(session) - before) / count;
  const bare = bareInstances();
  report(
    `${count.toLocaleString("en")} live processes`,
    [
      { what: "resident memory of each", found: each, unit: "bytes", limit: LIMIT },
      {
        what: `start in a new place, with its first call: of the quickest ${ROUND}, each`,
        found: quickest / 1000,
        unit: "µs",
        limit: START_LIMIT / 1000,
      },
      { what: "start in a new place, with its first call: mean", found: all / count / 1000, unit: "µs" },
      { what: "an instance with a memory, by itself: mean", found: bare.mean / 1000, unit: "µs" },
      {
        what: `an instance with a memory, by itself: of the quickest ${ROUND}, each`,
        found: bare.quickest / 1000,
        unit: "µs",
      },
    ],
    values.json,
  );
} finally {
  await session.close();
}

/** What the engine takes for each of as many, by itself, and in the quickest round: nanoseconds. */
function bareInstances(): { readonly mean: number; readonly quickest: number } {
  const script = join(import.meta.dirname, "bare-instances.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, script, String(count), String(ROUND)],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`bare-instances.ts: ${stderr.trim()}`);
  const [mean = NaN, quickest = NaN] = stdout.split(" ").map(Number);
  return { mean, quickest };
}

/** Spawns until there are so many; nanoseconds that the starts took. */
async function spawnUpTo(total: number): Promise<number> {
  const { checksum, nanoseconds } = await session.sample("live:spawn", total);
  if (checksum !== total) throw new Error(`expected ${total} processes, found ${checksum}`);
  return nanoseconds;
}

/** Sees that each of them answers. */
async function allAnswer(total: number): Promise<void> {
  const { checksum } = await session.sample("live:ask", total);
  const expected = ((total * (total + 1)) / 2) % 2 ** 32;
  if (checksum !== expected) throw new Error(`expected the answers ${expected} in all, found ${checksum}`);
}
