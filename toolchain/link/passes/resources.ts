/**
 * Pass: the resource types of one component, under all the names that they have.
 *
 * Types know a resource as an object, the evaluated component as a node. Both are
 * met in the order of instantiation; imported ones are joined by their names.
 */
import type { ComponentTypes, ResourceType, World } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import type { DefinedResource, Graph, ResourceNode } from "../evaluate/graph.ts";

/** Identity is the object: one for each resource type that a component defines or imports. */
export interface ComponentResource {
  /** In `ComponentResources.all`; the same for equal components. */
  readonly position: number;
  /** For people: the name in WIT, with a number where several have the same. */
  readonly label: string;
  /** Absent for an imported one. */
  readonly defined?: DefinedResource;
  /**
   * Where it is imported: the type of that name in that interface. The first declares it.
   * One that is imported by itself is a port of its own, of the same name.
   */
  readonly imports: readonly ResourceImport[];
}

interface ResourceImport {
  readonly interface: string;
  readonly name: string;
}

export class ComponentResources {
  readonly #byType = new Map<ResourceType, ComponentResource>();
  readonly #byNode = new Map<DefinedResource, ComponentResource>();
  readonly #byImport = new Map<string, ComponentResource>();
  readonly #all: ComponentResource[] = [];
  readonly #labels = new Set<string>();
  readonly #file: string;

  constructor(graph: Graph, { world, resources }: ComponentTypes, file: string) {
    this.#file = file;
    this.#addImports(world);
    for (const [i, node] of graph.resources.entries()) {
      const type = resources[i];
      const resource = this.#add(type?.name?.name ?? "resource", node);
      this.#byNode.set(node, resource);
      if (type) this.#byType.set(type, resource);
    }
  }

  get all(): readonly ComponentResource[] {
    return this.#all;
  }

  /** The resource that a type of the world is about. */
  of(type: ResourceType): ComponentResource {
    const found = this.#byType.get(type);
    if (found) return found;
    const name = type.name?.name ?? "without a name";
    throw new LinkError(
      "component",
      `${this.#file}: a function's type names the resource "${name}", which is neither imported nor exported`,
    );
  }

  /** The resource that a built-in is about. */
  ofNode(node: ResourceNode): ComponentResource {
    const found = node.kind === "defined" ? this.#byNode.get(node) : this.#byImport.get(importKey(node));
    if (found) return found;
    const what = node.kind === "import" ? ` "${node.name}" of "${node.interface}"` : "";
    throw new LinkError("component", `${this.#file}: expected a resource type, found the type${what}`);
  }

  #addImports(world: World): void {
    for (const item of world.imports) {
      const types = item.kind === "interface" ? item.interface.types : item.kind === "type" ? [item] : [];
      for (const { name, type } of types) {
        if (type.kind !== "resource") continue;
        const place = { interface: item.name, name };
        const known = this.#byType.get(type.resource);
        const resource = known ?? this.#add(name);
        (resource.imports as ResourceImport[]).push(place);
        this.#byType.set(type.resource, resource);
        this.#byImport.set(importKey(place), resource);
      }
    }
  }

  #add(name: string, defined?: DefinedResource): ComponentResource {
    const resource = {
      position: this.#all.length,
      label: this.#label(name),
      imports: [],
      ...(defined && { defined }),
    };
    this.#all.push(resource);
    return resource;
  }

  #label(name: string): string {
    let label = name;
    for (let i = 2; this.#labels.has(label); i++) label = `${name}-${i}`;
    this.#labels.add(label);
    return label;
  }
}

function importKey({ interface: from, name }: ResourceImport): string {
  return `${from}#${name}`;
}
