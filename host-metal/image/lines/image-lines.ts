/** The table of lines of a linked image, as long as that still has what the compiler noted of lines. */
import { openElf, sectionsByName } from "../../hal/elf.ts";
import { SourcePositions } from "../../../toolchain/link/source-position.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { decodeModule } from "../../../toolchain/wasm/index.ts";
import type { ModuleFacts } from "../module-facts.ts";
import { placesOf } from "./code-places.ts";
import { marksOf } from "./marks.ts";
import { lineTable } from "./table.ts";

export function imageLines(elf: Uint8Array, plan: LinkPlan, modules: readonly ModuleFacts[]): Uint8Array {
  const guests = modules.filter((module) => module.plan.role === "guest");
  const marks = new Map(guests.map(({ name, plan }) => [name, new Set(marksOf(decodeModule(plan.bytes)))]));
  const positions = new Map(guests.map((module) => [module.name, plan.modules.indexOf(module.plan)]));
  const code = placesOf(sectionsByName(openElf(elf)), marks);
  return lineTable(code, plan, positions, new SourcePositions(plan));
}

/** Another number for another table of the same image. */
const FORMAT = "lines 1";

/** What the table is made of, besides the image: as texts, to be hashed. */
export function linesMadeOf({ modules, templates, root }: LinkPlan): string[] {
  const maps = modules.flatMap(({ name, sourceMap = "" }) => [name, sourceMap]);
  return [FORMAT, ...maps, ...templates.map(({ name }) => name), ...root.processes.map(({ name }) => name)];
}
