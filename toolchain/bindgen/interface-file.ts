/**
 * One file per interface: its types, and its functions if it is imported.
 *
 * A program reads it as the interface's documentation and imports from it.
 */
import type { AsFunction, AsNamedType } from "./as-type.ts";
import type { BindingsFile } from "./bindings.ts";
import { codecFor } from "./codec/index.ts";
import { areaSize } from "./core-signature.ts";
import { declareNames, declareType } from "./declare.ts";
import { Docs } from "./doc-comment.ts";
import { writeImport } from "./import-function.ts";
import { SourceFile } from "./source-file.ts";

export interface InterfaceFileInput {
  /** Absent for functions that a world imports without an interface. */
  readonly name?: string;
  readonly module: string;
  readonly path: string;
  readonly types: readonly AsNamedType[];
  /** Imported ones; the functions of an exported interface are the program's. */
  readonly functions: readonly AsFunction[];
  readonly docs?: ReadonlyMap<string, string>;
}

export function interfaceFile(input: InterfaceFileInput): BindingsFile {
  const docs = new Docs(input.docs, input.name);
  const file = new SourceFile(input.module);
  declareNames(file, input.types);
  for (const type of input.types) file.add(declareType(file, type, docs));
  if (input.functions.length > 0) addFunctions(file, input, docs);
  return { path: input.path, module: input.module, text: file.text(opening(input, docs)) };
}

function addFunctions(file: SourceFile, input: InterfaceFileInput, docs: Docs): void {
  const codec = codecFor(file);
  const size = areaSize(input.functions, "lower");
  const area = size === 0 ? "" : file.declareInner("area");
  if (size !== 0) file.add(`/** Where callees write results. */\nconst ${area} = memory.data(${size}, 8);`);
  for (const fn of input.functions) {
    file.add(writeImport(codec, fn, input.name ?? "$root", area, docs));
  }
}

function opening(input: InterfaceFileInput, docs: Docs): string {
  const what = input.name === undefined ? "Functions that the world imports." : `Interface ${input.name}.`;
  const lines = [what, "", "Generated from WIT by `atoll build`: changes are lost."];
  const doc = docs.ofInterface();
  if (doc !== undefined) lines.splice(1, 0, "", ...doc.trim().replaceAll("*/", "*\\/").split("\n"));
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
}
