/**
 * TypeScript type annotations → component value types with their spelling.
 *
 * The annotation is read, not the type that AssemblyScript resolves it to: the
 * resolved type has forgotten `usize`, `Char` and the name of an enum. Names
 * are looked up in the program, so aliases, imports and re-exports work.
 */
import type {
  ClassPrototype,
  DeclaredElement,
  Element,
  Enum,
  NamedTypeNode,
  Program,
  Range,
  TypeDefinition,
  TypeNode,
} from "assemblyscript";
import { ElementKind, NodeKind, ReportMode } from "./syntax.ts";
import type { AsType, TypedArrayName } from "../../bindgen/index.ts";
import { errorAt, type FileOf } from "./place.ts";
import { readEnum } from "./enum-type.ts";
import { readClass } from "./class-type.ts";
import { elementPath, NATIVE, RUNTIME_MODULE, STANDARD, TYPED_ARRAYS, UNSUPPORTED } from "./known-types.ts";

/** What type parameters stand for. */
export type TypeArguments = ReadonlyMap<string, AsType | undefined>;
const NO_ARGUMENTS: TypeArguments = new Map();

export interface ReaderInput {
  readonly program: Program;
  readonly fileOf: FileOf;
  /** Id of the interface that the program's own types belong to. */
  readonly owner: string;
  /** How the generated entry imports a source of the program, by its path. */
  readonly specifier: (normalizedPath: string) => string;
  /** Types of a generated interface file, by its path (without extension) and the name there. */
  readonly generated: (internalPath: string, name: string) => AsType | undefined;
}

export class TypeReader {
  readonly input: ReaderInput;
  /** The program's own records, variants, enums and flags, in the order of first use. */
  readonly named: Map<string, { readonly element: DeclaredElement; readonly type: AsType }> = new Map();
  /** Classes being read, to find recursion. */
  readonly open: Set<Element> = new Set();

  readonly #subclasses = new Map<ClassPrototype, ClassPrototype[]>();

  constructor(input: ReaderInput) {
    this.input = input;
    for (const element of input.program.elementsByDeclaration.values()) {
      if (element.kind !== ElementKind.ClassPrototype) continue;
      const { basePrototype } = element as ClassPrototype;
      if (basePrototype === null) continue;
      const known = this.#subclasses.get(basePrototype) ?? [];
      this.#subclasses.set(basePrototype, [...known, element as ClassPrototype]);
    }
  }

  /** Classes that extend this one directly, in the order of their declarations. */
  subclasses(base: ClassPrototype): readonly ClassPrototype[] {
    return this.#subclasses.get(base) ?? [];
  }

  /** The value type of an annotation; undefined for `void` and `Void`. */
  read(node: TypeNode, context: Element, given: TypeArguments = NO_ARGUMENTS): AsType | undefined {
    if (node.kind !== NodeKind.NamedType)
      this.refuse(node.range, "function type", "a function cannot cross a component's border.", CALLBACK);
    const named = node as NamedTypeNode;
    const type = this.#readNamed(named, context, given);
    if (!named.isNullable) return type;
    if (type === undefined)
      this.refuse(node.range, "void | null", "there is no value that could be null.", "Write `void`.");
    return this.#nullable(named, type);
  }

  /** As `read`, where nothing is not allowed. */
  readValue(node: TypeNode, context: Element, given?: TypeArguments): AsType {
    const type = this.read(node, context, given);
    if (type === undefined)
      this.refuse(node.range, "void", "a value is needed here.", "Name the type of the value.");
    return type;
  }

  refuse(range: Range, construct: string, message: string, hint: string): never {
    throw errorAt(range, this.input.fileOf, construct, message, hint);
  }

