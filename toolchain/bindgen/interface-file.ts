/**
 * One file per interface: its types, and its functions if it is imported.
 *
 * A program reads it as the interface's documentation and imports from it.
 */
import type { AsFunction, AsNamedType, AsResource, ClassRef } from "./as-type.ts";
import type { BindingsFile } from "./bindings.ts";
import { codecFor } from "./codec/index.ts";
import { areaSize } from "./core-signature.ts";
import { declareNames, declareType } from "./declare.ts";
import { Docs } from "./doc-comment.ts";
import { writeImport } from "./import-function.ts";
import { writeResource } from "./resource-class.ts";
import { SourceFile } from "./source-file.ts";

export interface InterfaceFileInput {
  /** Absent for functions that a world imports without an interface. */
  readonly name?: string;
  readonly module: string;
  readonly path: string;
  readonly types: readonly AsNamedType[];
  readonly resources: readonly AsResource[];
  /** Imported ones; the functions of an exported interface are the program's. */
  readonly functions: readonly AsFunction[];
  readonly docs?: ReadonlyMap<string, string>;
  /** Module whose names it has too. */
  readonly guardedView?: string;
}

export function interfaceFile(input: InterfaceFileInput): BindingsFile {
  const docs = new Docs(input.docs, input.name);
  const file = new SourceFile(input.module);
  declareNames(file, input.types);
  for (const { from, identifier } of input.resources) if (from === undefined) file.declareType(identifier);
  for (const type of input.types) file.add(declareType(file, type, docs));
  addFunctions(file, input, docs);
  if (input.guardedView !== undefined) file.add(`export * from "${input.guardedView}";`);
  return { path: input.path, module: input.module, text: file.text(opening(input, docs)) };
}

function addFunctions(file: SourceFile, input: InterfaceFileInput, docs: Docs): void {
  const codec = codecFor(file);
  const members = input.resources.flatMap(({ create, methods, statics }) => [
    ...(create === undefined ? [] : [create]),
    ...methods,
    ...statics,
  ]);
  const size = areaSize([...input.functions, ...members], "lower");
  const area = size === 0 ? "" : file.declareInner("area");
  if (size !== 0) file.add(`/** Where callees write results. */\nconst ${area} = memory.data(${size}, 8);`);
  const context = { codec, module: input.name ?? "$root", area, docs };
  for (const resource of input.resources) {
    const { from, identifier } = resource;
    if (from === undefined) file.add(writeResource(context, resource));
    else file.add(reExport(from, identifier));
  }
  for (const fn of input.functions) file.add(writeImport(context, fn));
}

function reExport({ module, name }: ClassRef, identifier: string): string {
  return `export { ${name}${name === identifier ? "" : ` as ${identifier}`} } from "${module}";`;
}

function opening(input: InterfaceFileInput, docs: Docs): string {
  const what = input.name === undefined ? "Functions that the world imports." : `Interface ${input.name}.`;
  const lines = [what, "", "Generated from WIT by `atoll build`: changes are lost."];
  const doc = docs.ofInterface();
  if (doc !== undefined) lines.splice(1, 0, "", ...doc.trim().replaceAll("*/", "*\\/").split("\n"));
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
}
