/**
 * Who has a handle table, and what number each resource type has.
 *
 * Filled while edges are made: what no call touches gets neither. From it the
 * handle module is made, and the plan says what its exports belong to.
 */
import { handlesOfFunction, PROCESS, type ResourceType } from "../../abi/index.ts";
import type { ResourceUse } from "../adapter/index.ts";
import type { ModuleTable } from "../module-table.ts";
import type { Grant, HandleTables, HandleType, Source } from "../plan.ts";
import { MAX_ENTRIES } from "../handles/layout.ts";
import { handleModule } from "../handles/module.ts";
import { sourceKey, type PlacedProcess } from "./ends.ts";
import { originOf, type Origin } from "./origin.ts";
import type { ProcessNode } from "./process.ts";
import type { ComponentResource, ComponentResources } from "./resources.ts";

interface Positioned {
  readonly position: number;
}

export class HandlePlan {
  readonly #placed: ReadonlyMap<ProcessNode, PlacedProcess>;
  /** By process and instance; in the order of their positions. */
  readonly #tables = new Map<string, Positioned & { readonly owner: HandleTables["tables"][number] }>();
  /** By process and resource that define them. */
  readonly #types = new Map<string, Positioned & { readonly type: HandleType }>();
  readonly #callable: HandleTables["callable"][number][] = [];

  constructor(placed: ReadonlyMap<ProcessNode, PlacedProcess>) {
    this.#placed = placed;
  }

  /** The table of a component instance of a process. */
  table(process: number, instance: number): Source {
    return this.#table(`${process} ${instance}`, { process, instance });
  }

  /** What a device returns passes through it on the way to the caller's. */
  deviceTable(device: Grant["device"]): Source {
    return this.#table(device, { device });
  }

  #table(key: string, owner: HandleTables["tables"][number]): Source {
    const position = this.#tables.get(key)?.position ?? this.#tables.size;
    this.#tables.set(key, { owner, position });
    return { kind: "handles", export: `table ${position}` };
  }

  /** The type of a resource that the process names. */
  type(
    process: ProcessNode,
    resource: ComponentResource,
  ): { readonly source: Source; readonly origin: Origin } {
    const origin = originOf(process, resource);
    if (origin === undefined) throw new TypeError("checked before: every resource comes from somewhere");
    if (origin.kind === "device") {
      const { device, name, holder } = origin;
      const process = this.place(holder.process).position;
      return { source: this.deviceType(device, name, { process, grant: holder.grant }), origin };
    }
    if (origin.kind === "spawner") return { source: this.spawnerType(origin.process, origin.name), origin };
    const placed = this.place(origin.process);
    const definer = placed.position;
    const destructor = placed.built.destructors.get(origin.resource.position);
    const about = { process: definer, name: origin.resource.label, ...(destructor && { destructor }) };
    return { source: this.#type(`${definer} ${origin.resource.position}`, about), origin };
  }

  deviceType(
    device: Grant["device"],
    name: string,
    holder: { readonly process: number; readonly grant: number },
  ): Source {
    return this.#type(`${device} ${name}`, { device, name, holder });
  }

  /** Of handles of the processes that are made as this one, and have this interface. */
  spawnerType(process: ProcessNode, name: string): Source {
    const { position } = this.place(process);
    return this.#type(`${position} ${name}`, { spawner: { process: position, name }, name: PROCESS });
  }

  /** The first that names a type says what the plan says of it. */
  #type(key: string, type: HandleType): Source {
    const position = this.#types.get(key)?.position ?? this.#types.size;
    if (position === this.#types.size) this.#types.set(key, { type, position });
    return { kind: "handles", export: `type ${position}` };
  }

  place(process: ProcessNode): PlacedProcess {
    const placed = this.#placed.get(process);
    if (placed === undefined) throw new TypeError("every process has a place");
    return placed;
  }

  /** Exports that carry handles get what a caller outside the system needs for them. */
  openToCallers(): void {
    for (const { node, position, built } of this.#placed.values()) {
      for (const { name, type, end } of built.exports.values()) {
        const resources = new Set(handlesOfFunction(type).map(({ resource }) => resource));
        if (resources.size === 0) continue;
        const local = new LocalTypes(this, node, built.resources);
        const uses = [...resources].map((resource) => local.use(resource, end.instance));
        const types = uses.map(({ position: i, calleeImplements }) => ({
          kind: exportName(local.source(i)),
          implemented: calleeImplements,
        }));
        const table = exportName(this.table(position, end.instance));
        this.#callable.push({ process: position, function: name, table, types });
      }
    }
  }

  /** Undefined when no handle is in the system. */
  finish(modules: ModuleTable): HandleTables | undefined {
    if (this.#tables.size === 0) return undefined;
    const quotas = [...this.#placed.values()].map(({ built }) => built.template.quotas.handles);
    const tables = [...this.#tables.values()].map(({ owner, position }) =>
      "process" in owner
        ? { owner: owner.process, limit: quotas[owner.process] ?? MAX_ENTRIES }
        : { owner: this.#placed.size + position, limit: MAX_ENTRIES },
    );
    const module = handleModule(tables, this.#types.size);
    return {
      module: modules.addMade("handles", module),
      callable: this.#callable,
      tables: [...this.#tables.values()].map(({ owner }) => owner),
      types: [...this.#types.values()].map(({ type }) => type),
    };
  }
}

function exportName(source: Source | undefined): string {
  if (source?.kind !== "handles") throw new TypeError("it was made as one of the handle module");
  return source.export;
}

/** The resources of one adapter or of one module of built-ins, numbered as they come. */
export class LocalTypes {
  readonly #plan: HandlePlan;
  readonly #process: ProcessNode;
  readonly #resources: ComponentResources;
  readonly #sources: Source[] = [];

  /** `resources`: of the process's component, or of the equal one that its template was made from. */
  constructor(plan: HandlePlan, process: ProcessNode, resources: ComponentResources) {
    this.#plan = plan;
    this.#process = process;
    this.#resources = resources;
  }

  /**
   * @param implementer the component instance of the process that is called.
   * @param isTold handles of processes go to another process, of which the kernel is told.
   */
  use(type: ResourceType, implementer: number, isTold = false): ResourceUse {
    const { position, origin } = this.position(this.#resources.of(type));
    const calleeImplements =
      origin.kind === "process" &&
      origin.process === this.#process &&
      origin.resource.defined?.instance === implementer;
    const kernel = isTold && origin.kind === "spawner";
    return { position, calleeImplements, ...(kernel && { kernel }) };
  }

  position(resource: ComponentResource): { readonly position: number; readonly origin: Origin } {
    const { source, origin } = this.#plan.type(this.#process, resource);
    return { position: this.add(source), origin };
  }

  /** The number of a type of the system. */
  add(source: Source): number {
    const key = JSON.stringify(source);
    const known = this.#sources.findIndex((other) => JSON.stringify(other) === key);
    return known >= 0 ? known : this.#sources.push(source) - 1;
  }

  source(position: number): Source | undefined {
    return this.#sources[position];
  }

  /** What a module imports that has handles of these types. */
  imports(): [string, Source][] {
    return this.#sources.map((source, i) => [sourceKey("handles", `type ${i}`), source]);
  }
}
