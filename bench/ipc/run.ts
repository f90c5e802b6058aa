/** One run: prepare and start the peers, measure case by case, end the peers. */
import { machine, versions } from "./machine.ts";
import { type Contestant, type Effort, type Failure, measure, type Row } from "./measure.ts";
import { peerOf } from "./peers/index.ts";
import { NotInstalled, type Peer, profiled } from "./peers/peer.ts";
import type { Missing, Report } from "./report/report.ts";
import { targets } from "./report/targets.ts";
import type { Selection } from "./selection.ts";
import { Session } from "./session.ts";
import { casesOf, type Transport, type TransportName } from "./transports.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

export interface RunOptions extends Selection {
  readonly effort: Effort;
  /** Where built things are kept; the project's `build/bench` by default. */
  readonly workspace?: Workspace;
  /** Folder for a CPU profile of each peer that runs in Node. */
  readonly profile?: string;
  /** Called with what is being done, such as `string-64`. */
  readonly progress?: (step: string) => void;
  /** Stands in for the peers of peers/. */
  readonly peers?: (transport: TransportName) => Peer;
}

interface Started extends Contestant {
  readonly is: Transport;
  readonly session: Session;
}

export async function run(options: RunOptions): Promise<Report> {
  const { cases, effort, progress = () => {} } = options;
  const rows: Row[] = [];
  const failed: Failure[] = [];
  const { started, missing } = await start(options, failed);
  try {
    for (const c of cases) {
      progress(c.name);
      const contestants = started.filter(({ is }) => casesOf(is).includes(c.name));
      const measured = await measure(c, contestants, effort);
      rows.push(...measured.rows);
      failed.push(...measured.failures);
    }
  } finally {
    await Promise.all(started.map(({ session }) => session.close()));
  }
  return { machine: machine(), versions: versions(), rows, missing, failed, targets: targets(rows) };
}

/** One after the other, so that a build never runs beside another. */
async function start(
  {
    cases,
    transports,
    workspace = openWorkspace(),
    profile,
    progress = () => {},
    peers = peerOf,
  }: RunOptions,
  failed: Failure[],
): Promise<{ started: Started[]; missing: Missing[] }> {
  const started: Started[] = [];
  const missing: Missing[] = [];
  for (const is of transports) {
    if (!cases.some((c) => casesOf(is).includes(c.name))) continue;
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
