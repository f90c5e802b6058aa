/** Declarations of an interface's types: classes and enums with their documentation. */
import type { AsField, AsNamedType, AsType, ClassRef } from "./as-type.ts";
import { comment, type Docs } from "./doc-comment.ts";
import { distinctNames, pascalName } from "./naming.ts";
import type { SourceFile } from "./source-file.ts";
import { spell } from "./spell.ts";

/** Takes the names of the types, so that each can be declared wherever another needs it. */
export function declareNames(file: SourceFile, types: readonly AsNamedType[]): void {
  for (const type of types) {
    if (type.from !== undefined) continue;
    file.declareType(type.identifier);
    if (type.type.kind !== "variant") continue;
    for (const c of type.type.cases) file.declareType(c.class.name);
  }
}

export function declareType(file: SourceFile, named: AsNamedType, docs: Docs): string {
  const { type, from, identifier, cases = [] } = named;
  if (from !== undefined)
    return [{ from, identifier }, ...cases].map((one) => reexport(file, one)).join("\n");
  const doc = comment(docs.of(named.name));
  const memberDoc = (label: string): string => comment(docs.of(`${named.name}.${label}`), "  ");
  switch (type.kind) {
    case "record":
      return `${doc}export class ${identifier} {\n${constructor(file, type.fields, memberDoc)}\n}`;
    case "variant":
      return `${doc}export abstract class ${identifier} {}${type.cases
        .map((c) => {
          const field = c.type === undefined ? [] : [valueField(c.label, c.type)];
          const inside = field.length === 0 ? "" : `\n${constructor(file, field, () => "", true)}\n`;
          const caseDoc = comment(docs.of(`${named.name}.${c.label}`));
          return `\n\n${caseDoc}export class ${c.class.name} extends ${identifier} {${inside}}`;
        })
        .join("")}`;
    case "enum":
    case "flags":
      return `${doc}export enum ${identifier} {\n${members(type.kind, type.labels, memberDoc)}}`;
    default:
      return `${doc}export type ${identifier} = ${spell(file, type)};`;
  }
}

function reexport(file: SourceFile, { from, identifier }: { from: ClassRef; identifier: string }): string {
  const as = from.name === identifier ? "" : ` as ${identifier}`;
  if (from.module === file.module) return `export { ${file.use(from)}${as} };`;
  return `export { ${from.name}${as} } from "${from.module}";`;
}

function valueField(label: string, type: AsType): AsField {
  return { label, identifier: "value", type };
}

function constructor(
  file: SourceFile,
  fields: readonly AsField[],
  docOf: (label: string) => string,
  derived = false,
): string {
  const params = fields.map((field) => {
    const doc = docOf(field.label).replace(/^ {2}(?=\S| \*)/gm, "    ");
    return `${doc}    public ${field.identifier}: ${spell(file, field.type)},\n`;
  });
  return `  constructor(\n${params.join("")}  ) {${derived ? "\n    super();\n  " : ""}}`;
}

function members(
  kind: "enum" | "flags",
  labels: readonly string[],
  docOf: (label: string) => string,
): string {
  return distinctNames(labels, pascalName)
    .map((name, i) => `${docOf(labels[i] ?? "")}  ${name} = ${kind === "enum" ? i : 1 << i},\n`)
    .join("");
}
