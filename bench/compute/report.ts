/** What the programs took, as lines for a terminal. */
import { machine } from "../harness/machine.ts";

export interface Result {
  readonly program: string;
  /** Milliseconds per round, on V8. */
  readonly plain: number;
  readonly metered: number;
  /** Of the unmetered program in an executable, and of the same work in C. */
  readonly native?: number;
  readonly c?: number;
  /** Why those are not there. */
  readonly missing?: string;
  /** Units of fuel of the first round. */
  readonly fuel: number;
}

const METERED_LIMIT = 1.15;
/** Of the native executable, beside V8. */
const NATIVE_LIMIT = 1.15;

export function report(all: readonly Result[]): string {
  return [...meteringLines(all), "", ...nativeLines(all), ""].join("\n");
}

function meteringLines(all: readonly Result[]): string[] {
  const ratios = all.map(({ plain, metered }) => metered / plain).sort((a, b) => a - b);
  const middle = ratios.length / 2;
  const median = ((ratios[Math.floor(middle)] ?? 0) + (ratios[Math.ceil(middle) - 1] ?? 0)) / 2;
  const lines = all.map(({ program, plain, metered, fuel }) =>
    line(program, [
      plain.toFixed(2),
      metered.toFixed(2),
      percent(metered / plain),
      fuel.toLocaleString("en-US"),
    ]),
  );
  const verdict = median <= METERED_LIMIT ? "within" : "OVER";
  return [
    line("metering", ["plain", "metered", "costs", "fuel"], "  (ms and units per round, on V8)"),
    ...lines,
    `median ${percent(median)}, ${verdict} the limit of ${percent(METERED_LIMIT)}; worst ${percent(ratios.at(-1) ?? 0)}`,
  ];
}

function nativeLines(all: readonly Result[]): string[] {
  const [missing] = all.flatMap((result) => result.missing ?? []);
  if (missing !== undefined) return [`No executables: ${missing}`];
  const worst = Math.max(...all.map(({ plain, native = 0 }) => native / plain));
  const lines = all.map(({ program, plain, native = 0, c = 0 }) =>
    line(program, [
      plain.toFixed(2),
      native.toFixed(2),
      c.toFixed(2),
      times(native / plain),
      times(native / c),
    ]),
  );
  const verdict = worst <= NATIVE_LIMIT ? "within" : "OVER";
  return [
    line(
      "executables",
      ["V8", "native", "C", "by V8", "by C"],
      "  (ms per round; native divided by the others)",
    ),
    ...lines,
    `worst ${times(worst)} of V8, ${verdict} the limit of ${times(NATIVE_LIMIT)}`,
  ];
}

/** Of the executables, for a page. */
export function markdownTable(all: readonly Result[]): string {
  const { cpu, cores, kernel } = machine();
  const rows = all.map(({ program, plain, native, c }) => {
    const cells = [plain, native, c].map((ms) => (ms === undefined ? "" : `${ms.toFixed(2)} ms`));
    const ratio = native === undefined ? "" : times(native / plain);
    return `| ${[program, ...cells, ratio].join(" | ")} |`;
  });
  return [
    "| a round, at best | V8 | executable | C | executable by V8 |",
    "| --- | --: | --: | --: | --: |",
    ...rows,
    "",
    `${cpu}, ${cores} cores, ${kernel}; Node ${process.versions.node} (V8 ${process.versions.v8}).`,
  ].join("\n");
}

function line(name: string, cells: readonly string[], end = ""): string {
  return `${name.padEnd(11)}${cells.map((cell) => cell.padStart(14)).join("")}${end}`;
}

function percent(ratio: number): string {
  return `${((ratio - 1) * 100).toFixed(1)} %`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
