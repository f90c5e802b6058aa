/** Calls between components, beside other ways to talk. */
import type { Benchmark, Layout } from "../harness/benchmark.ts";
import { versions } from "../harness/machine.ts";
import type { Report } from "../harness/report/report.ts";
import { caseNamed, CASES, expectedChecksum } from "./cases.ts";
import { peerOf } from "./peers/index.ts";
import { emulatorVersion } from "../harness/emulator.ts";
import { accelerator, metalNote } from "./peers/image.ts";
import { jcoVersion } from "./peers/jco.ts";
import { compilerVersion } from "./peers/linux-processes.ts";
import { targets } from "./targets.ts";
import { casesOf, TRANSPORTS, transportNamed } from "./transports.ts";

const LAYOUT: Layout = {
  lines: "transports",
  bases: ["atoll-direct-lean", "atoll-direct-wat", "raw-import", "native-c-call"],
  targetsBy: "minima",
  targetsOnPages: ({ of }) => of.startsWith("native"),
  chart: {
    // Those that say most side by side.
    cases: ["u32x2", "string-64", "bytes-4k-in", "strings-100"],
    families: [
      { name: "Atoll", prefixes: ["atoll"], colour: "#0b7285" },
      { name: "Wasm by hand", prefixes: ["floor", "raw", "local"], colour: "#74b8c4" },
      { name: "jco", prefixes: ["jco"], colour: "#e8a33d" },
      { name: "Linux processes", prefixes: ["pipe", "unix", "eventfd", "shm", "tcp"], colour: "#868e96" },
      { name: "Node", prefixes: ["worker", "child"], colour: "#c2c7cc" },
    ],
  },
};

export const IPC: Benchmark = {
  name: "ipc",
  description: "Measures calls between components against other ways to talk, in one run.",
  examples: [
    "atoll bench ipc                                  everything, about a minute",
    "atoll bench ipc --quick --only u32x2,string-64   two cases, a few seconds",
    "atoll bench ipc --only 'bytes-4k-in,atoll*,jco*' one case, some transports",
    "atoll bench ipc --json > ipc.json                for a program",
    "atoll bench ipc --native --only u32x2            the same case in a native executable too",
    "atoll bench ipc --svg docs/images/ipc.svg --markdown README.md",
  ],
  cases: CASES.map((c) => ({ name: c.name, expected: (rounds) => expectedChecksum(c, rounds) })),
  transports: TRANSPORTS,
  groups: [
    { name: "native", is: "measure calls in native executables too (atoll image --target linux)" },
    { name: "metal", is: "measure calls in images without Linux too, in QEMU (atoll image --target metal)" },
  ],
  unit: "round trip",
  casesOf: (transport) => casesOf(transportNamed(transport)),
  peerOf: (transport) => peerOf(transportNamed(transport).name),
  versions: () =>
    versions({
      "jco-1.35": jcoVersion("jco-1-35"),
      "jco-1.16": jcoVersion("jco-1-16"),
      cc: compilerVersion(),
      qemu: emulatorVersion(accelerator()),
    }),
  targets,
  notes,
  layout: LAYOUT,
};

/** The rules are those of transports.ts. */
function notes(report: Report): string[] {
  const measured = (name: string): boolean => report.rows.some((row) => row.transport.startsWith(name));
  const left = TRANSPORTS.filter((t) => t.onlyNumbers !== undefined && measured(t.name));
  return [
    ...(measured("jco")
      ? [
          "jco runs UTF-8 guests: it cannot transpile a call between two UTF-16 components, which lean ones are. They are the lean ones with their text as UTF-8 bytes; jco-1.16-mm-wat runs the hand-written ones.",
        ]
      : []),
    ...left.map((t) => `${t.name} carries u32x2 only: ${t.onlyNumbers}.`),
    ...TRANSPORTS.flatMap(({ name, without }) =>
      without !== undefined && measured(name)
        ? [`${name} leaves out ${without.cases.join(" and ")}: ${without.because}.`]
        : [],
    ),
    ...(measured("metal") ? [metalNote()] : []),
    ...(report.rows.some((row) => caseNamed(row.case).run.interface === "texts")
      ? [
          "utf8-utf16-* needs ends that hold text in two encodings, which only atoll-direct-wat joins; floor-wat copies the bytes there and back by memory.copy, neither transcoded nor validated.",
        ]
      : []),
    ...(report.rows.some((row) => caseNamed(row.case).run.interface === "cell-runs")
      ? [
          "u32-u8 and borrow-method do the same work, one by number and one by handle; only Atoll and jco have handles.",
        ]
      : []),
    ...(measured("local-call") ? ["local-call is inlined by V8: what a call costs when there is none."] : []),
  ];
}
