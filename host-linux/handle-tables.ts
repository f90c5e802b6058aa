/**
 * The handle tables of a running system, by process: who holds what, and what is done for one that begins anew.
 *
 * Read in the memory of the plan's handle module, changed by its functions only;
 * see `HandleTables` in the plan for what its words mean.
 */
import { HANDLE_LAYOUT, type Grant, type LinkPlan } from "../toolchain/link/plan.ts";
import type { UnfinishedCall } from "./guard/unfinished.ts";
import { HostError } from "./host-error.ts";

const { table: TABLE, entry: ENTRY, entrySize: ENTRY_SIZE } = HANDLE_LAYOUT;
const { record: RECORD, recordSize: RECORD_SIZE } = HANDLE_LAYOUT;
/** Words on the stack of loans, divided by 4, that stand for a handle that was given. */
const GIVEN = 2;

/** A handle in a process's table. */
export interface HeldHandle {
  /** The component instance of the process whose table it is in. */
  readonly instance: number;
  /** What the guest knows it by. */
  readonly index: number;
  /** Name of the resource type, for people. */
  readonly type: string;
  /** The process that defines the type, or the device; of handles of processes, what those are made as. */
  readonly provider: string;
  readonly own: boolean;
  /** How many calls under way borrow from it, as far as that is counted. */
  readonly lends: number;
  /** Its provider was reset since: it is good for nothing but to be dropped. */
  readonly stale: boolean;
}

/** A resource whose owner goes; `type` is a position in the plan's `types`, `kind` what `kindOf` says of it. */
export interface Orphan {
  readonly type: number;
  readonly rep: number;
  readonly kind: number;
}

/** One of the tables of a process or device. */
interface OwnedTable {
  readonly instance: number;
  readonly address: number;
}

/** More than any memory has room for. */
const UNLIMITED = 2 ** 28 - 1;
const NONE: readonly OwnedTable[] = [];

interface Entry extends Omit<Orphan, "kind"> {
  readonly held: HeldHandle;
}

export class HandleTables {
  readonly #plan: LinkPlan;
  /** Tables never move. */
  readonly #known = new Map<number | Grant["device"], readonly OwnedTable[]>();
  readonly #export: (name: string) => WebAssembly.ExportValue;
  /** Most deaths are of processes that have nothing to do with handles. */
  #concerned: ReadonlySet<number> | undefined;

  readonly #templateOf: (process: number) => number;

  /**
   * @param find what the plan's handle module exports; throws HostError for what is not there.
   * @param templateOf the process of the plan that one is made like.
   */
  constructor(
    plan: LinkPlan,
    find: (name: string) => WebAssembly.ExportValue,
    templateOf: (process: number) => number,
  ) {
    this.#plan = plan;
    this.#export = find;
    this.#templateOf = templateOf;
  }

  /** Whether a process can hold any handle, or others can hold one of its resources. */
  concern(process: number): boolean {
    this.#concerned ??= concernedBy(this.#plan.root.handles);
    return this.#concerned.has(this.#templateOf(process));
  }

  /**
   * Makes the tables of a process that is spawned as `template`. Returns their addresses, by number of the
   * template's table. `limit`: of handles in all of them together; absent: none.
   */
  makeFor(process: number, template: number, limit: number = UNLIMITED): ReadonlyMap<number, number> {
    const addresses = new Map<number, number>();
    const owned: OwnedTable[] = [];
    for (const [number, table] of (this.#plan.root.handles?.tables ?? []).entries()) {
      if (!("process" in table) || table.process !== template) continue;
      const room = owned[0] === undefined ? 0 : this.#view().getUint32(owned[0].address + TABLE.room, true);
      const address = this.#function("make")(room, limit) >>> 0;
      owned.push({ instance: table.instance, address });
      addresses.set(number, address);
    }
    this.#known.set(process, owned);
    return addresses;
  }

  heldBy(process: number): HeldHandle[] {
    return this.#entries(process).map(({ held }) => held);
  }

  /** What a process owns of others, as far as that still exists. */
  orphans(process: number): Orphan[] {
    // Those that are made alike have types in common, and never a handle of each other's.
    const definer = this.#templateOf(process);
    return this.#entries(process).flatMap(({ held, type, rep }) =>
      held.own && !held.stale && definerOf(this.#types[type]) !== definer
        ? [{ type, rep, kind: this.kindOf(type) }]
        : [],
    );
  }

  /** Empties the tables of a process that does not run, and makes every handle to its resources stale. */
  empty(process: number): void {
    const empty = this.#function("empty");
    for (const { address } of this.#tablesOf(process)) empty(address);
    const renew = this.#function("renew");
    for (const [i, type] of this.#types.entries()) {
      if (definerOf(type) !== process) continue;
      const kind = this.#global(`type ${i}`);
      kind.value = renew(kind.value);
    }
  }

  /** Ends a call whose callee was not called or has returned; what it had given is taken from who got it. */
  undo({ record, begun }: UnfinishedCall): Orphan[] {
    if (record === 0) return [];
    const view = this.#view();
    const word = (address: number): number => view.getUint32(address, true);
    // Parameters go to the callee, results to the caller.
    const table = word(record + (begun === 0 ? RECORD.callee : RECORD.caller));
    const [first, top] = [begun || record + RECORD_SIZE, this.#global("loans").value];
    const remove = this.#function("remove");
    const orphans: Orphan[] = [];
    for (let at = first; at < top; at += 4) {
      if (word(at) % 4 !== GIVEN) continue;
      const handle = word(at) >>> 2;
      const entry = word(table + TABLE.base) + handle * ENTRY_SIZE;
      const kind = word(entry + ENTRY.kind);
      const type = this.#typeOf(kind);
      orphans.push({ type, rep: word(entry + ENTRY.rep), kind });
      remove(table, handle);
    }
    this.#function("close")(record);
    return orphans;
  }

  /** The kind of an own handle of a type today: another one in each life of its provider. */
  kindOf(type: number): number {
    return this.#global(`type ${type}`).value >>> 0;
  }

  #entries(owner: number | Grant["device"]): Entry[] {
    const view = this.#view();
    const word = (address: number): number => view.getUint32(address, true);
    const current = this.#types.map((_, i) => this.kindOf(i));
    return this.#tablesOf(owner).flatMap(({ instance, address }) => {
      const [base, length] = [word(address + TABLE.base), word(address + TABLE.length)];
      const entries: Entry[] = [];
      for (let index = 1; index < length; index++) {
        const at = base + index * ENTRY_SIZE;
        const kind = word(at + ENTRY.kind);
        // The index is free.
        if (kind === 0) continue;
        const type = this.#typeOf(kind);
        const stale = current[type] !== (kind | 1) >>> 0;
        const [rep, lends] = [word(at + ENTRY.rep), word(at + ENTRY.lends)];
        const held = { ...this.#about(type), instance, index, own: kind % 2 === 1, lends, stale };
        entries.push({ held, type, rep });
      }
      return entries;
    });
  }

  #typeOf(kind: number): number {
    return ((kind >>> 1) - 1) % this.#types.length;
  }

