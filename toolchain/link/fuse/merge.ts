/**
 * Several core modules become one: imports that they answer each other go.
 *
 * What binaryen's wasm-merge does, without what a linker has to work around
 * there: a process to start, names that must not collide, exports that nobody
 * asked for, maps of sources that are read and written again. Here parts name
 * each other by position, the caller says which exports stay, and a map leads
 * from each old byte of code to the new one.
 */
import { index, type CoreFuncIndex, type CoreModule, type core, encodeModule } from "../../wasm/index.ts";
import type { Run } from "../rewrite/edit.ts";
import { functionNames, nameSection } from "../rewrite/name-section.ts";
import { OffsetMap } from "../rewrite/offset-map.ts";
import { IndexSpaces } from "./index-spaces.ts";
import {
  functionsTaken,
  renumberedCode,
  renumberedGroup,
  renumberedReference,
  renumberedValue,
  type Renumbering,
} from "./renumber.ts";

/** A module instance that is merged. It has no start function. */
export interface Part {
  readonly module: CoreModule;
  /** Before the name of each of its functions. */
  readonly prefix: string;
  readonly answers: (imported: core.Import) => Answer;
  /** Functions that it defines, by index, which the merged module imports instead. */
  readonly outside?: ReadonlyMap<number, ImportName>;
}

/** Which part answers an import, by which export; or the name by which the merged module imports it. */
export type Answer = PartExport | ImportName;

export type ImportName = Pick<core.Import, "module" | "name">;

export interface PartExport {
  /** Position among the parts. */
  readonly part: number;
  readonly export: string;
}

export interface Merged {
  readonly bytes: Uint8Array;
  /** By part, from bytes of the part's file to bytes of the merged one's. */
  readonly offsets: readonly OffsetMap[];
}

/**
 * @param name Of the merged module.
 * @param exports What it exports: an export of a part by each name.
 * @throws RangeError when an answer or an export is not there, or of another kind.
 */
export function mergeModules(
  name: string,
  parts: readonly Part[],
  exports: ReadonlyMap<string, PartExport>,
): Merged {
  const spaces = new IndexSpaces(parts);
  const pieces = parts.map((part, i) => pieceOf(part, spaces.of(i)));
  const taken = new Set(pieces.flatMap((piece) => piece.taken));
  const data = pieces.flatMap((piece) => piece.data);
  const module: CoreModule = {
    types: pieces.flatMap((piece) => piece.types),
    imports: spaces.imports,
    functions: pieces.flatMap((piece) => piece.functions),
    tables: pieces.flatMap((piece) => piece.tables),
    memories: parts.flatMap((part) => part.module.memories),
    tags: pieces.flatMap((piece) => piece.tags),
    globals: pieces.flatMap((piece) => piece.globals),
    exports: [...exports].map(([name, { part, export: from }]): core.Export => ({
      ...spaces.exported(part, from),
      name,
    })),
    elements: [...pieces.flatMap((piece) => piece.elements), ...declared(taken)],
    ...(data.length > 0 && { dataCount: data.length }),
    code: pieces.flatMap((piece) => piece.code),
    data,
    customs: [nameSection(name, namesOf(parts, spaces))],
  };
  const { bytes, codeOffsets } = encodeModule(module);
  let body = 0;
  const offsets = pieces.map(({ code }) => {
    const map = new OffsetMap();
    for (const { offset, runs } of code) {
      const now = codeOffsets[body++] ?? 0;
      for (const run of runs) map.add(offset + run.start, offset + run.end, now + run.target);
    }
    return map;
  });
  return { bytes, offsets };
}

/** What one part contributes, with its new indices. */
interface Piece extends Pick<
  CoreModule,
  "types" | "functions" | "tables" | "tags" | "globals" | "elements" | "data"
> {
  readonly code: readonly (core.FunctionBody & { readonly runs: readonly Run[] })[];
  /** Functions that its code takes as values. */
  readonly taken: readonly number[];
}

function pieceOf({ module, outside }: Part, to: Renumbering): Piece {
  const expr = (code: core.ConstExpr): core.ConstExpr => renumberedCode(code, to).code;
  const mode = (m: core.SegmentMode, into: (old: number) => number): core.SegmentMode =>
    m.kind === "active" ? { ...m, into: into(m.into), offset: expr(m.offset) } : m;
  const imported = module.imports.filter(({ type }) => type.kind === "func").length;
  const stays = (body: number): boolean => outside?.has(imported + body) !== true;
  const bodies = module.code.filter((_, i) => stays(i));
  return {
    types: module.types.map((group) => renumberedGroup(group, to)),
    functions: module.functions.filter((_, i) => stays(i)).map((type) => index(to.type(type))),
    tables: module.tables.map(({ type, init }) => ({
      type: { ...type, element: renumberedReference(type.element, to) },
      ...(init && { init: expr(init) }),
    })),
    tags: module.tags.map((type) => index(to.type(type))),
    globals: module.globals.map(({ type, init }) => ({
      type: { ...type, type: renumberedValue(type.type, to) },
      init: expr(init),
    })),
    elements: module.elements.map((segment) => ({
      mode: mode(segment.mode, to.table),
      type: renumberedReference(segment.type, to),
      items:
        segment.items.kind === "funcs"
          ? { kind: "funcs", funcs: segment.items.funcs.map((func) => index<CoreFuncIndex>(to.func(func))) }
          : { kind: "exprs", exprs: segment.items.exprs.map((e) => expr(e)) },
    })),
    data: module.data.map((segment) => ({ ...segment, mode: mode(segment.mode, to.memory) })),
    code: bodies.map(({ locals, offset, code }) => ({
      locals: locals.map(({ count, type }) => ({ count, type: renumberedValue(type, to) })),
      offset,
      ...renumberedCode(code, to),
    })),
    taken: bodies.flatMap(({ code }) => functionsTaken(code).map((func) => to.func(func))),
  };
}

/** A part may have declared a function by exporting it, and the export may be gone. */
function declared(functions: ReadonlySet<number>): core.ElementSegment[] {
  if (functions.size === 0) return [];
  const funcs = [...functions].sort((a, b) => a - b).map((func) => index<CoreFuncIndex>(func));
  const type = { nullable: true, heap: "func" } as const;
  return [{ mode: { kind: "declarative" }, type, items: { kind: "funcs", funcs } }];
}

function namesOf(parts: readonly Part[], spaces: IndexSpaces): Map<number, string> {
  const names = new Map<number, string>();
  for (const [i, { module, prefix, outside }] of parts.entries()) {
    const imported = module.imports.filter(({ type }) => type.kind === "func").length;
    for (const [func, name] of functionNames(module)) {
      if (func >= imported && outside?.has(func) !== true) names.set(spaces.of(i).func(func), prefix + name);
    }
  }
  return names;
}
