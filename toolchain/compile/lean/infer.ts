/**
 * The world that a program implies: what it exports, typed by its signatures.
 *
 * Exported functions become the exported interface; the classes and enums that
 * they mention, or that the program exports, become its types. Whatever else a
 * module can export has no meaning in WIT yet and is refused with its place.
 */
import type { ClassPrototype, DeclaredElement, Enum, File, FunctionPrototype, Global } from "assemblyscript";
import { type AsFunction, type AsResource, kebabName } from "../../bindgen/index.ts";
import { isVariant, labelOf, readClass } from "./class-type.ts";
import { readEnum } from "./enum-type.ts";
import { isResource, readResource, registerResource } from "./resource-type.ts";
import { CommonFlags, ElementKind, NodeKind } from "./syntax.ts";
import { readSignature } from "./read-signature.ts";
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

/** The resources of a program without WIT; from here on their classes mean them. */
export function inferResources(reader: TypeReader, file: File): AsResource[] {
  for (const [name, element] of exportsOf(file)) {
    if (element.kind !== ElementKind.ClassPrototype || element.declaration.range.source.isLibrary) continue;
    if (name !== "default" && isResource(reader, element as ClassPrototype))
      registerResource(reader, element as ClassPrototype);
  }
  return [...reader.resources].map(([element, own]) => readResource(reader, element as ClassPrototype, own));
}

/** The exported interface of a program without WIT, of the functions named. Types are left in `reader.named`. */
export function inferFunctions(
  reader: TypeReader,
  file: File,
  names: ReadonlySet<string>,
): ExportedFunction[] {
  const functions = new Map<string, ExportedFunction>();
  for (const [name, element] of exportsOf(file)) {
    if (element.kind !== ElementKind.FunctionPrototype) {
      // A type of an imported interface stays that interface's.
      if (!element.declaration.range.source.isLibrary) checkOther(reader, name, element);
      continue;
    }
    if (!names.has(name)) continue;
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
  return {
    function: { name: labelOf(reader, name, at), identifier: name, ...readSignature(reader, element) },
    element,
  };
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
  if (reader.resources.has(element)) return;
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
