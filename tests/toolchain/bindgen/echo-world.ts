/**
 * A world that passes values of given types through a program and back.
 *
 * For each type there is an import `ask<i>: func(v: T) -> T` and an export
 * `relay<i>: func(v: T) -> T` that calls it, so each value is lifted and lowered
 * by the bindings twice: as argument and result of an export, and of an import.
 */
import type { FunctionType, Interface, TypeName, ValueType, World } from "../../../toolchain/abi/index.ts";

export const TYPES = "test:types/values@1.0.0";
export const API = "test:program/api@1.0.0";

export interface EchoWorld {
  readonly world: World;
  /** With every class and enum named; in the order given. */
  readonly types: readonly ValueType[];
  readonly app: string;
}

/** @param body of each relay; `v` is the argument, `ask` the import's name. */
export function echoWorld(
  types: readonly ValueType[],
  body: (ask: string) => string = (ask) => `return ${ask}(v);`,
): EchoWorld {
  const namer = new Namer();
  const named = types.map((type) => namer.name(type));
  const aliases = named.map((type, i) => ({
    name: `t${i}`,
    type: {
      kind: "value" as const,
      type: type.name === undefined ? { ...type, name: { name: `t${i}`, owner: TYPES } } : type,
    },
  }));
  const declared = namer.types.map((type) => ({
    name: type.name?.name ?? "",
    type: { kind: "value" as const, type },
  }));
  const functions = (prefix: string): Interface["functions"] =>
    named.map((type, i) => ({ name: `${prefix}${i}`, type: echo(type) }));
  const collect = { name: "collect", type: { async: false, params: [] } };
  return {
    world: {
      imports: [
        {
          kind: "interface",
          name: TYPES,
          interface: { types: [...declared, ...aliases], functions: functions("ask") },
        },
      ],
      exports: [
        {
          kind: "interface",
          name: API,
          interface: { types: [], functions: [...functions("relay"), collect] },
        },
      ],
    },
    types: named,
    app: [
      `import { ${named.map((_, i) => `ask${i}, T${i}`).join(", ")} } from "${TYPES}";`,
      ...named.map((_, i) => `export function relay${i}(v: T${i}): T${i} { ${body(`ask${i}`)} }`),
      "export function collect(): void { __collect(); }",
    ].join("\n"),
  };
}

function echo(type: ValueType): FunctionType {
  return { async: false, params: [{ label: "v", type }], result: type };
}

/** Gives records, variants, enums and flags the names that WIT would have given them. */
class Namer {
  readonly types: ValueType[] = [];

  name(type: ValueType): ValueType {
    switch (type.kind) {
      case "list":
        return { ...type, element: this.name(type.element) };
      case "map":
        return { ...type, key: this.name(type.key), value: this.name(type.value) };
      case "tuple":
        return { ...type, types: type.types.map((t) => this.name(t)) };
      case "option":
        return { ...type, type: this.name(type.type) };
      case "result":
        return {
          ...type,
          ...(type.ok === undefined ? {} : { ok: this.name(type.ok) }),
          ...(type.err === undefined ? {} : { err: this.name(type.err) }),
        };
      case "record":
        return this.#declare({
          ...type,
          fields: type.fields.map((field) => ({ ...field, type: this.name(field.type) })),
        });
      case "variant":
        return this.#declare({
          ...type,
          cases: type.cases.map((c) => (c.type === undefined ? c : { ...c, type: this.name(c.type) })),
        });
      case "enum":
      case "flags":
        return this.#declare(type);
      default:
        return type;
    }
  }

  #declare(type: ValueType): ValueType {
    const name: TypeName = { name: `${type.kind}-n${this.types.length}`, owner: TYPES };
    const named = { ...type, name };
    this.types.push(named);
    return named;
  }
}
