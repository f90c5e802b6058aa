/**
 * Gives a module one more imported global.
 *
 * Imports come first in an index space, so every global that the module defines
 * moves up by one. The result is encoded and decoded again: to whatever comes
 * next it is a module like any other, and the two maps of offsets are joined.
 */
import type { CoreGlobalIndex, CoreModule, core } from "../../wasm/index.ts";
import { CodeWriter, decodeModule, encodeModule, index, readInstructions } from "../../wasm/index.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { OffsetMap } from "./offset-map.ts";

export interface WithImport {
  readonly module: CoreModule;
  /** Index of the imported global. */
  readonly global: number;
  /** From the old module's bytes to the new one's. */
  readonly offsets: OffsetMap;
}

export function importGlobal(
  module: CoreModule,
  added: Omit<core.Import, "type">,
  type: core.GlobalType,
): WithImport {
  const global = module.imports.filter((i) => i.type.kind === "global").length;
  const moved = (code: Uint8Array): ReturnType<typeof applyEdits> => applyEdits(code, movesIn(code, global));
  const expr = (code: core.ConstExpr): core.ConstExpr => moved(code).code;
  const mode = (m: core.SegmentMode): core.SegmentMode =>
    m.kind === "active" ? { ...m, offset: expr(m.offset) } : m;
  const bodies = module.code.map((body) => ({ body, ...moved(body.code) }));
  const { bytes, codeOffsets } = encodeModule({
    ...module,
    imports: [...module.imports, { ...added, type: { kind: "global", type } }],
    globals: module.globals.map((g) => ({ ...g, init: expr(g.init) })),
    tables: module.tables.map((t) => (t.init ? { ...t, init: expr(t.init) } : t)),
    exports: module.exports.map((e): core.Export =>
      e.kind === "global" && e.index >= global ? { ...e, index: index<CoreGlobalIndex>(e.index + 1) } : e,
    ),
    elements: module.elements.map((segment) => ({
      ...segment,
      mode: mode(segment.mode),
      items:
        segment.items.kind === "exprs"
          ? { kind: "exprs" as const, exprs: segment.items.exprs.map((e) => expr(e)) }
          : segment.items,
    })),
    data: module.data.map((segment) => ({ ...segment, mode: mode(segment.mode) })),
    code: bodies.map(({ body, code }) => ({ ...body, code })),
  });
  const offsets = new OffsetMap();
  for (const [i, { body, runs }] of bodies.entries()) {
    const now = codeOffsets[i] ?? 0;
    for (const run of runs) offsets.add(body.offset + run.start, body.offset + run.end, now + run.target);
  }
  return { module: decodeModule(bytes), global, offsets };
}

/** What names a global from `first` on. */
function movesIn(code: Uint8Array, first: number): Edit[] {
  const edits: Edit[] = [];
  for (const cursor of readInstructions(code)) {
    const { mnemonic, start, end } = cursor;
    if (mnemonic !== "global.get" && mnemonic !== "global.set") continue;
    const { value } = cursor.operand(0);
    if (value < first) continue;
    edits.push({ start, end, code: new CodeWriter().op(mnemonic, index(value + 1)).bytes() });
  }
  return edits;
}