  #readNamed(node: NamedTypeNode, context: Element, given: TypeArguments): AsType | undefined {
    const name = node.name.identifier.text;
    if (node.name.next === null && given.has(name)) return given.get(name);
    if (name === "")
      this.refuse(
        node.range,
        "missing type",
        "parameters and results need their types: lean infers none.",
        "Write `name: T`, such as `count: i32`.",
      );
    const found = this.input.program.resolver.resolveTypeName(node.name, null, context, ReportMode.Swallow);
    if (found === null) return this.#unknown(node, name);
    // `u32` is a namespace with constants that shares its name with the type.
    const element = found.shadowType ?? found;
    const generated = this.input.generated(element.file.internalName, element.name);
    if (generated !== undefined) return generated;
    switch (element.kind) {
      case ElementKind.TypeDefinition:
        return this.#readAlias(node, element as TypeDefinition, context, given);
      case ElementKind.Enum:
        return readEnum(this, element as Enum);
      case ElementKind.ClassPrototype:
        return this.#readClass(node, element as ClassPrototype, context, given);
      default:
        return this.refuse(
          node.range,
          element.kind === ElementKind.InterfacePrototype ? "interface as a value" : "type",
          `\`${name}\` is ${element.kind === ElementKind.InterfacePrototype ? "an interface" : "not a type that has values"}; a value that crosses a component's border is made from a class.`,
          `Write \`export class ${name} { constructor(public x: f64, public y: f64) {} }\`.`,
        );
    }
  }

  #readAlias(
    node: NamedTypeNode,
    alias: TypeDefinition,
    context: Element,
    given: TypeArguments,
  ): AsType | undefined {
    const path = elementPath(alias);
    if (path === `${RUNTIME_MODULE}/Char`) return { kind: "char" };
    if (path === "~lib/string/string") return { kind: "string" };
    if (alias.declaration.range.source.isNative) {
      if (alias.name === "void") return undefined;
      const native = NATIVE[alias.name];
      if (native !== undefined) return native;
    }
    if (alias.declaration.range.source.isLibrary) return this.#unsupported(node, alias.name);
    const parameters = alias.typeParameterNodes ?? [];
    const names = parameters.map((parameter) => parameter.name.text);
    const values = this.#arguments(node, names.length, context, given);
    return this.read(alias.typeNode, alias, new Map(names.map((name, i) => [name, values[i]])));
  }

  #readClass(
    node: NamedTypeNode,
    prototype: ClassPrototype,
    context: Element,
    given: TypeArguments,
  ): AsType | undefined {
    const path = elementPath(prototype);
    if (path === `${RUNTIME_MODULE}/Void`) return undefined;
    if (path === "~lib/string/String") return { kind: "string" };
    const name = prototype.name;
    if (path === `~lib/typedarray/${name}`) {
      const element = TYPED_ARRAYS[name as TypedArrayName];
      return { kind: "list", element, as: name as TypedArrayName };
    }
    const standard = STANDARD[path];
    if (standard !== undefined) {
      return standard.make(this.#arguments(node, standard.parameters, context, given), (at, why, hint) =>
        this.refuse((node.typeArguments?.[at] ?? node).range, `${name}<…>`, why, hint),
      );
    }
    if (prototype.declaration.range.source.isLibrary) return this.#unsupported(node, name);
    return readClass(this, prototype, node.range);
  }

  #arguments(
    node: NamedTypeNode,
    count: number,
    context: Element,
    given: TypeArguments,
  ): (AsType | undefined)[] {
    const nodes = node.typeArguments ?? [];
    if (nodes.length !== count) {
      const name = node.name.identifier.text;
      this.refuse(
        node.range,
        `type \`${name}\``,
        `it takes ${count} type arguments, found ${nodes.length}.`,
        "Write all of them.",
      );
    }
    return nodes.map((argument) => {
      if (argument.range.toString() === "void") {
        const hint = 'Write `Void`, with `import { Void } from "atoll"`; its value is `Void.value`.';
        this.refuse(
          argument.range,
          "void",
          "lean has no values of type void, not even as a type argument.",
          hint,
        );
      }
      return this.read(argument, context, given);
    });
  }

  #nullable(node: NamedTypeNode, type: AsType): AsType {
    if (type.kind === "option" && type.as === "null") return type;
    if (isReference(type)) return { kind: "option", type, as: "null" };
    const name = node.range.toString();
    return this.refuse(
      node.range,
      "null for a value that is not an object",
      `\`${name}\`: a number, bool, char or enum cannot be null in lean.`,
      `Write \`Option<${node.name.identifier.text}>\` with \`import { Option } from "atoll"\`.`,
    );
  }

  #unknown(node: NamedTypeNode, name: string): never {
    const [construct, message, hint] = UNSUPPORTED[name] ?? [
      "type",
      `there is no type \`${name}\`.`,
      "Import or declare it.",
    ];
    return this.refuse(node.range, construct, message, hint);
  }

  #unsupported(node: NamedTypeNode, name: string): never {
    const [construct, message, hint] = UNSUPPORTED[name] ?? [
      `type \`${name}\``,
      "it cannot cross a component's border.",
      "Use numbers, bool, string, arrays, Map, enums and classes of these.",
    ];
    return this.refuse(node.range, construct, message, hint);
  }
}

function isReference(type: AsType): boolean {
  return ["string", "list", "map", "record", "tuple", "variant", "result", "option"].includes(type.kind);
}

const CALLBACK =
  "Return what the caller needs, or let the caller export the function in an interface that this app imports.";
