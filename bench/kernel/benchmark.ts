/** What the kernel does, beside Erlang/OTP doing the same. */
import type { Benchmark, Layout } from "../harness/benchmark.ts";
import { versions } from "../harness/machine.ts";
import type { Report } from "../harness/report/report.ts";
import { CASES } from "./cases.ts";
import { atoll } from "./peers/atoll.ts";
import { erlang, otpVersion } from "./peers/erlang.ts";
import { targets } from "./targets.ts";

/** What Erlang has no counterpart of. */
const ATOLL_ONLY = new Set([
  "mailbox-call:message",
  "mailbox-call:stack",
  "mailbox-cast:stack",
  "crash-notice:stack",
  "crash-notice:trap",
  "crash-notice:promise",
  "restart:instance",
]);

const LAYOUT: Layout = {
  lines: "cases",
  bases: ["atoll"],
  targetsBy: "minima",
  targetsOnPages: () => true,
  chart: {
    families: [
      { name: "Atoll", prefixes: ["atoll"], colour: "#0b7285" },
      { name: "Erlang/OTP", prefixes: ["erlang"], colour: "#e8a33d" },
    ],
  },
};

export const KERNEL: Benchmark = {
  name: "kernel",
  description: "Measures what the kernel does against Erlang/OTP, in one run.",
  examples: [
    "atoll bench kernel                              everything, about a minute",
    "atoll bench kernel --quick --only restart,spawn two cases, a few seconds",
    "atoll bench kernel --json > kernel.json         for a program",
    "atoll bench kernel --svg docs/images/kernel.svg --markdown docs/kernel.md",
  ],
  cases: CASES,
  transports: [
    { name: "atoll", is: "lean apps under the kernel, host-linux" },
    { name: "erlang", is: "gen_server, supervisor and processes of Erlang/OTP, one scheduler" },
  ],
  unit: "round",
  casesOf: (transport) =>
    CASES.map(({ name }) => name).filter((name) => transport === "atoll" || !ATOLL_ONLY.has(name)),
  peerOf: (transport) => (transport === "atoll" ? atoll : erlang),
  versions: () => {
    const otp = otpVersion();
    return versions({ erlang: otp && `Erlang/OTP ${otp}` });
  },
  targets,
  notes,
  layout: LAYOUT,
};

function notes({ rows }: Report): string[] {
  return CASES.filter(({ name }) => rows.some((row) => row.case === name)).map(
    ({ name, measures }) => `${name}: ${measures}.`,
  );
}
