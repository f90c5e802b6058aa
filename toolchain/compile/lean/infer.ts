/**
 * The world that a program implies: what it exports, typed by its signatures.
 *
 * Exported functions become the exported interface; the classes and enums that
 * they mention, or that the program exports, become its types. Whatever else a
 * module can export has no meaning in WIT yet and is refused with its place.
 */
import type {
  ClassPrototype,
  DeclaredElement,
  Enum,
  File,
  FunctionPrototype,
  Global,
  ParameterNode,
} from "assemblyscript";
import { type AsFunction, kebabName } from "../../bindgen/index.ts";
import { isVariant, labelOf, methodsOf, readClass } from "./class-type.ts";
import { checkDistinct } from "./distinct.ts";
import { readEnum } from "./enum-type.ts";
import { NATIVE } from "./known-types.ts";
import { CommonFlags, ElementKind, NodeKind, ParameterKind } from "./syntax.ts";
import type { TypeReader } from "./type-reader.ts";

export interface ExportedFunction {
  readonly function: AsFunction;
  readonly element: FunctionPrototype;
}

/** Everything that the entry exports, its re-exports included, in order. */
export function exportsOf(file: File): Map<string, DeclaredElement> {
  const found = new Map<string, DeclaredElement>(file.exports ?? []);
  for (const other of file.exportsStar ?? []) {
    for (const [name, element] of exportsOf(other)) if (!found.has(name)) found.set(name, element);
  }
  return found;
}

/** The exported interface of a program without WIT. Types are left in `reader.named`. */
export function inferFunctions(reader: TypeReader, file: File): ExportedFunction[] {
  const functions = new Map<string, ExportedFunction>();
  for (const [name, element] of exportsOf(file)) {
    if (element.kind !== ElementKind.FunctionPrototype) {
      // A type of an imported interface stays that interface's.
      if (!element.declaration.range.source.isLibrary) checkOther(reader, name, element);
      continue;
    }
    const read = readFunction(reader, name, element as FunctionPrototype);
    if (functions.has(read.function.name)) {
      reader.refuse(
        element.declaration.name.range,
        "name",
        `two exported functions are \`${read.function.name}\` in WIT.`,
        "Rename one of them.",
      );
    }
    functions.set(read.function.name, read);
  }
  return [...functions.values()];
}

/** One exported function with its WIT types. */
export function readFunction(reader: TypeReader, name: string, element: FunctionPrototype): ExportedFunction {
  const at = element.declaration.name.range;
  if (name === "default") {
    reader.refuse(
      at,
      "default export",
      "WIT functions have names.",
      `Write \`export function ${element.name === "default" ? "run" : element.name}(…)\`.`,
    );
  }
  if ((element.typeParameterNodes ?? []).length > 0) {
    reader.refuse(
      at,
      "generic function",
      "WIT has no type parameters.",
      "Export one function for each type, with the types filled in.",
    );
  }
  const signature = element.functionTypeNode;
  const { explicitThisType } = signature;
  if (explicitThisType !== null) {
    reader.refuse(
      explicitThisType.range,
      "this parameter",
      "a WIT function belongs to no object.",
      "Take the object as an ordinary parameter.",
    );
  }
  const params = signature.parameters.map((parameter) => {
    checkParameter(reader, parameter);
    const label = labelOf(reader, parameter.name.text, parameter.name.range);
    return { label, identifier: parameter.name.text, type: reader.readValue(parameter.type, element) };
  });
  checkDistinct(
    reader,
    params.map(({ label }, i) => ({ label, range: signature.parameters[i]?.name.range ?? at })),
  );
  const result = reader.read(signature.returnType, element);
  return {
    function: {
      name: labelOf(reader, name, at),
      identifier: name,
      params,
      ...(result === undefined ? {} : { result }),
    },
    element,
  };
}

function checkParameter(reader: TypeReader, parameter: ParameterNode): void {
  const name = parameter.name.text;
  if (parameter.parameterKind === ParameterKind.Rest) {
    reader.refuse(
      parameter.range,
      "rest parameter",
      "a WIT function has a fixed number of parameters.",
      `Write \`${name}: T[]\`.`,
    );
  }
  if (parameter.parameterKind === ParameterKind.Optional || parameter.initializer !== null) {
    const type = parameter.type.range.toString();
    const instead =
      type in NATIVE ? `Option<${type}>\` with \`import { Option } from "atoll"` : `${type} | null`;
    reader.refuse(
      parameter.range,
      "optional parameter",
      "a WIT function is always called with all its parameters.",
      `Write \`${name}: ${instead}\`.`,
    );
  }
}

/** Types are fine to export; values and objects with behaviour are not. */
function checkOther(reader: TypeReader, name: string, element: DeclaredElement): void {
  const at = element.declaration.name.range;
  switch (element.kind) {
    case ElementKind.Enum:
      readEnum(reader, element as Enum);
      return;
    case ElementKind.ClassPrototype:
      checkClass(reader, name, element as ClassPrototype);
      return;
    case ElementKind.Global:
      if ((element as Global).initializerNode?.kind === NodeKind.Function) {
        return reader.refuse(
          at,
          "exported arrow function",
          `\`${name}\` is a variable that holds a function.`,
          `Write \`export function ${name}(…): T { … }\`.`,
        );
      }
      return reader.refuse(
        at,
        "exported value",
        `\`${name}\` is a variable; components share no variables.`,
        `Export a function that returns it: \`export function ${name}(): T { … }\`, or leave out \`export\`.`,
      );
    case ElementKind.Namespace:
      return reader.refuse(
        at,
        "exported namespace",
        `\`${name}\`: an app exports one interface.`,
        "Export the functions themselves.",
      );
    default:
  }
}

function checkClass(reader: TypeReader, name: string, element: ClassPrototype): void {
  if (name === "default") {
    reader.refuse(
      element.declaration.name.range,
      "default export",
      "WIT types have names.",
      "Write `export class Name`.",
    );
  }
  if (isVariant(reader, element) || isCase(element)) {
    if (isVariant(reader, element)) readClass(reader, element, element.declaration.name.range);
    return;
  }
  const method = methodsOf(element)[0];
  if (method !== undefined) {
    reader.refuse(
      element.declaration.name.range,
      "exported class with methods",
      `\`${name}\` has methods (\`${method.name}\`), so it would be a resource; resources come with the next release.`,
      `Today: keep the objects in a Map and export functions taking an id, such as \`export function ${method.name}(id: u32)\`;\nor leave out \`export\` if only this app uses the class.`,
    );
  }
  if (element.typeParameterNodes === null) readClass(reader, element, element.declaration.name.range);
}

function isCase(element: ClassPrototype): boolean {
  return element.basePrototype?.is(CommonFlags.Abstract) ?? false;
}

/** `local:tokenizer/api` for `tokenizer.ts`; undefined if WIT cannot spell the file's name. */
export function defaultInterface(base: string): string | undefined {
  const name = kebabName(base.replaceAll(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase()));
  return name === undefined ? undefined : `local:${name}/api`;
}
