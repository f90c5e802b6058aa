/**
 * Segments that outlive their first use, so that a reset can use them again.
 *
 * An active segment is dropped once a module is instantiated, and a passive one
 * by `data.drop`. Here all become passive and are never dropped: whether they
 * were is kept in a global, and a dropped segment is read as an empty one, which
 * is what the specification says of it (Core spec 3.0 §4.6.12).
 */
import { CodeWriter, index, type CoreGlobalIndex, type CoreModule, type core } from "../../../wasm/index.ts";
import type { Additions } from "../additions.ts";
import type { StateSite } from "./state.ts";

type Space = "data" | "elements";
const DROPS: Readonly<Record<Space, string>> = { data: "data.drop", elements: "elem.drop" };
const READS: ReadonlyMap<string, Space> = new Map([
  ["memory.init", "data"],
  ["array.new_data", "data"],
  ["array.init_data", "data"],
  ["table.init", "elements"],
  ["array.new_elem", "elements"],
  ["array.init_elem", "elements"],
]);
/** The operand that is the segment; those on arrays name the type first. */
function segmentOf({ mnemonic, operands }: StateSite): number {
  return operands[mnemonic.startsWith("array.") ? 1 : 0] ?? 0;
}

export class Segments {
  readonly #module: CoreModule;
  readonly #additions: Additions;
  readonly #dropped: Readonly<Record<Space, Map<number, CoreGlobalIndex>>> = {
    data: new Map(),
    elements: new Map(),
  };
  readonly #empty = new Map<string, number>();
  readonly #readers = new Map<string, CodeWriter>();

  constructor(module: CoreModule, additions: Additions, sites: readonly StateSite[]) {
    this.#module = module;
    this.#additions = additions;
    for (const space of ["data", "elements"] as const) {
      for (const site of sites.filter((s) => s.mnemonic === DROPS[space])) {
        const segment = segmentOf(site);
        if (module[space][segment]?.mode.kind !== "passive" || this.#dropped[space].has(segment)) continue;
        this.#dropped[space].set(segment, additions.global("i32", new CodeWriter().i32Const(0)));
      }
    }
  }

  /** The flags of segments that code can drop. */
  flags(): CoreGlobalIndex[] {
    return [...this.#dropped.data.values(), ...this.#dropped.elements.values()];
  }

  /** Reads a segment that can be dropped by an instruction that cannot be told so. */
  unsupported(site: StateSite): boolean {
    const space = READS.get(site.mnemonic);
    const array = site.mnemonic.startsWith("array.");
    return array && space !== undefined && this.#dropped[space].has(segmentOf(site));
  }

  /** What stands for the instruction; undefined when it can stay. */
  replacement(site: StateSite): CodeWriter | undefined {
    const segment = segmentOf(site);
    for (const space of ["data", "elements"] as const) {
      if (site.mnemonic === DROPS[space]) {
        const flag = this.#dropped[space].get(segment);
        return flag === undefined ? new CodeWriter().op("nop") : new CodeWriter().i32Const(1).globalSet(flag);
      }
    }
    const space = READS.get(site.mnemonic);
    if (space === undefined) return undefined;
    const flag = this.#dropped[space].get(segment);
    if (flag !== undefined) return this.#reader(site, space, flag);
    if (this.#module[space][segment]?.mode.kind === "passive") return undefined;
    return read(site, this.#emptyOf(space, segment));
  }

  /** `memory.init` or `table.init` of a segment that may have been dropped. */
  #reader(site: StateSite, space: Space, flag: CoreGlobalIndex): CodeWriter {
    const key = `${site.mnemonic} ${site.operands.join(" ")}`;
    const known = this.#readers.get(key);
    if (known !== undefined) return known;
    const code = new CodeWriter();
    code.globalGet(flag).if().localGet(0).localGet(1).localGet(2);
    code.raw(read(site, this.#emptyOf(space, segmentOf(site))).bytes());
    code
      .else()
      .localGet(0)
      .localGet(1)
      .localGet(2)
      .raw(read(site, segmentOf(site)).bytes())
      .end();
    const to = limitsOf(this.#module, space === "data" ? "memory" : "table", site.operands[1] ?? 0);
    const func = this.#additions.func({
      name: `atoll:${key}`,
      type: { params: [to?.index64 ? "i64" : "i32", "i32", "i32"], results: [] },
      code: code.end(),
    });
    const call = new CodeWriter().call(func);
    this.#readers.set(key, call);
    return call;
  }

  #emptyOf(space: Space, segment: number): number {
    if (space === "data") return this.#additions.emptyData();
    const key = `elements ${segment}`;
    const type = this.#module.elements[segment]?.type;
    if (type === undefined) return segment;
    const known = this.#empty.get(key) ?? this.#additions.emptyElements(type);
    this.#empty.set(key, known);
    return known;
  }
}

/** The same instruction on another segment. */
function read({ mnemonic, operands }: StateSite, segment: number): CodeWriter {
  const [a, b] = operands.map((operand) => index<never>(operand));
  const other = index<never>(segment);
  const code = new CodeWriter();
  switch (mnemonic) {
    case "memory.init":
    case "table.init":
      return code.op(mnemonic, other, b ?? index<never>(0));
    default:
  }
  return code.op(mnemonic as "array.new_data", a ?? index<never>(0), other);
}

/** Limits of a memory or table by index, imported or not. */
export function limitsOf(module: CoreModule, kind: "memory" | "table", at: number): core.Limits | undefined {
  const imported = module.imports.flatMap(({ type }): core.Limits[] => {
    if (type.kind === "memory" && kind === "memory") return [type.type];
    return type.kind === "table" && kind === "table" ? [type.type.limits] : [];
  });
  const own = kind === "memory" ? module.memories : module.tables.map((t) => t.type.limits);
  return [...imported, ...own][at];
}
