/**
 * `node bench/compute/main.ts`: four lean programs that only compute, on V8, in an executable, and in C.
 *
 * What metering costs: each program is linked twice, metered and not. What a native
 * executable gives: the unmetered one as an image, and the same algorithm written in
 * C by hand (c/). Samples take turns, and the best of each are compared. All must
 * give the same checksums, and the fuel of the first round is the same each time.
 * `--json` prints for programs; `--markdown FILE` renews a page's table.
 */
import { readFileSync, rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ImageError } from "../../host-metal/image/error.ts";
import { compileLean } from "../../toolchain/compile/index.ts";
import { openWorkspace } from "../harness/workspace.ts";
import { type Executable, inC, nativeImage, startedAlone } from "./executables.ts";
import { renewMarked } from "../harness/report/markdown.ts";
import { markdownTable, report, type Result } from "./report.ts";
import { fuelOf, linked, type OnV8, startedOnV8 } from "./v8.ts";

const PROGRAMS = ["sha256", "matmul", "sort", "json-scan"];
const SAMPLES = 15;
const WARM_UP = 400;
/** Real text: the packages that this project is developed with. */
const TEXT = join(import.meta.dirname, "../../package-lock.json");

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string" }, markdown: { type: "string" } },
});
const text = readFileSync(TEXT);
const workspace = openWorkspace();
const results: Result[] = [];
for (const program of PROGRAMS) {
  if (values.only === undefined || values.only.split(",").includes(program))
    results.push(await measured(program));
}
process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : report(results));
if (values.markdown !== undefined) renewMarked(values.markdown, "compute", markdownTable(results));

/** Runs a round, and takes its time where that is taken: in V8's process, or in the executable's. */
type Contestant = (round: number) => Promise<{ milliseconds: number; checksum: number }>;

async function measured(program: string): Promise<Result> {
  const component = await built(program);
  const metered = linked(component, Number.MAX_SAFE_INTEGER);
  const [fuel, again] = [metered, metered].map((plan) => fuelOf(startedOnV8(plan, text)));
  if (fuel === undefined || fuel !== again)
    throw new Error(`${program}: ${fuel} units of fuel, and then ${again}`);
  const alone = await executables(program, component);
  const contestants: Record<"plain" | "metered", Contestant> & Partial<Record<"native" | "c", Contestant>> = {
    plain: onV8(startedOnV8(linked(component), text)),
    metered: onV8(startedOnV8(metered, text)),
    ...(alone.started && {
      native: (round) => alone.started.native.run(round),
      c: (round) => alone.started.c.run(round),
    }),
  };
  await warmUp(program, contestants);
  const best = { plain: Infinity, metered: Infinity, native: Infinity, c: Infinity };
  for (let i = 0; i < SAMPLES; i++) {
    for (const [name, run] of Object.entries(contestants) as [keyof typeof best, Contestant][])
      best[name] = Math.min(best[name], (await run(i)).milliseconds);
  }
  alone.started?.native.end();
  alone.started?.c.end();
  const { plain, metered: withFuel, native, c } = best;
  const rest = alone.missing === undefined ? { native, c } : { missing: alone.missing };
  return { program, plain, metered: withFuel, fuel, ...rest };
}

type Executables =
  | { readonly started: Record<"native" | "c", Executable>; readonly missing?: undefined }
  | { readonly missing: string; readonly started?: undefined };

async function executables(program: string, component: Uint8Array): Promise<Executables> {
  try {
    const paths = [
      await nativeImage(linked(component), component, workspace),
      await inC(program, workspace),
    ] as const;
    const [native, c] = await Promise.all(paths.map((path) => startedAlone(path, text)));
    return { started: { native: native!, c: c! } };
  } catch (error) {
    if (error instanceof ImageError) return { missing: error.message };
    throw error;
  }
}

async function built(program: string): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-compute-"));
  try {
    const output = join(folder, `${program}.wasm`);
    await compileLean({ app: join(import.meta.dirname, `programs/${program}.ts`), output });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function onV8({ run }: OnV8): Contestant {
  return async (round) => {
    const start = performance.now();
    const checksum = run(round) >>> 0;
    return { milliseconds: performance.now() - start, checksum };
  };
}

/** Until V8 has optimised; all do the same rounds. */
async function warmUp(
  program: string,
  contestants: Readonly<Partial<Record<string, Contestant>>>,
): Promise<void> {
  const end = performance.now() + WARM_UP;
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    const sums = new Map<string, number>();
    for (const [name, run] of Object.entries(contestants)) sums.set(name, (await run!(round)).checksum);
    const [first] = sums.values();
    for (const [name, sum] of sums) {
      if (sum !== first)
        throw new Error(`${program}, round ${round}: ${name} gives ${sum}, and plain ${first}`);
    }
  }
}
