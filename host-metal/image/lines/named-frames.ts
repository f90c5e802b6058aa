/**
 * A place in a module as frames with names: two where a fused module's function was put
 * into another process's, as host-linux/trap/unfused.ts has it.
 */
import { FUSED_NAME_END, type LinkPlan } from "../../../toolchain/link/plan.ts";
import type { FramePosition, SourcePositions } from "../../../toolchain/link/source-position.ts";
import { decodeModule, decodeNameSection } from "../../../toolchain/wasm/index.ts";

export interface NamedFrame extends FramePosition {
  readonly name: string;
  readonly offset: number;
}

/** Innermost first. */
export function framesAt(
  module: number,
  offset: number,
  plan: LinkPlan,
  positions: SourcePositions,
): readonly NamedFrame[] {
  const around = functionsOf(plan, module).findLast(({ start }) => start <= offset)?.name ?? "";
  if (!around.includes(FUSED_NAME_END))
    return [{ name: around, offset, ...positions.of({ module, offset }) }];
  const inner = positions.nameAt({ module, offset });
  const all =
    inner !== undefined && inner !== around && inner.includes(FUSED_NAME_END) ? [inner, around] : [around];
  return all
    .filter((written) => isOfProcess(written, plan))
    .map((written) => ({
      name: written.slice(written.indexOf(FUSED_NAME_END) + 1),
      offset,
      ...positions.of({ module, offset, written }),
    }));
}

/** Others are of adapters. */
function isOfProcess(written: string, { root }: LinkPlan): boolean {
  const owner = written.slice(0, written.indexOf(FUSED_NAME_END));
  return root.processes.some(({ name }) => name === owner);
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
