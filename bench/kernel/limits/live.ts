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
const LIMIT = 20_000;

const values = optionsOf({
  processes: { type: "string", default: "10000" },
  checked: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
});
const count = whole("processes", values.processes);

const flags = values.checked ? ["--disable-wasm-trap-handler"] : [];
const session = await openSystem("live", flags);
try {
  await allAnswer(FIRST);
  const before = residentMemory(session);
  const started = await allAnswer(FIRST + count);
  const each = (residentMemory(session) - before) / count;
  report(
    `${count.toLocaleString("en")} live processes`,
    [
      { what: "resident memory of each", found: each, unit: "bytes", limit: LIMIT },
      { what: "start of each in a new place, with its first call", found: started / 1000, unit: "µs" },
      { what: "of which an instance with a memory takes", found: bareInstances() / 1000, unit: "µs" },
    ],
    values.json,
  );
} finally {
  await session.close();
}

/** Nanoseconds that the engine takes for each of as many, by itself. */
function bareInstances(): number {
  const script = join(import.meta.dirname, "bare-instances.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, String(count)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`bare-instances.ts: ${stderr.trim()}`);
  return Number(stdout);
}

/** Spawns until there are so many, and sees that each answers; nanoseconds that the start of each took. */
async function allAnswer(total: number): Promise<number> {
  const spawned = await session.sample("live:spawn", total);
  if (spawned.checksum !== total) throw new Error(`expected ${total} processes, found ${spawned.checksum}`);
  const { checksum } = await session.sample("live:ask", total);
  const expected = ((total * (total + 1)) / 2) % 2 ** 32;
  if (checksum !== expected) throw new Error(`expected the answers ${expected} in all, found ${checksum}`);
  return spawned.nanoseconds / (total === FIRST ? FIRST : count);
}
