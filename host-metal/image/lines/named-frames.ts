/**
 * A place in a module as frames with names: two where a fused module's function was put
 * into another process's, as host-linux/trap/unfused.ts has it.
 */
import {
  DEPTH_EXHAUSTED,
  FUEL_EXHAUSTED,
  FUSED_NAME_END,
  type LinkPlan,
  type Process,
  SLICE_ENDED,
} from "../../../toolchain/link/plan.ts";
import type { FramePosition, SourcePositions } from "../../../toolchain/link/source-position.ts";
import { decodeModule, decodeNameSection } from "../../../toolchain/wasm/index.ts";

export interface NamedFrame extends FramePosition {
  readonly name: string;
  readonly offset: number;
  /** Whose code it is: the names of all components that it may be of. */
  readonly component: string;
}

/** Innermost first. */
export function framesAt(
  module: number,
  offset: number,
  plan: LinkPlan,
  positions: SourcePositions,
): readonly NamedFrame[] {
  const around = functionsOf(plan, module).findLast(({ start }) => start <= offset)?.name ?? "";
  if (isOfLinker(around)) return [];
  if (!around.includes(FUSED_NAME_END))
    return [
      { name: around, offset, component: componentsOf(plan, module), ...positions.of({ module, offset }) },
    ];
  const inner = positions.nameAt({ module, offset });
  const all =
    inner !== undefined && inner !== around && inner.includes(FUSED_NAME_END) ? [inner, around] : [around];
  return all
    .filter((written) => isOfProcess(written, plan))
    .map((written) => ({
      name: written.slice(written.indexOf(FUSED_NAME_END) + 1),
      offset,
      component: componentOf(written, plan),
      ...positions.of({ module, offset, written }),
    }));
}

/** What ends a process whose quota is used up is nobody's code. */
function isOfLinker(name: string): boolean {
  return [FUEL_EXHAUSTED, DEPTH_EXHAUSTED, SLICE_ENDED].some((ending) => name.endsWith(ending));
}

/** Others are of adapters. */
function isOfProcess(written: string, plan: LinkPlan): boolean {
  return ownerOf(written, plan) !== undefined;
}

function ownerOf(written: string, { root }: LinkPlan): Process | undefined {
  const owner = written.slice(0, written.indexOf(FUSED_NAME_END));
  return root.processes.find(({ name }) => name === owner);
}

function componentOf(written: string, plan: LinkPlan): string {
  return plan.templates[ownerOf(written, plan)?.template ?? -1]?.name ?? "";
}

function componentsOf({ templates }: LinkPlan, position: number): string {
  const users = templates.filter(({ instances }) => instances.some(({ module }) => module === position));
  return [...new Set(users.map(({ name }) => name))].join(" or ");
}

interface NamedFunction {
  readonly name: string;
  readonly start: number;
}

const known = new WeakMap<Uint8Array, readonly NamedFunction[]>();

/** In the order of the module. */
function functionsOf(plan: LinkPlan, position: number): readonly NamedFunction[] {
  const bytes = plan.modules[position]?.bytes ?? new Uint8Array();
  const found = known.get(bytes) ?? readFunctions(bytes);
  known.set(bytes, found);
  return found;
}

function readFunctions(bytes: Uint8Array): NamedFunction[] {
  const { code, imports, customs } = decodeModule(bytes);
  const section = customs.find(({ name }) => name === "name");
  const names: ReadonlyMap<number, string> =
    section === undefined ? new Map() : decodeNameSection(section.bytes).functions;
  const imported = imports.filter(({ type }) => type.kind === "func").length;
  return code.map(({ offset }, i) => ({ start: offset, name: names.get(imported + i) ?? "" }));
}