  #about(type: number): Pick<HeldHandle, "type" | "provider"> {
    const about = this.#types[type];
    if (about !== undefined && "device" in about) return { type: about.name, provider: about.device };
    const subject = about !== undefined && "spawner" in about ? about.spawner.process : definerOf(about);
    const { name: provider = "" } = this.#plan.root.processes[subject ?? -1] ?? {};
    return { type: about?.name ?? "", provider };
  }

  get #types(): HandleTablesPlan["types"] {
    return this.#plan.root.handles?.types ?? [];
  }

  /** `owner`: the position of a process, or a device. */
  #tablesOf(owner: number | Grant["device"]): readonly OwnedTable[] {
    const known = this.#known.get(owner);
    if (known !== undefined) return known;
    const tables = (this.#plan.root.handles?.tables ?? []).flatMap((table, i) => {
      const [is, instance] = "process" in table ? [table.process, table.instance] : [table.device, 0];
      return is === owner ? [{ instance, address: this.#global(`table ${i}`).value }] : [];
    });
    if (tables.length > 0) this.#known.set(owner, tables);
    return tables.length > 0 ? tables : NONE;
  }

  /** What a device returned and nobody took, because the caller had no room; it is out of the table then. */
  reclaim(device: Grant["device"]): Pick<Orphan, "type" | "rep">[] {
    const [table] = this.#tablesOf(device);
    const left = this.#entries(device);
    for (const { held } of left) this.#function("remove")(table?.address ?? 0, held.index);
    return left;
  }

  /** A device's resource as an own handle in the device's table, from where adapters pass it on. */
  give(device: Grant["device"], resource: string, rep: number): number {
    const [table] = this.#tablesOf(device);
    const type = this.#types.findIndex((t) => "device" in t && t.device === device && t.name === resource);
    return this.#function("add")(table?.address ?? 0, this.kindOf(type), rep, 0);
  }

  #view(): DataView {
    const memory = this.#export("memory");
    if (!(memory instanceof WebAssembly.Memory)) throw wrong("memory", "a memory");
    return new DataView(memory.buffer);
  }

  #global(name: string): WebAssembly.Global<"i32"> {
    const value = this.#export(name);
    if (!(value instanceof WebAssembly.Global)) throw wrong(name, "a global");
    return value as WebAssembly.Global<"i32">;
  }

  #function(name: string): (...values: number[]) => number {
    const value = this.#export(name);
    if (typeof value !== "function") throw wrong(name, "a function");
    return value as (...values: number[]) => number;
  }
}

function concernedBy(handles: HandleTablesPlan | undefined): ReadonlySet<number> {
  const holders = handles?.tables.flatMap((table) => ("process" in table ? [table.process] : [])) ?? [];
  return new Set([...holders, ...(handles?.types ?? []).flatMap((type) => definerOf(type) ?? [])]);
}

/** Undefined for a device. */
function definerOf(type: HandleTablesPlan["types"][number] | undefined): number | undefined {
  return type !== undefined && "process" in type ? type.process : undefined;
}

type HandleTablesPlan = NonNullable<LinkPlan["root"]["handles"]>;

function wrong(name: string, expected: string): HostError {
  return new HostError(`the handle tables: expected ${JSON.stringify(name)} to be ${expected}.`);
}
