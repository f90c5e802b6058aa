/**
 * `node bench/compute/main.ts`: what metering costs four lean programs that only compute.
 *
 * Each program is linked twice, metered and not; samples of the two take turns,
 * and the best of each are compared. Both must give the same checksums, and the
 * fuel of the first round is the same each time. `--json` prints for programs.
 */
import { readFileSync, rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileLean } from "../../toolchain/compile/index.ts";
import { link } from "../../toolchain/link/index.ts";
import { instantiate, type Running } from "../../host-linux/instantiate.ts";

const PROGRAMS = ["sha256", "matmul", "sort", "json-scan"];
const SAMPLES = 15;
const WARM_UP = 400;
/** Real text: the packages that this project is developed with. */
const TEXT = join(import.meta.dirname, "../../package-lock.json");
const LIMIT = 1.15;

interface Program {
  readonly run: (round: number) => number;
  /** Units used by now. */
  readonly used: () => bigint;
}

interface Result {
  readonly program: string;
  /** Milliseconds per round. */
  readonly plain: number;
  readonly metered: number;
  /** Units of fuel of the first round. */
  readonly fuel: number;
}

const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });
const text = readFileSync(TEXT);
const results: Result[] = [];
for (const program of PROGRAMS) {
  if (values.only === undefined || values.only.split(",").includes(program))
    results.push(await measured(program));
}
process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : report(results));

async function measured(program: string): Promise<Result> {
  const component = await built(program);
  const plain = started(component, undefined);
  const metered = started(component, Number.MAX_SAFE_INTEGER);
  const [fuel, again] = [fuelOf(metered), fuelOf(started(component, Number.MAX_SAFE_INTEGER))];
  if (fuel !== again) throw new Error(`${program}: ${fuel} units of fuel, and then ${again}`);
  warmUp(program, plain, metered);
  const best = { plain: Infinity, metered: Infinity };
  for (let i = 0; i < SAMPLES; i++) {
    best.plain = Math.min(
      best.plain,
      milliseconds(() => plain.run(i)),
    );
    best.metered = Math.min(
      best.metered,
      milliseconds(() => metered.run(i)),
    );
  }
  return { program, ...best, fuel };
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

function started(component: Uint8Array, fuel: number | undefined): Program {
  const quotas = fuel === undefined ? {} : { fuel };
  const { plan } = link({
    config: { name: "compute", processes: { program: { component: "./program.wasm", quotas } } },
    components: new Map([["./program.wasm", component]]),
  });
  const running = instantiate(plan, () => ({}));
  give(running);
  return { run: exported(running, "run"), used: () => running.fuel?.of(0).used ?? 0n };
}

/** Hands the text over as a host does: memory of the guest's own, then the call. */
function give(running: Running): void {
  const load = running.plan.templates[0]?.exports.find(({ name }) => name.endsWith("#load"));
  if (load?.memory === undefined || load.realloc === undefined)
    throw new Error("a program has no function load");
  const realloc = running.item(0, load.realloc) as (...args: number[]) => number;
  const at = realloc(0, 0, 1, text.length);
  new Uint8Array((running.item(0, load.memory) as WebAssembly.Memory).buffer).set(text, at);
  (running.item(0, load.func) as (at: number, length: number) => number)(at, text.length);
}

function exported(running: Running, name: string): (round: number) => number {
  const found = running.plan.templates[0]?.exports.find((e) => e.name.endsWith(`#${name}`));
  if (found === undefined) throw new Error(`a program has no function ${name}`);
  return running.item(0, found.func) as (round: number) => number;
}

/** The fuel of a program's first round. */
function fuelOf({ run, used }: Program): number {
  const before = used();
  run(0);
  return Number(used() - before);
}

/** Until V8 has optimised. */
function warmUp(program: string, plain: Program, metered: Program): void {
  const end = performance.now() + WARM_UP;
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    const [expected, found] = [plain.run(round), metered.run(round)];
    if (expected !== found) throw new Error(`${program}: metered gives ${found}, plain ${expected}`);
  }
}

function milliseconds(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function report(all: readonly Result[]): string {
  const ratios = all.map(({ plain, metered }) => metered / plain).sort((a, b) => a - b);
  const middle = ratios.length / 2;
  const median = ((ratios[Math.floor(middle)] ?? 0) + (ratios[Math.ceil(middle) - 1] ?? 0)) / 2;
  const lines = all.map(({ program, plain, metered, fuel }) => {
    const times = `${plain.toFixed(2).padStart(9)} ${metered.toFixed(2).padStart(9)}`;
    return `${program.padEnd(10)} ${times}  ${percent(metered / plain)}  ${String(fuel).padStart(12)}`;
  });
  const verdict = median <= LIMIT ? "within" : "OVER";
  return [
    "program       plain   metered   costs          fuel   (ms and units per round)",
    ...lines,
    `median ${percent(median)}, ${verdict} the limit of ${percent(LIMIT)}; worst ${percent(ratios.at(-1) ?? 0)}`,
    "",
  ].join("\n");
}

function percent(ratio: number): string {
  return `${((ratio - 1) * 100).toFixed(1)} %`.padStart(8);
}
