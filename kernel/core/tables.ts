// Where the kernel's tables lie: all of its memory, laid out once.
//
//     report | processes | templates | messages | handles | timers | commands | log | history
//
// `initialise` takes the sizes and may be called again, which makes everything
// new. Nothing is allocated after it, so a full table is a status, never a
// failure of the kernel. Slots, messages and handles count from 1; 0 is none.
import { COMMAND_BYTES, FIELD_COUNT, PID_SLOT_BITS, REF_INDEX_BITS, REPORT_WORDS } from "../abi";

export const PROCESS_BYTES = 320;
export const TEMPLATE_BYTES = FIELD_COUNT * 4;
export const MESSAGE_BYTES = 64;
export const HANDLE_BYTES = 96;
export const TIMER_BYTES = 24;
export const LOG_BYTES = 48;

export let processCount: i32 = 0;
export let templateCount: i32 = 0;
export let messageCount: i32 = 0;
export let handleCount: i32 = 0;
export let logCount: i32 = 0;
/** Commands that one event can cause at most. */
export let commandsPerEvent: i32 = 0;
export let commandCapacity: i32 = 0;

export let reportBase: i32 = 0;
export let processBase: i32 = 0;
export let templateBase: i32 = 0;
export let messageBase: i32 = 0;
export let handleBase: i32 = 0;
export let timerBase: i32 = 0;
export let commandBase: i32 = 0;
export let logBase: i32 = 0;
export let historyBase: i32 = 0;

/** False when a size is out of range or the host gives no memory. */
export function layTables(processes: i32, templates: i32, messages: i32, handles: i32, log: i32): bool {
  if (processes < 1 || processes >= 1 << PID_SLOT_BITS) return false;
  if (templates < 1 || templates > 0xffff) return false;
  if (messages < 1 || messages >= 1 << REF_INDEX_BITS) return false;
  if (handles < 1 || handles >= 1 << REF_INDEX_BITS) return false;
  if (log < 1 || log > 0xfffff) return false;
  processCount = processes;
  templateCount = templates;
  messageCount = messages;
  handleCount = handles;
  logCount = log;
  // A process is stopped, killed, delayed and started a few times at most while
  // one event settles; a handle goes once, a message is discarded once.
  commandsPerEvent = 8 * processes + 2 * handles + messages + 64;
  // A power of two, so that record numbers may wrap.
  commandCapacity = 1 << (32 - clz(2 * commandsPerEvent - 1));
  return reserve();
}

function reserve(): bool {
  const start = (<i32>__heap_base + 15) & ~15;
  let end: i64 = start;
  reportBase = start;
  end += REPORT_WORDS * 4;
  processBase = <i32>end;
  end += <i64>(processCount + 1) * PROCESS_BYTES;
  templateBase = <i32>end;
  end += <i64>(templateCount + 1) * TEMPLATE_BYTES;
  messageBase = <i32>end;
  end += <i64>(messageCount + 1) * MESSAGE_BYTES;
  handleBase = <i32>end;
  end += <i64>(handleCount + 1) * HANDLE_BYTES;
  timerBase = <i32>end;
  end += <i64>(processCount + messageCount + 1) * TIMER_BYTES;
  commandBase = <i32>end;
  end += <i64>commandCapacity * COMMAND_BYTES;
  logBase = <i32>end;
  end += <i64>(logCount + 1) * LOG_BYTES;
  historyBase = <i32>end;
  end += <i64>(logCount + 1) * LOG_BYTES;
  if (end > 0x7fff0000) return false;
  const pages = <i32>((end + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return false;
  memory.fill(start, 0, <usize>(end - start));
  return true;
}
