/** The Linux host: interprets a link plan on V8, under Node. */
export { HostError } from "./host-error.ts";
export { exitCodeOf, type Outcome } from "./outcome.ts";
export { runSystem, type RunOptions } from "./run.ts";
export { PROTOCOL_VERSION, type Answer, type Answers, type Ask } from "./control/protocol.ts";
export type { ProcessRecord, SystemRecords } from "./control/records.ts";
export { shortest as socketPath } from "./control/socket-file.ts";
export type { Trace, TraceEntry } from "./control/trace.ts";
export { treeText } from "./control/tree-text.ts";
export type { Death } from "./guard/deaths.ts";
export { deathText } from "./guard/death-text.ts";
export { cycleText } from "./kernel/cycles.ts";
export type { Running } from "./instantiate.ts";
export type { Reading } from "./meter.ts";
export type { JobFunction } from "./worker.ts";
export type { TrapReport } from "./trap/trap.ts";
export { trapText } from "./trap/trap-text.ts";
