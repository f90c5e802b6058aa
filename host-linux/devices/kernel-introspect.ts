/**
 * `atoll:kernel/introspect`: the kernel's tables, in core values.
 *
 * Records are laid out as CanonicalABI.md says (offsets in bytes):
 *
 *      process-info              audit-record         system-totals      event
 *       0 name: offset, length    0 what: u8           0 processes        0 kind: offset, length
 *       8 pid                     4 holder             4 messages         8 pid
 *      12 life                    8 life               8 handles         12 accepted: u8
 *      16 state: u8              12 handle            12 timers          16 time: u64
 *      20 parent                 16 provider          16 now: u64        24
 *      24 reason: option, u8     20 derived-from      24 cpu: u64
 *      28 mail                   24 time: u64         32
 *      32 mail-bytes             32
 *      36 handles
 *      40 records
 *      48 cpu: u64
 *      56 waits-for
 *      64 quotas: option, u8
 *      72 mail
 *      76 mail-bytes
 *      80 records
 *      84 handles
 *      88 fuel: option, u8
 *      96 fuel: u64
 *     104
 */
import {
  AUDIT_ENDOWED,
  COMMAND_AUDIT,
  EVENT_BOOT,
  EVENT_CLOCK,
  EVENT_TEMPLATE,
  LOOK_EVENT,
  LOOK_HANDLE,
  LOOK_HISTORY,
  LOOK_PROCESS,
  LOOK_TOTALS,
  STATE_DOWN,
} from "../../kernel/abi.ts";
import { EVENT_NAMES } from "../../kernel/names.ts";
import { DeviceTrap } from "../host-error.ts";
import type { Device, DeviceContext } from "./device.ts";
import type { WorkerQuotas } from "../kernel/quotas.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { HANDLE_INFO, NOTHING, reports, storeHandle, word } from "./kernel-reports.ts";
import { storeSpan, type Span, type Store, type Transfer } from "./transfer.ts";

const PROCESS = { size: 104, alignment: 8 } as const;
const TOTALS = { size: 32, alignment: 8 } as const;
const EVENT = { size: 24, alignment: 8 } as const;
const AUDIT = { size: 32, alignment: 8 } as const;

/** A report, and the texts of it that lie in the transfer memory. */
interface Shown {
  readonly words: Int32Array;
  readonly text: Span;
}

interface ShownProcess extends Shown {
  readonly quotas: WorkerQuotas | undefined;
}

export function createIntrospect({ transfer, checkStop }: DeviceContext, door: KernelDoor): Device {
  const begin = (): void => {
    checkStop();
    if (!door.mayLook()) throw new DeviceTrap("it may not look at the kernel any more");
  };
  return {
    processes(): number {
      begin();
      const texts = new Texts(transfer);
      const shown = [...reports(door, LOOK_PROCESS)].map((words) => {
        const template = word(words, 13);
        const text = texts.store(door.nameOf(template));
        return { words, text, quotas: door.quotasOf(template) };
      });
      return transfer.list(transfer.storeList(shown, PROCESS, storeProcess));
    },
    handles(): number {
      begin();
      const found = [...reports(door, LOOK_HANDLE)];
      return transfer.list(transfer.storeList(found, HANDLE_INFO, storeHandle));
    },
    totals(): number {
      begin();
      const words = door.look(LOOK_TOTALS, 1) ?? NOTHING;
      return transfer.result(TOTALS.size, TOTALS.alignment, (view) => {
        for (let i = 0; i < TOTALS.size / 4; i++) view.setUint32(i * 4, word(words, i), true);
      });
    },
    events(most: number): number {
      begin();
      const texts = new Texts(transfer);
      const shown = [...newest(door, most >>> 0)].map((words) => {
        return { words, text: texts.store(EVENT_NAMES.get(word(words, 0)) ?? "") };
      });
      return transfer.list(transfer.storeList(shown, EVENT, storeEvent));
    },
    audit(most: number): number {
      begin();
      return transfer.list(transfer.storeList([...changes(door, most >>> 0)], AUDIT, storeAudit));
    },
  };
}

/** All but the question itself, which is the newest. */
function* newest(door: KernelDoor, most: number): Generator<Int32Array> {
  for (let age = 2; age <= most + 1; age++) {
    const words = door.look(LOOK_EVENT, age);
    if (words === undefined) return;
    yield words;
  }
}

/** The newest changes of what processes may do, among the other commands that are kept. */
function* changes(door: KernelDoor, most: number): Generator<Int32Array> {
  let left = most;
  for (let age = 1; left > 0; age++) {
    const words = door.look(LOOK_HISTORY, age);
    if (words === undefined) return;
    if (word(words, 0) !== COMMAND_AUDIT) continue;
    left -= 1;
    yield words;
  }
}

const storeProcess: Store<ShownProcess> = (view, at, { words, text, quotas }) => {
  storeSpan(view, at, text);
  const put = (offset: number, from: number): void => view.setUint32(at + offset, word(words, from), true);
  put(8, 0);
  put(12, 1);
  view.setUint8(at + 16, word(words, 2) - STATE_DOWN);
  put(20, 3);
  const reason = word(words, 5);
  view.setUint8(at + 24, reason === 0 ? 0 : 1);
  view.setUint8(at + 25, reason === 0 ? 0 : reason - 1);
  put(28, 6);
  put(32, 7);
  put(36, 8);
  put(40, 9);
  put(48, 10);
  put(52, 11);
  put(56, 14);
  storeQuotas(view, at + 64, quotas);
};

/** An option of the record. */
function storeQuotas(view: DataView, at: number, quotas: WorkerQuotas | undefined): void {
  view.setUint8(at, quotas === undefined ? 0 : 1);
  if (quotas === undefined) return;
  const { mail, mailBytes, records, handles, fuel } = quotas;
  for (const [i, value] of [mail, mailBytes, records, handles].entries()) {
    view.setUint32(at + 8 + i * 4, value, true);
  }
  view.setUint8(at + 24, fuel === undefined ? 0 : 1);
  view.setBigUint64(at + 32, BigInt(fuel ?? 0), true);
}

/** Kinds of events whose first argument is no pid. */
const IMPERSONAL: ReadonlySet<number> = new Set([EVENT_TEMPLATE, EVENT_BOOT, EVENT_CLOCK]);

const storeEvent: Store<Shown> = (view, at, { words, text }) => {
  storeSpan(view, at, text);
  const put = (offset: number, from: number): void => view.setUint32(at + offset, word(words, from), true);
  view.setUint32(at + 8, IMPERSONAL.has(word(words, 0)) ? 0 : word(words, 1), true);
  view.setUint8(at + 12, (words[8] ?? 0) >= 0 ? 1 : 0);
  put(16, 9);
  put(20, 10);
};

const storeAudit: Store<Int32Array> = (view, at, words) => {
  view.setUint8(at, word(words, 3) - AUDIT_ENDOWED);
  for (const [i, from] of [1, 2, 4, 5, 6, 9, 10].entries())
    view.setUint32(at + 4 + i * 4, word(words, from), true);
};

/** Texts in the transfer memory: the same one lies there once. */
class Texts {
  readonly #transfer: Transfer;
  readonly #known = new Map<string, Span>();

  constructor(transfer: Transfer) {
    this.#transfer = transfer;
  }

  store(text: string): Span {
    const span = this.#known.get(text) ?? this.#transfer.storeString(text);
    this.#known.set(text, span);
    return span;
  }
}
