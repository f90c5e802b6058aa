/** A component around a component: it imports and exports the same, and has no code of its own. */
import { type component, index, type InstanceIndex } from "../../wasm/index.ts";

type Body<D = component.Definition> = D extends unknown ? Omit<D, "offset"> : never;

/** A list of definitions that grows. */
class Definitions {
  readonly list: component.Definition[];

  constructor(list: readonly component.Definition[]) {
    this.list = [...list];
  }

  /** The index of what is added, in the index space of its sort. */
  add(body: Body): number {
    this.list.push({ offset: 0, ...body });
    return this.indexOf(this.list.length - 1);
  }

  /** Of the definition at a place in the list. */
  indexOf(at: number): number {
    const sort = sortOf(this.list[at]);
    return this.list.slice(0, at).filter((one) => sortOf(one) === sort).length;
  }
}

/** Its imports and the types that they need are copied; all else of `program` stays in it. */
export function wrapped(program: component.Component): component.Component {
  const after = program.definitions.findLastIndex(({ kind }) => kind === "import") + 1;
  const made = new Definitions(program.definitions.slice(0, after));
  const args = made.list.flatMap((one, i) =>
    one.kind === "import"
      ? [{ name: one.import.name.name, item: { sort: one.import.type.kind, index: made.indexOf(i) } }]
      : [],
  );
  const inner: component.Instance = {
    kind: "instantiate",
    component: index(made.add({ kind: "component", component: program })),
    args,
  };
  const instance = index<InstanceIndex>(made.add({ kind: "instance", instance: inner }));
  for (const one of program.definitions) {
    if (one.kind !== "export") continue;
    const { name, item } = one.export;
    const alias = { kind: "export", sort: item.sort, instance, name: name.name } as const;
    const found = made.add({ kind: "alias", alias });
    made.add({ kind: "export", export: { name, item: { sort: item.sort, index: found } } });
  }
  return { definitions: made.list };
}

/** The index space that a definition adds to. */
function sortOf(definition: component.Definition | undefined): component.Sort | undefined {
  switch (definition?.kind) {
    case "import":
      return definition.import.type.kind;
    case "export":
      return definition.export.item.sort;
    case "alias":
      return definition.alias.sort;
    case "type":
    case "core type":
    case "component":
    case "instance":
      return definition.kind;
    default:
      return undefined;
  }
}
