/**
 * Gives a module more imported globals.
 *
 * Imports come first in an index space, so every global that the module defines
 * moves up. To whatever comes next the result is a module like any other; its
 * bodies lie at offsets of their own, and the two maps of offsets are joined.
 */
import type { CoreGlobalIndex, CoreModule, core } from "../../wasm/index.ts";
import { CodeWriter, index, instructionsOf } from "../../wasm/index.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { OffsetMap } from "./offset-map.ts";

export interface GlobalImport {
  readonly module: string;
  readonly name: string;
  readonly type: core.GlobalType;
}

export interface WithImports {
  readonly module: CoreModule;
  /** Index of the first of the imported globals. */
  readonly first: number;
  /** From the old module's bytes to the places that the new one's bodies say they have. */
  readonly offsets: OffsetMap;
}

export function importGlobals(module: CoreModule, added: readonly GlobalImport[]): WithImports {
  const first = module.imports.filter((i) => i.type.kind === "global").length;
  const by = added.length;
  const moved = (code: Uint8Array): ReturnType<typeof applyEdits> =>
    applyEdits(code, movesIn(code, first, by));
  const expr = (code: core.ConstExpr): core.ConstExpr => moved(code).code;
  const mode = (m: core.SegmentMode): core.SegmentMode =>
    m.kind === "active" ? { ...m, offset: expr(m.offset) } : m;
  const offsets = new OffsetMap();
  let offset = 0;
  const code = module.code.map((body) => {
    const made = moved(body.code);
    for (const run of made.runs)
      offsets.add(body.offset + run.start, body.offset + run.end, offset + run.target);
    const result = { ...body, code: made.code, offset };
    offset += made.code.length;
    return result;
  });
  const changed: CoreModule = {
    ...module,
    imports: [
      ...module.imports,
      ...added.map(({ module: from, name, type }) => ({
        module: from,
        name,
        type: { kind: "global" as const, type },
      })),
    ],
    globals: module.globals.map((g) => ({ ...g, init: expr(g.init) })),
    tables: module.tables.map((t) => (t.init ? { ...t, init: expr(t.init) } : t)),
    exports: module.exports.map((e): core.Export =>
      e.kind === "global" && e.index >= first ? { ...e, index: index<CoreGlobalIndex>(e.index + by) } : e,
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
    code,
  };
  return { module: changed, first, offsets };
}

/** What names a global from `first` on. */
function movesIn(code: Uint8Array, first: number, by: number): Edit[] {
  const edits: Edit[] = [];
  const cursor = instructionsOf(code);
  while (cursor.next()) {
    const { mnemonic, start, end } = cursor;
    if (mnemonic !== "global.get" && mnemonic !== "global.set") continue;
    const { value } = cursor.operand(0);
    if (value < first) continue;
    edits.push({ start, end, code: new CodeWriter().op(mnemonic, index(value + by)).bytes() });
  }
  return edits;
}
