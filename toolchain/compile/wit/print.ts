/** An inferred interface as WIT text, with the program's documentation. */
import {
  identifier,
  printFunction,
  printType,
  PROCESS,
  spawnedName,
  type TypeName,
  type ValueType,
} from "../../abi/index.ts";

interface WitFunction {
  readonly name: string;
  readonly params: readonly { readonly label: string; readonly type: ValueType }[];
  readonly result?: ValueType;
}

interface WitResource {
  readonly name: string;
  readonly create?: WitFunction;
  /** The first parameter is the resource itself. */
  readonly methods: readonly WitFunction[];
  readonly statics: readonly WitFunction[];
}

export interface WitInterface {
  /** Complete id, such as `local:query/api`. */
  readonly id: string;
  /** A resource stands among them as its own handle. */
  readonly types: readonly ValueType[];
  readonly resources: readonly WitResource[];
  readonly functions: readonly WitFunction[];
  /** By item path; see `BindingsInput.docs` of bindgen. */
  readonly docs: ReadonlyMap<string, string>;
}

/** `interface api { … }`, with `use` for the types of other interfaces. */
export function printInterface(wit: WitInterface): string {
  const printer = new Printer(wit);
  return printer.print();
}

function declaredName(type: ValueType): string {
  return (type.kind === "own" ? type.resource.name?.name : type.name?.name) ?? "";
}

/** An id as WIT takes it, such as `%list:greeter/%use@1.0.0`. */
export function identifiers(id: string): string {
  const [path = "", ...version] = id.split("@");
  return [path.replaceAll(/[^:/]+/g, identifier), ...version].join("@");
}

class Printer {
  readonly #wit: WitInterface;
  /** Owner and name of a used type → what it is called here. */
  readonly #used = new Map<string, Map<string, string>>();
  readonly #taken: Set<string>;

  constructor(wit: WitInterface) {
    this.#wit = wit;
    this.#taken = new Set([...wit.types.map(declaredName), ...wit.functions.map(({ name }) => name)]);
  }

  print(): string {
    const { id, types, functions } = this.#wit;
    const items = [
      ...types.map((type) => this.#declaration(type)),
      ...functions.map(
        (one) =>
          `${this.#docs(`#${one.name}`)}  ${identifier(one.name)}: ${printFunction({ async: false, ...one }, this.#name)};\n`,
      ),
    ];
    const uses = [...this.#used].map(
      ([owner, names]) =>
        `  use ${identifiers(owner)}.{${[...names].map(([name, as]) => (name === as ? identifier(name) : `${identifier(name)} as ${identifier(as)}`)).join(", ")}};\n`,
    );
    const name = id.replace(/@.*/, "").split("/")[1] ?? id;
    return `${this.#docs("", "")}interface ${identifier(name)} {\n${[uses.join(""), ...items].filter((item) => item !== "").join("\n")}}\n`;
  }

  #declaration(type: ValueType): string {
    const name = declaredName(type);
    const path = `#${name}`;
    const head = `${this.#docs(path)}  ${type.kind} ${identifier(name)} {\n`;
    const print = (inner: ValueType): string => printType(inner, this.#name);
    const member = (label: string, rest: string): string =>
      `${this.#docs(`${path}.${label}`, "    ")}    ${identifier(label)}${rest},\n`;
    switch (type.kind) {
      case "record":
        return `${head}${type.fields.map((field) => member(field.label, `: ${print(field.type)}`)).join("")}  }\n`;
      case "variant":
        return `${head}${type.cases.map((one) => member(one.label, one.type === undefined ? "" : `(${print(one.type)})`)).join("")}  }\n`;
      case "enum":
      case "flags":
        return `${head}${type.labels.map((label) => member(label, "")).join("")}  }\n`;
      case "own":
        return this.#resource(type.resource.name?.name ?? "");
      default:
        throw new Error(`an inferred type of kind ${type.kind} has no name in WIT`);
    }
  }

  #resource(name: string): string {
    const found = this.#wit.resources.find((one) => one.name === name);
    const member = (fn: WitFunction, kind: "" | "static ", params: WitFunction["params"]): string => {
      const label = fn.name.replace(/^.*\./, "");
      const text = printFunction({ async: false, ...fn, params }, this.#name);
      return `${this.#docs(`#${name}.${label}`, "    ")}    ${identifier(label)}: ${kind}${text};\n`;
    };
    const { create, methods = [], statics = [] } = found ?? {};
    const constructor =
      create &&
      printFunction({ async: false, params: create.params }, this.#name).replace(/^func/, "constructor");
    const members = [
      ...(constructor === undefined
        ? []
        : [`${this.#docs(`#${name}.constructor`, "    ")}    ${constructor};\n`]),
      ...methods.map((fn) => member(fn, "", fn.params.slice(1))),
      ...statics.map((fn) => member(fn, "static ", fn.params)),
    ];
    return `${this.#docs(`#${name}`)}  resource ${identifier(name)} {\n${members.join("")}  }\n`;
  }

  /** What a type is called in this interface; it is used from another one if need be. */
  readonly #name = ({ owner, name }: TypeName): string =>
    owner === undefined || owner === this.#wit.id ? name : this.#use(owner, name);

  #use(owner: string, name: string): string {
    const names = this.#used.get(owner) ?? new Map<string, string>();
    this.#used.set(owner, names);
    const known = names.get(name);
    if (known !== undefined) return known;
    const local = this.#free(name, owner);
    this.#taken.add(local);
    names.set(name, local);
    return local;
  }

  /**
   * Two interfaces may have types of one name: the second is used under its interface's name too. What all
   * process views have is used under the package's name, for the process view of this interface has it as well.
   */
  #free(name: string, owner: string): string {
    const prefix = owner.replace(/@.*/, "").split(/[:/]/);
    const longer = [`${prefix[2]}-${name}`, `${prefix[1]}-${prefix[2]}-${name}`];
    const [, home = ""] = prefix;
    const ofView = name === PROCESS ? [home, `${home}-${name}`] : [`${home}-${name}`];
    const candidates = spawnedName(owner) === undefined ? [name, ...longer] : [...ofView, ...longer];
    return candidates.find((candidate) => !this.#taken.has(candidate)) ?? `${prefix.join("-")}-${name}`;
  }

  #docs(path: string, indent = "  "): string {
    const text = this.#wit.docs.get(`${this.#wit.id}${path}`);
    return text === undefined
      ? ""
      : text
          .split("\n")
          .map((line) => `${indent}/// ${line}`.trimEnd() + "\n")
          .join("");
  }
}
