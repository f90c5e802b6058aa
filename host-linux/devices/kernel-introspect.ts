/**
 * `atoll:kernel/introspect`: the kernel's tables, in core values.
 *
 * Records are laid out as CanonicalABI.md says (offsets in bytes):
 *
 *      process-info              handle-info          system-totals      event
 *       0 name: offset, length    0 handle             0 processes        0 kind: offset, length
 *       8 pid                     4 holder             4 messages         8 pid
 *      12 life                    8 provider           8 handles         12 accepted: u8
 *      16 state: u8              12 allows: u8        12 timers          16 time: u64
 *      20 parent                 16 functions         16 now: u64        24
 *      24 reason: option, u8     20 uses-left         24 cpu: u64
 *      28 mail                   24 derived-from      32
 *      32 mail-bytes             28
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
  EVENT_BOOT,
  EVENT_CLOCK,
  EVENT_NEXT,
  EVENT_TEMPLATE,
  HANDLE_CALL,
  LOOK_EVENT,
  LOOK_HANDLE,
  LOOK_PROCESS,
  LOOK_TOTALS,
  STATE_DOWN,
} from "../../kernel/abi.ts";
import { EVENT_NAMES } from "../../kernel/names.ts";
import { DeviceTrap } from "../host-error.ts";
import type { Device, DeviceContext } from "./device.ts";
import type { WorkerQuotas } from "../kernel/quotas.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { storeSpan, type Span, type Store, type Transfer } from "./transfer.ts";

const PROCESS = { size: 104, alignment: 8 } as const;
const HANDLE = { size: 28, alignment: 4 } as const;
const TOTALS = { size: 32, alignment: 8 } as const;
const EVENT = { size: 24, alignment: 8 } as const;

const NOTHING = new Int32Array(0);

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
      return transfer.list(transfer.storeList(found, HANDLE, storeHandle));
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
  };
}

/** The entries of a table that are in use: as many as the totals say, so that a large table is not read to its end. */
function* reports(door: KernelDoor, what: typeof LOOK_PROCESS | typeof LOOK_HANDLE): Generator<Int32Array> {
  // What is in use has a word that is not 0: the pid, or the kind of a handle.
  const [used, total] = what === LOOK_PROCESS ? [0, 0] : [3, 2];
  let left = word(door.look(LOOK_TOTALS, 1) ?? NOTHING, total);
  for (let index = 1; left > 0; index++) {
    const words = door.look(what, index);
    if (words === undefined) return;
    if (word(words, used) === 0) continue;
    left -= 1;
    yield words;
  }
}

/** All but the question itself, which is the newest. */
function* newest(door: KernelDoor, most: number): Generator<Int32Array> {
  for (let age = 2; age <= most + 1; age++) {
    const words = door.look(LOOK_EVENT, age);
    if (words === undefined) return;
    yield words;
  }
}

function word(words: Int32Array, position: number): number {
  return (words[position] ?? 0) >>> 0;
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

const storeHandle: Store<Int32Array> = (view, at, words) => {
  for (const [i, from] of [0, 1, 2, 3, 5, 6, 7].entries()) {
    if (from === 3) view.setUint8(at + i * 4, word(words, from) - HANDLE_CALL);
    else view.setUint32(at + i * 4, word(words, from), true);
  }
};

/** Kinds of events whose first argument is no pid. */
const IMPERSONAL: ReadonlySet<number> = new Set([EVENT_TEMPLATE, EVENT_BOOT, EVENT_CLOCK, EVENT_NEXT]);

const storeEvent: Store<Shown> = (view, at, { words, text }) => {
  storeSpan(view, at, text);
  const put = (offset: number, from: number): void => view.setUint32(at + offset, word(words, from), true);
  view.setUint32(at + 8, IMPERSONAL.has(word(words, 0)) ? 0 : word(words, 1), true);
  view.setUint8(at + 12, (words[8] ?? 0) >= 0 ? 1 : 0);
  put(16, 9);
  put(20, 10);
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
