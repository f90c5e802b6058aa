/** Handle tables that are made while the system runs: what they have of their own, and what all have. */
import { beforeEach, describe, expect, it } from "vitest";
import { handleModule } from "../../../toolchain/link/handles/module.ts";
import { HANDLE_LAYOUT } from "../../../toolchain/link/plan.ts";
import { encodeModule } from "../../../toolchain/wasm/index.ts";

const TYPES = 2;
const MODULE = new WebAssembly.Module(encodeModule(handleModule([{ owner: 0, limit: 3 }], TYPES)).bytes);
const { table: TABLE, entry: ENTRY, entrySize: ENTRY_SIZE } = HANDLE_LAYOUT;

interface Tables {
  readonly memory: WebAssembly.Memory;
  readonly "table 0": WebAssembly.Global<"i32">;
  readonly "type 0": WebAssembly.Global<"i32">;
  make(room: number, limit: number): number;
  add(table: number, kind: number, rep: number, scope: number): number;
  empty(table: number): void;
  renew(kind: number): number;
}

let tables: Tables;
beforeEach(() => {
  tables = new WebAssembly.Instance(MODULE).exports as unknown as Tables;
});

function word(address: number): number {
  return new DataView(tables.memory.buffer).getUint32(address, true);
}
function kindOf(table: number, handle: number): number {
  return word(word(table + TABLE.base) + handle * ENTRY_SIZE + ENTRY.kind);
}
/** How many handles it takes. */
function fill(table: number): number {
  for (let i = 0; i < 100; i++) {
    try {
      tables.add(table, tables["type 0"].value, i, 0);
    } catch {
      return i;
    }
  }
  return 100;
}

describe("a table that is made", () => {
  it("has room of its own", () => {
    const [a, b] = [tables.make(0, 5), tables.make(0, 2)];
    expect([fill(a), fill(b), fill(tables["table 0"].value)]).toEqual([5, 2, 3]);
  });

  it("shares room with another one of its process", () => {
    const a = tables.make(0, 5);
    const b = tables.make(word(a + TABLE.room), 5);
    tables.add(a, tables["type 0"].value, 1, 0);
    expect([fill(b), fill(a)]).toEqual([4, 0]);
  });

  it("is as new when it was emptied", () => {
    const a = tables.make(0, 5);
    expect(fill(a)).toBe(5);
    tables.empty(a);
    expect([fill(a), word(a + TABLE.length)]).toEqual([5, 6]);
  });

  it("has handles that go stale like those of all when the numbers of types start over", () => {
    const [a, b] = [tables.make(0, 5), tables.make(0, 5)];
    const first = tables["type 0"].value;
    const handles = [a, b].map((table) => tables.add(table, first, 1, 0));
    // The last generation there is room for.
    const last = first + 2 * TYPES * Math.floor((2 ** 32 - 1 - first) / (2 * TYPES));
    expect(tables.renew(last | 0)).toBe(first);
    for (const [i, table] of [a, b].entries()) expect(kindOf(table, handles[i] ?? 0)).toBe(first - 2 * TYPES);
  });
});
