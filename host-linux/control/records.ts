/** What a survey of the kernel's processes says, with names: what `atoll ps` and `atoll tree` show. */
import { REASON_NAMES, STATE_NAMES } from "../../kernel/names.ts";
import type { LinkPlan, SupervisorNode } from "../../toolchain/link/plan.ts";
import { quotasOf, type WorkerQuotas } from "../kernel/quotas.ts";
import { Names } from "./names.ts";
import { rowsOf, type Survey, wide } from "./survey.ts";

export interface ProcessRecord {
  readonly pid: number;
  readonly name: string;
  readonly kind: "worker" | "supervisor";
  /** Of a supervisor. */
  readonly strategy?: SupervisorNode["strategy"];
  /** As in kernel/abi.ts, in lower case: `idle`, `waiting`, `backoff`, … */
  readonly state: string;
  /** Pid of its supervisor; absent for the root. */
  readonly parent?: number;
  readonly restarts: number;
  /** Why it ended last: `crashed`, `killed`, …; absent when it never did. */
  readonly lastEnd?: string;
  /** Messages in its mailbox, and their bytes. */
  readonly mail: number;
  readonly mailBytes: number;
  readonly handles: number;
  /** Alarms, monitors and links. */
  readonly records: number;
  /** What it may have at most; absent for a supervisor. */
  readonly quotas?: WorkerQuotas;
  /** Fuel that it used up in all its lives. */
  readonly cpu: number;
  /** Whose turn it is inside of, when it was called on its caller's stack. */
  readonly turnOf?: string;
  /** Whom it waits for in a call. */
  readonly waitsFor?: string;
}

export interface SystemRecords {
  readonly system: string;
  /** Microseconds since the system's start. */
  readonly time: number;
  /** A supervisor before its children. */
  readonly processes: readonly ProcessRecord[];
  readonly messages: number;
  readonly handles: number;
  readonly timers: number;
  /** Of all processes, those that are gone included. */
  readonly cpu: number;
  /** Who runs now; absent between turns. */
  readonly running?: string;
}

export function systemRecords(plan: LinkPlan, { totals, processes }: Survey): SystemRecords {
  const names = new Names(plan);
  const rows = rowsOf(processes);
  for (const row of rows) names.learn(row[0] ?? 0, row[13] ?? 0);
  const running = totals[8] ?? 0;
  return {
    system: plan.system,
    time: wide(totals, 4),
    processes: rows.map((row) => processRecord(plan, names, row)),
    messages: totals[1] ?? 0,
    handles: totals[2] ?? 0,
    timers: totals[3] ?? 0,
    cpu: wide(totals, 6),
    ...(running !== 0 && { running: names.of(running) }),
  };
}

function processRecord(plan: LinkPlan, names: Names, row: Int32Array): ProcessRecord {
  const [pid = 0, life = 0, state = 0, parent = 0, , reason = 0, mail = 0, mailBytes = 0] = row;
  const [handles = 0, records = 0, , , owner = 0, , waitsFor = 0] = row.subarray(8);
  const node = names.node(pid);
  const quotas = quotasOf(plan, node);
  return {
    pid,
    name: names.of(pid),
    kind: node?.kind ?? "worker",
    ...(node?.kind === "supervisor" && { strategy: node.strategy }),
    state: STATE_NAMES.get(state) ?? `state ${state}`,
    ...(parent !== 0 && { parent }),
    restarts: Math.max(0, life - 1),
    ...(reason !== 0 && { lastEnd: REASON_NAMES.get(reason) ?? `reason ${reason}` }),
    mail,
    mailBytes,
    handles,
    records,
    ...(quotas && { quotas }),
    cpu: wide(row, 10),
    ...(owner !== 0 && owner !== pid && { turnOf: names.of(owner) }),
    ...(waitsFor !== 0 && { waitsFor: names.of(waitsFor) }),
  };
}
