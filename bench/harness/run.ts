/** One run: prepare and start the peers, measure case by case, end the peers. */
import type { Benchmark, Transport } from "./benchmark.ts";
import { machine } from "./machine.ts";
import { type Contestant, type Effort, type Failure, measure, type Row } from "./measure.ts";
import { NotInstalled, type Peer, profiled } from "./peer.ts";
import type { Missing, Report } from "./report/report.ts";
import type { Selection } from "./selection.ts";
import { Session } from "./session.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

export interface RunOptions extends Selection {
  readonly effort: Effort;
  /** Where built things are kept; the project's `build/bench` by default. */
  readonly workspace?: Workspace;
  /** Folder for a CPU profile of each peer that runs in Node. */
  readonly profile?: string;
  /** Called with what is being done, such as `string-64`. */
  readonly progress?: (step: string) => void;
  /** Stands in for the benchmark's own peers. */
  readonly peers?: (transport: string) => Peer;
}

interface Started extends Contestant {
  readonly is: Transport;
  readonly session: Session;
}

export async function run(benchmark: Benchmark, options: RunOptions): Promise<Report> {
  const { cases, effort, progress = () => {} } = options;
  const rows: Row[] = [];
  const failed: Failure[] = [];
  const { started, missing } = await start(benchmark, options, failed);
  try {
    for (const c of cases) {
      progress(c.name);
      const contestants = started.filter(({ is }) => benchmark.casesOf(is.name).includes(c.name));
      const measured = await measure(c, contestants, effort);
      rows.push(...measured.rows);
      failed.push(...measured.failures);
    }
  } finally {
    await Promise.all(started.map(({ session }) => session.close()));
  }
  return {
    machine: machine(),
    versions: benchmark.versions(),
    rows,
    missing,
    failed,
    targets: benchmark.targets(rows),
  };
}

/** One after the other, so that a build never runs beside another. */
async function start(
  benchmark: Benchmark,
  {
    cases,
    transports,
    workspace = openWorkspace(),
    profile,
    progress = () => {},
    peers = (transport) => benchmark.peerOf(transport),
  }: RunOptions,
  failed: Failure[],
): Promise<{ started: Started[]; missing: Missing[] }> {
  const started: Started[] = [];
  const missing: Missing[] = [];
  for (const is of transports) {
    if (!cases.some((c) => benchmark.casesOf(is.name).includes(c.name))) continue;
    progress(`preparing ${is.name}`);
    try {
      const command = await peers(is.name).prepare(is.name, workspace);
      const session = await Session.open(profile === undefined ? command : profiled(command, profile));
      started.push({ is, transport: is.name, session });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof NotInstalled) missing.push({ transport: is.name, reason, hint: error.hint });
      else failed.push({ case: "all", transport: is.name, reason });
    }
  }
  return { started, missing };
}
