/**
 * Where each item of several modules lies in the one that they become.
 *
 * An import that another part answers is that part's item, followed through as
 * many modules as hand it on; the others are imported once, whoever names them.
 */
import { index, type CoreModule, type core } from "../../wasm/index.ts";
import type { ImportName, Part } from "./merge.ts";
import { renumberedReference, renumberedValue, type Renumbering } from "./renumber.ts";

type Kind = core.ExternKind;
type Space = Kind | "type" | "element" | "data";
type Counts = Record<Space, number>;
const KINDS = ["func", "table", "memory", "global", "tag"] as const satisfies readonly Kind[];

export class IndexSpaces {
  readonly #parts: readonly Part[];
  /** Of the merged module, in the order in which parts name them. */
  readonly imports: core.Import[] = [];
  readonly #importIndex = new Map<string, number>();
  readonly #renumberings: readonly Renumbering[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    const bases = parts.map(() => counts());
    // Types first: imports name them. Then imports: they come before what is defined.
    layOut(parts, bases, ["type"], counts());
    this.#renumberings = parts.map((part, i) => this.#renumbering(part, i, bases[i] as Counts));
    const imported = counts();
    for (const [i, part] of parts.entries()) {
      for (const { name, type } of outsideOf(part)) this.#addImport(i, name, type, imported);
    }
    layOut(parts, bases, [...KINDS, "element", "data"], imported);
  }

  of(part: number): Renumbering {
    return this.#renumberings[part] as Renumbering;
  }

  /** An export of a part. @throws RangeError when the part has none of that name. */
  exported(part: number, name: string): core.Export {
    const found = this.#parts[part]?.module.exports.find((e) => e.name === name);
    if (found === undefined) throw new RangeError(`part ${part} has no export ${JSON.stringify(name)}`);
    return { ...found, index: index(this.of(part)[found.kind](found.index)) } as core.Export;
  }

  #renumbering(part: Part, position: number, base: Counts): Renumbering {
    const item = (kind: Kind): ((old: number) => number) => {
      const imports = part.module.imports.filter(({ type }) => type.kind === kind);
      const places = new Map<number, number>();
      const own = kind === "func" ? functionRanks(part, imports.length) : undefined;
      const find = (old: number): number => {
        const imported = imports[old];
        if (imported !== undefined) return this.#answer(position, imported);
        const moved = kind === "func" ? part.outside?.get(old) : undefined;
        if (moved !== undefined) return this.#imported(position, moved, definedType(part.module, old));
        return base[kind] + (own?.[old - imports.length] ?? old - imports.length);
      };
      return (old) => {
        const place = places.get(old) ?? find(old);
        places.set(old, place);
        return place;
      };
    };
    const [func, table, memory, global, tag] = KINDS.map((kind) => item(kind));
    if (!func || !table || !memory || !global || !tag) throw new TypeError("there are five kinds");
    const add = (space: Space) => (old: number) => base[space] + old;
    const [type, element, data] = [add("type"), add("element"), add("data")];
    return { type, func, table, memory, global, tag, element, data };
  }

  /** Where an imported item is. */
  #answer(part: number, imported: core.Import): number {
    const answer = (this.#parts[part] as Part).answers(imported);
    if (!("part" in answer)) return this.#imported(part, answer, imported.type);
    const found = this.exported(answer.part, answer.export);
    if (found.kind === imported.type.kind) return found.index;
    throw new RangeError(`${imported.module} ${imported.name} is expected to be a ${imported.type.kind}`);
  }

  #imported(part: number, name: ImportName, type: core.ExternType): number {
    const found = this.#importIndex.get(this.#importKey(part, name, type));
    if (found === undefined) throw new TypeError("all imports were collected before");
    return found;
  }

  #addImport(part: number, name: ImportName, type: core.ExternType, imported: Counts): void {
    const key = this.#importKey(part, name, type);
    if (this.#importIndex.has(key)) return;
    this.#importIndex.set(key, imported[type.kind]++);
    this.imports.push({ module: name.module, name: name.name, type: this.#typeOf(part, type) });
  }

  #typeOf(part: number, type: core.ExternType): core.ExternType {
    const to = this.of(part);
    switch (type.kind) {
      case "func":
      case "tag":
        return { kind: type.kind, type: index(to.type(type.type)) };
      case "table":
        return { kind: "table", type: { ...type.type, element: renumberedReference(type.type.element, to) } };
      case "global":
        return { kind: "global", type: { ...type.type, type: renumberedValue(type.type.type, to) } };
      default:
        return type;
    }
  }

  /** The same for imports of one name and one type. */
  #importKey(part: number, { module: from, name }: ImportName, type: core.ExternType): string {
    const { module } = this.#parts[part] as Part;
    const shape = type.kind === "func" || type.kind === "tag" ? module.types.flat()[type.type] : type.type;
    const text = textOf([from, name, type.kind, shape]);
    // A type inside the type is an index of the part's own.
    return /"heap":\d/.test(text) ? `${part} ${text}` : text;
  }
}

interface Outside {
  readonly name: ImportName;
  readonly type: core.ExternType;
}

/** What a part needs from outside of all parts. */
function outsideOf({ module, answers, outside }: Part): Outside[] {
  const imports = module.imports.flatMap((imported): Outside[] => {
    const name = answers(imported);
    return "part" in name ? [] : [{ name, type: imported.type }];
  });
  const moved = [...(outside ?? [])].map(([func, name]) => ({ name, type: definedType(module, func) }));
  return [...imports, ...moved];
}

function definedType(module: CoreModule, func: number): core.ExternType {
  const imported = module.imports.filter(({ type }) => type.kind === "func").length;
  const type = module.functions[func - imported];
  if (type === undefined) throw new RangeError(`there is no function ${func} that the module defines`);
  return { kind: "func", type };
}

/** By defined function: how many before it stay. Undefined where all do. */
function functionRanks({ module, outside }: Part, imported: number): number[] | undefined {
  if (outside === undefined || outside.size === 0) return undefined;
  let stays = 0;
  return module.functions.map((_, i) => (outside.has(imported + i) ? -1 : stays++));
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
}

function counts(): Counts {
  return { type: 0, func: 0, table: 0, memory: 0, global: 0, tag: 0, element: 0, data: 0 };
}

function layOut(
  parts: readonly Part[],
  bases: readonly Counts[],
  spaces: readonly Space[],
  next: Counts,
): void {
  for (const [i, part] of parts.entries()) {
    for (const space of spaces) {
      (bases[i] as Counts)[space] = next[space];
      next[space] += ownItems(part, space);
    }
  }
}

function ownItems({ module, outside }: Part, space: Space): number {
  switch (space) {
    case "type":
      return module.types.flat().length;
    case "func":
      return module.functions.length - (outside?.size ?? 0);
    case "table":
      return module.tables.length;
    case "memory":
      return module.memories.length;
    case "global":
      return module.globals.length;
    case "tag":
      return module.tags.length;
    case "element":
      return module.elements.length;
    case "data":
      return module.data.length;
  }
}
