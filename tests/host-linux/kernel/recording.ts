/**
 * Every system that a test brings up under the kernel is recorded, and the simulator has to get the same.
 *
 * The simulator shares no code with this host. So after each test, whatever it
 * was about, no decision was taken in the host.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { EventLog } from "../../../host-linux/kernel/event-log.ts";
import type { KernelOptions } from "../../../host-linux/kernel/load-kernel.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { afterEachTest } from "../../each-test.ts";
import { Kernel } from "../../kernel/simulator/kernel.ts";
import { replayLog } from "../../kernel/simulator/log.ts";

interface Recording {
  readonly plan: LinkPlan;
  readonly folder: string;
  /** Of a system in this thread. */
  readonly log?: EventLog;
}

/** Characters of a log that are replayed: a test may be a very long run. */
const MOST = 2_000_000;

let recordings: Recording[] = [];

/** What `instantiate` is given for a system under the kernel. */
export function recording(plan: LinkPlan): KernelOptions {
  if (plan.root.kernel === undefined) return {};
  const folder = newFolder();
  const log = new EventLog(join(folder, LOG), plan);
  recordings.push({ plan, folder, log });
  return { wrap: (exports) => log.of(exports) };
}

/** What `runSystem` is given: a file. A system that it ends by force has no end in its log. */
export function recordFile(plan: LinkPlan): string {
  const folder = newFolder();
  recordings.push({ plan, folder });
  return join(folder, LOG);
}

const LOG = "events.log";

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "atoll-log-"));
}

afterEachTest(() => {
  const made = recordings;
  recordings = [];
  for (const { plan, folder, log } of made) {
    log?.close();
    const text = readFileSync(join(folder, LOG), "utf8");
    rmSync(folder, { recursive: true });
    // A kernel that refused its plan was told nothing.
    if (text.includes("\ninitialise ")) expectSame(plan, text, log === undefined);
  }
});

function expectSame(plan: LinkPlan, text: string, mayBeCut: boolean): void {
  const { bytes } = plan.modules[plan.root.kernel?.module ?? -1] ?? {};
  const kernel = new Kernel(new WebAssembly.Module(new Uint8Array(bytes ?? [])));
  const { failure } = replayLog(kernel, beginning(text));
  const isCut = failure?.endsWith("All before is identical.") ?? false;
  if (failure === undefined || (isCut && (mayBeCut || text.length > MOST))) return;
  expect.fail(`the simulator gets something else: ${failure}\n${text}`);
}

/** Up to an event, with all that it commanded. */
function beginning(text: string): string {
  if (text.length <= MOST) return text;
  const lines = text.slice(0, MOST).split("\n");
  return `${lines
    .slice(
      0,
      lines.findLastIndex((line, i) => i < lines.length - 1 && !line.startsWith(" ")),
    )
    .join("\n")}\n`;
}
