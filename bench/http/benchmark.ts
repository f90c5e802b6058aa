/** Requests that services answer in a second, beside a plain HTTP server of Node, and how soon one comes out of nothing. */
import type { Benchmark, Layout } from "../harness/benchmark.ts";
import { versions } from "../harness/machine.ts";
import { NotInstalled, onPath, type Peer } from "../harness/peer.ts";
import type { Report } from "../harness/report/report.ts";
import { CASES } from "./cases.ts";
import { atoll } from "./peers/atoll.ts";
import { full, jco } from "./peers/full.ts";
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
      { name: "jco", prefixes: ["jco"], colour: "#e8590c" },
      { name: "Node", prefixes: ["node"], colour: "#868e96" },
    ],
  },
};

const PEERS: Readonly<Record<string, Peer>> = {
  "atoll-lean": atoll,
  "atoll-quickjs": full("quickjs"),
  "atoll-starlingmonkey": full("starlingmonkey"),
  node,
  "jco-serve": jco,
};

export const HTTP: Benchmark = {
  name: "http",
  description: "Measures what a service answers under wrk, beside a plain HTTP server of Node, in one run.",
  examples: [
    "atoll bench http                              everything, about a minute",
    "atoll bench http --only first-request         how soon a service that has no instance answers",
    "atoll bench http --json > http.json           for a program",
  ],
  cases: CASES,
  transports: [
    { name: "atoll-lean", is: "a lean handler with a router, run by the Linux host" },
    { name: "atoll-quickjs", is: "a handler in the full dialect, in QuickJS, by atoll:http" },
    { name: "atoll-starlingmonkey", is: "a handler in the full dialect, in StarlingMonkey, by wasi:http" },
    { name: "node", is: "createServer of node:http, and nothing besides" },
    {
      name: "jco-serve",
      is: "the component of atoll-starlingmonkey by jco 1.35, without --isolate-requests: one instance for all",
    },
  ],
  unit: "request",
  samples: 5,
  casesOf: (transport) => (transport === "atoll-lean" ? CASES.map(({ name }) => name) : ["hello"]),
  peerOf: (transport) => ({
    prepare: (name, workspace) => {
      if (!onPath("wrk")) throw new NotInstalled("wrk, which asks, is not installed", "apt-get install wrk");
      return PEERS[transport]!.prepare(name, workspace);
    },
  }),
  versions: () => versions({}),
  targets,
  notes,
  layout: LAYOUT,
};

function notes({ rows }: Report): string[] {
  const measured = CASES.filter(({ name }) => rows.some((row) => row.case === name));
  const memory = rows.flatMap(({ case: name, transport, memory: bytes }) =>
    name === "hello" && bytes !== undefined ? [`${transport} ${Math.round(bytes / 2 ** 20)} MiB`] : [],
  );
  return [
    ...measured.map(({ name, measures }) => `${name}: ${measures}.`),
    ...(memory.length > 0 ? [`Resident memory under hello: ${memory.join(", ")}.`] : []),
  ];
}
