/** What WASI costs a program on Atoll, beside Node's own interfaces doing the same. */
import type { Benchmark, Layout } from "../harness/benchmark.ts";
import { versions } from "../harness/machine.ts";
import type { Report } from "../harness/report/report.ts";
import { CASES } from "./cases.ts";
import { atoll } from "./peers/atoll.ts";
import { node } from "./peers/node.ts";
import { targets } from "./targets.ts";

const LAYOUT: Layout = {
  lines: "cases",
  bases: ["node"],
  targetsBy: "medians",
  targetsOnPages: () => true,
  chart: {
    families: [
      { name: "Atoll", prefixes: ["atoll"], colour: "#0b7285" },
      { name: "Node", prefixes: ["node"], colour: "#868e96" },
    ],
  },
};

export const WASI: Benchmark = {
  name: "wasi",
  description: "Measures what WASI costs a program on Atoll, against Node's own interfaces, in one run.",
  examples: [
    "atoll bench wasi                              everything, some ten seconds",
    "atoll bench wasi --quick --only clock         one case",
    "atoll bench wasi --json > wasi.json           for a program",
  ],
  cases: CASES,
  transports: [
    { name: "atoll", is: "a lean program that imports WASI, with the shim, run by the Linux host" },
    { name: "node", is: "process.hrtime.bigint, crypto.randomBytes, process.stdout and fs.promises of Node" },
  ],
  unit: "round",
  casesOf: () => CASES.map(({ name }) => name),
  peerOf: (transport) => (transport === "atoll" ? atoll : node),
  versions: () => versions({}),
  targets,
  notes,
  layout: LAYOUT,
};

function notes({ rows }: Report): string[] {
  return CASES.filter(({ name }) => rows.some((row) => row.case === name)).map(
    ({ name, measures }) => `${name}: ${measures}.`,
  );
}
