/** How long a machine takes to boot a system, beside QEMU alone and beside a Linux that does as little. */
import { missingEmulator } from "../../host-metal/boot/emulator.ts";
import type { Benchmark, Layout } from "../harness/benchmark.ts";
import { emulatorVersion } from "../harness/emulator.ts";
import { versions } from "../harness/machine.ts";
import { NotInstalled, type Peer } from "../harness/peer.ts";
import type { Report } from "../harness/report/report.ts";
import { CASES } from "./cases.ts";
import { atoll } from "./peers/atoll.ts";
import { floor } from "./peers/floor.ts";
import { linux, linuxVersion } from "./peers/linux.ts";
import { targets } from "./targets.ts";

const LAYOUT: Layout = {
  lines: "transports",
  bases: ["qemu-floor"],
  targetsBy: "medians",
  targetsOnPages: () => true,
  chart: {
    families: [
      { name: "Atoll", prefixes: ["atoll"], colour: "#0b7285" },
      { name: "QEMU alone", prefixes: ["qemu"], colour: "#868e96" },
      { name: "Linux", prefixes: ["linux"], colour: "#e8a33d" },
    ],
  },
};

const PEERS: Readonly<Record<string, Peer>> = {
  "atoll-microvm": atoll("microvm"),
  "atoll-q35": atoll("q35"),
  "qemu-floor": floor,
  "linux-vm": linux,
};

export const BOOT: Benchmark = {
  name: "boot",
  description: "Measures how long a virtual machine takes to an app's first output, and to its end.",
  examples: [
    "atoll bench boot                              everything, about two minutes",
    "atoll bench boot --only 'atoll*,qemu-floor'   without Linux, some ten seconds",
    "atoll bench boot --json > boot.json           for a program",
  ],
  cases: CASES,
  transports: [
    { name: "atoll-microvm", is: "a system of one app, which writes a line, on QEMU's microvm" },
    { name: "atoll-q35", is: "the same on q35, whose firmware comes first" },
    { name: "qemu-floor", is: "a dozen instructions that write a line, on microvm: what QEMU itself takes" },
    {
      name: "linux-vm",
      is: "Debian's kernel for clouds on microvm, with one static program that writes a line",
    },
  ],
  unit: "boot",
  samples: 10,
  casesOf: () => CASES.map(({ name }) => name),
  peerOf: (transport) => ({
    prepare: (name, workspace) => {
      const missing = missingEmulator();
      if (missing !== undefined) throw new NotInstalled(missing, "apt-get install qemu-system-x86");
      return PEERS[transport]!.prepare(name, workspace);
    },
  }),
  versions: () => versions({ qemu: emulatorVersion("tcg"), linux: linuxVersion() }),
  targets,
  notes,
  layout: LAYOUT,
};

function notes({ rows }: Report): string[] {
  return CASES.filter(({ name }) => rows.some((row) => row.case === name)).map(
    ({ name, measures }) => `${name}: ${measures}.`,
  );
}
