/**
 * What a system's bytes are spent on, component by component.
 *
 * Only the outline of a module is read: a plan may come from anywhere, and what
 * is no section counts as `other`.
 */
import { ByteReader, WasmError } from "../../wasm/index.ts";
import type { LinkPlan, PlanModule } from "../plan.ts";

/** Bytes. */
export interface Sizes {
  /** The code section. */
  readonly code: number;
  /** The data section. */
  readonly data: number;
  /** The name section: nothing runs it, traps are told with it. */
  readonly names: number;
  /** The source map, which lies beside the modules. */
  readonly sourceMap: number;
  /** Types, imports, exports, tables, other custom sections. */
  readonly other: number;
  /** Adapter modules, as a whole; those that are merged into a guest's module count as its code, names and so on. */
  readonly adapters: number;
}

interface ComponentSizes extends Sizes {
  readonly component: string;
  readonly processes: readonly string[];
}

interface DomainSizes {
  readonly name: string;
  /** The fused module, and the adapters of its members' calls to others. */
  readonly sizes: Sizes;
  /** Of the fused module. */
  readonly bytes: number;
  /** What was fused: the modules of each process, and the adapters of its calls to other members. */
  readonly parts: readonly {
    readonly process: string;
    readonly bytes: number;
    readonly adapterBytes: number;
  }[];
}

export interface SystemSizes {
  /** A module that several components use counts for each. Without those that are fused. */
  readonly components: readonly ComponentSizes[];
  readonly domains: readonly DomainSizes[];
  /** The start's adapters, the transfer memory, and whatever else belongs to no component. */
  readonly rest: Sizes;
  /** Each module once. */
  readonly total: Sizes;
}

const NONE: Sizes = { code: 0, data: 0, names: 0, sourceMap: 0, other: 0, adapters: 0 };
const CUSTOM = 0;
const SECTIONS: Readonly<Record<number, "code" | "data">> = { 10: "code", 11: "data" };

export function systemSizes(plan: LinkPlan): SystemSizes {
  const sizes = plan.modules.map(moduleSizes);
  const sum = (positions: Iterable<number>): Sizes =>
    [...new Set(positions)].reduce((total, position) => add(total, sizes[position] ?? NONE), NONE);
  const used = plan.templates.map((_, position) => modulesOf(plan, position));
  const owned = new Set([...used.flat(), ...(plan.root.domains ?? []).map(({ module }) => module)]);
  return {
    components: plan.templates.flatMap(({ name }, position) => {
      const processes = plan.root.processes.filter((p) => p.template === position);
      if (processes.some(({ domain }) => domain !== undefined)) return [];
      return [{ component: name, processes: processes.map((p) => p.name), ...sum(used[position] ?? []) }];
    }),
    domains: (plan.root.domains ?? []).map(({ name, module, parts }) => ({
      name,
      sizes: sum([
        module,
        ...parts.flatMap(({ process }) => used[plan.root.processes[process]?.template ?? -1] ?? []),
      ]),
      bytes: plan.modules[module]?.bytes.length ?? 0,
      parts: parts.map((part) => ({ ...part, process: plan.root.processes[part.process]?.name ?? "" })),
    })),
    rest: sum([...plan.modules.keys()].filter((position) => !owned.has(position))),
    total: sum(plan.modules.keys()),
  };
}

/** Positions of the modules of a template, and of the adapters through which its processes call. */
function modulesOf(plan: LinkPlan, template: number): number[] {
  const edges = plan.root.edges.filter(
    ({ consumer }) => plan.root.processes[consumer]?.template === template,
  );
  return [
    ...(plan.templates[template]?.instances ?? []).map(({ module }) => module),
    ...edges.flatMap(({ adapters }) => adapters.map(({ module }) => module)),
  ];
}

function moduleSizes({ role, bytes, sourceMap = "" }: PlanModule): Sizes {
  if (role === "adapter") return { ...NONE, adapters: bytes.length };
  const sections = { code: 0, data: 0, names: 0 };
  for (const { kind, size } of sectionsOf(bytes)) sections[kind] += size;
  const known = sections.code + sections.data + sections.names;
  return {
    ...NONE,
    ...sections,
    other: bytes.length - known,
    sourceMap: Buffer.byteLength(sourceMap),
  };
}

/** The sections that count, with their heads, up to where the bytes are no module. */
function sectionsOf(bytes: Uint8Array): { kind: "code" | "data" | "names"; size: number }[] {
  const found: { kind: "code" | "data" | "names"; size: number }[] = [];
  const reader = new ByteReader(bytes, undefined, 8);
  try {
    while (reader.remaining > 0) {
      const start = reader.position;
      const id = reader.byte("section");
      const body = reader.slice(reader.u32("size"), "section");
      const isNames = id === CUSTOM && body.name("name") === "name";
      const kind = isNames ? "names" : SECTIONS[id];
      if (kind !== undefined) found.push({ kind, size: reader.position - start });
    }
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
  }
  return found;
}

function add(a: Sizes, b: Sizes): Sizes {
  return {
    code: a.code + b.code,
    data: a.data + b.data,
    names: a.names + b.names,
    sourceMap: a.sourceMap + b.sourceMap,
    other: a.other + b.other,
    adapters: a.adapters + b.adapters,
  };
}
