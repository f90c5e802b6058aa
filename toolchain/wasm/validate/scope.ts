/**
 * One scope: a component, a component type or an instance type, with its index spaces.
 *
 * Spaces fill definition by definition; an index reaches only what is before
 * it. Explainer.md, "Index Spaces"; Binary.md, "Alias Definitions" (scopes).
 */
import type { CoreSort, Sort } from "../component/component.ts";
import type { Context } from "./context.ts";
import type { CoreItem, CoreTypeId, CoreTypes } from "./core-types.ts";
import { type SpecSection, SECTION } from "./error.ts";
import { UniqueNames } from "./extern-name.ts";
import type {
  AnyType,
  ComponentType,
  Entity,
  FuncType,
  InstanceType,
  ModuleType,
  Resource,
  ResourceType,
} from "./types.ts";

export type CoreInstance = ReadonlyMap<string, CoreItem>;
type CoreItemOf<K extends CoreItem["kind"]> = Extract<CoreItem, { kind: K }>;

/** What stands behind an index, by sort. */
export interface Spaces {
  "core func": CoreTypeId;
  "core table": CoreItemOf<"table">;
  "core memory": CoreItemOf<"memory">;
  "core global": CoreItemOf<"global">;
  "core tag": CoreTypeId;
  "core type": CoreTypeId | ModuleType;
  "core module": ModuleType;
  "core instance": CoreInstance;
  func: FuncType;
  type: AnyType;
  component: ComponentType;
  instance: InstanceType;
}

/** One side of a scope: its imports or its exports. */
export class Side {
  readonly entities: Map<string, Entity> = new Map();
  readonly names: UniqueNames = new UniqueNames();
  /** Types that have a name on this side. Explainer.md, "External Visibility of Types". */
  readonly visible: Set<AnyType> = new Set();
  /** Resources by the object that stands for them, for annotated names. */
  readonly resources: Map<ResourceType, string> = new Map();
  readonly resourceNames: Set<string> = new Set();
}

export type ScopeKind = "component" | "component type" | "instance type";

export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly context: Context;
  readonly core: CoreTypes;
  readonly imports: Side = new Side();
  readonly exports: Side = new Side();
  /** Resources that imports introduce. */
  readonly imported: Resource[] = [];
  /** Resources that come into being here: by definition, from an instance, or abstract in an export. */
  readonly fresh: Set<Resource> = new Set();
  /** Core types by index, with holes where module types are. */
  readonly coreTypes: (CoreTypeId | undefined)[] = [];
  readonly #spaces: { [S in keyof Spaces]: Spaces[S][] } = {
    "core func": [],
    "core table": [],
    "core memory": [],
    "core global": [],
    "core tag": [],
    "core type": [],
    "core module": [],
    "core instance": [],
    func: [],
    type: [],
    component: [],
    instance: [],
  };

  constructor(kind: ScopeKind, around: { context: Context; core: CoreTypes } | Scope) {
    this.kind = kind;
    this.parent = around instanceof Scope ? around : undefined;
    this.context = around.context;
    this.core = around.core;
  }

  add<S extends keyof Spaces>(sort: S, item: Spaces[S]): void {
    this.#spaces[sort].push(item);
    if (sort === "core type") this.coreTypes.push(typeof item === "number" ? item : undefined);
  }

  /** Adds a core item to the space of its kind. */
  addCore(item: CoreItem): void {
    switch (item.kind) {
      case "func":
      case "tag":
        return this.add(`core ${item.kind}`, item.type);
      case "table":
        return this.add("core table", item);
      case "memory":
        return this.add("core memory", item);
      case "global":
        return this.add("core global", item);
    }
  }

  addEntity({ kind, type }: Entity): void {
    (this.#spaces[kind] as (typeof type)[]).push(type);
  }

  get<S extends keyof Spaces>(sort: S, index: number, section: SpecSection): Spaces[S] {
    const space = this.#spaces[sort];
    const item = space[index];
    if (item !== undefined) return item;
    return this.context.fail(
      section,
      `unknown ${sort.replace("core ", "")} ${index}: ${sort} index out of bounds`,
      space.length === 0 ? `a ${sort} defined before` : `an index below ${space.length}`,
      `${index}`,
    );
  }

  /** What a core sort index names, as an export of a core instance. */
  coreItem(sort: CoreSort, index: number, section: SpecSection): CoreItem {
    switch (sort) {
      case "core func":
        return { kind: "func", type: this.get(sort, index, section) };
      case "core tag":
        return { kind: "tag", type: this.get(sort, index, section) };
      case "core table":
      case "core memory":
      case "core global":
        return this.get(sort, index, section);
      default:
        return this.context.fail(
          section,
          "a core instance cannot export this sort",
          "func, table, memory, global or tag",
          sort,
        );
    }
  }

  /** What a sort index names, as it may be imported and exported. */
  entity(sort: Sort, index: number, section: SpecSection): Entity {
    if (sort === "value") return this.context.notYet("values");
    switch (sort) {
      case "core module":
        return { kind: sort, type: this.get(sort, index, section) };
      case "func":
        return { kind: sort, type: this.get(sort, index, section) };
      case "type":
        return { kind: sort, type: this.get(sort, index, section) };
      case "component":
        return { kind: sort, type: this.get(sort, index, section) };
      case "instance":
        return { kind: sort, type: this.get(sort, index, section) };
      default:
        return this.context.fail(
          section,
          "only core modules, functions, types, components and instances can be imported and exported",
          undefined,
          sort,
        );
    }
  }

  /** The scope `count` outward. */
  outer(count: number): Scope {
    if (count === 0) return this;
    if (this.parent !== undefined) return this.parent.outer(count - 1);
    return this.context.fail(
      SECTION.alias,
      "invalid outer alias count",
      "a scope around this one",
      `${count} more scopes outward`,
    );
  }

  /** A type index that must be a resource type. */
  resource(index: number, section: SpecSection): ResourceType {
    const type = this.get("type", index, section);
    if (type.kind === "resource") return type;
    return this.context.fail(section, `type index ${index} is not a resource type`);
  }

  side(side: "import" | "export"): Side {
    return side === "import" ? this.imports : this.exports;
  }
}

/** A resource type unequal to all others. */
export function freshResource(context: Context, definedIn?: object): Resource {
  const number = context.fresh();
  return definedIn === undefined ? { number } : { number, definedIn };
}
