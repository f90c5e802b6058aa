/**
 * A class → record, or an abstract class with its subclasses → variant.
 *
 * A record is a class of public fields. A variant is an abstract class without
 * fields and one subclass for each case, `ShapeCircle extends Shape`, with at
 * most one field `value`; the case is named by what follows the base's name.
 */
import type {
  ClassPrototype,
  DeclaredElement,
  Element,
  FieldDeclaration,
  FunctionPrototype,
  PropertyPrototype,
  Range,
} from "assemblyscript";
import { CommonFlags, DecoratorFlags, ElementKind } from "./syntax.ts";
import {
  type AsCase,
  type AsField,
  type AsType,
  type ClassRef,
  type Construct,
  kebabName,
} from "../../bindgen/index.ts";
import { checkDistinct } from "./distinct.ts";
import type { TypeReader } from "./type-reader.ts";

interface ReadField extends AsField {
  readonly declaration: FieldDeclaration;
}

/** Reads a class of the program; `used` is where a signature names it. */
export function readClass(reader: TypeReader, prototype: ClassPrototype, used: Range): AsType {
  const known = reader.named.get(typeLabel(reader, prototype));
  if (known?.element === prototype) return known.type;
  if ((prototype.typeParameterNodes ?? []).length > 0) {
    reader.refuse(
      used,
      "generic class",
      "WIT has no generic types of one's own.",
      `Write a class with the types filled in, or use Tuple2<…>, Option<…>, Result<…> from "atoll".`,
    );
  }
  if (prototype.hasDecorator(DecoratorFlags.Unmanaged)) {
    reader.refuse(
      used,
      "unmanaged class",
      `\`${prototype.name}\` is memory that the collector does not know; nobody would free it.`,
      "Leave out `@unmanaged`.",
    );
  }
  if (reader.open.has(prototype)) {
    reader.refuse(
      used,
      "recursive type",
      `\`${prototype.name}\` contains itself; WIT types are finite.`,
      "Keep the items in an array and refer to one another by index.",
    );
  }
  reader.open.add(prototype);
  const type = isVariant(reader, prototype)
    ? readVariant(reader, prototype)
    : readRecord(reader, prototype, used);
  reader.open.delete(prototype);
  return remember(reader, prototype, type);
}

/** Methods other than the constructor; fields and accessors are none. */
export function methodsOf(prototype: ClassPrototype): FunctionPrototype[] {
  return membersOf(prototype).filter(
    (member): member is FunctionPrototype =>
      member.kind === ElementKind.FunctionPrototype && member.name !== "constructor",
  );
}

export function isVariant(reader: TypeReader, prototype: ClassPrototype): boolean {
  return prototype.is(CommonFlags.Abstract) || reader.subclasses(prototype).length > 0;
}

function readRecord(reader: TypeReader, prototype: ClassPrototype, used: Range): AsType {
  const base = prototype.basePrototype;
  if (base !== null && !prototype.implicitlyExtendsObject) {
    if (base.is(CommonFlags.Abstract)) {
      reader.refuse(
        used,
        "case of a variant",
        `\`${prototype.name}\` is one case of \`${base.name}\`; WIT has no type for one case alone.`,
        `Use \`${base.name}\`, or a class of its own.`,
      );
    }
    reader.refuse(
      prototype.declaration.name.range,
      "inheritance",
      `\`${prototype.name}\` extends \`${base.name}\`; a record has no base.`,
      "Repeat the fields, or hold the other object in a field.",
    );
  }
  const fields = fieldsOf(reader, prototype);
  if (fields.length === 0) {
    reader.refuse(
      prototype.declaration.name.range,
      "class without fields",
      "WIT has no empty records.",
      "Give the class a field, or write `void` where nothing is passed.",
    );
  }
  return {
    kind: "record",
    fields: fields.map(({ label, identifier, type }) => ({ label, identifier, type })),
    as: { class: classRef(reader, prototype), construct: constructOf(reader, prototype, fields) },
    name: { name: typeLabel(reader, prototype), owner: reader.input.owner },
  };
}

function readVariant(reader: TypeReader, base: ClassPrototype): AsType {
  const range = base.declaration.name.range;
  if (!base.is(CommonFlags.Abstract)) {
    reader.refuse(
      range,
      "inheritance",
      `\`${base.name}\` has subclasses, but is not abstract.`,
      `For a variant write \`export abstract class ${base.name} {}\`; a record has no subclasses.`,
    );
  }
  const own = fieldsOf(reader, base);
  if (own.length > 0) {
    reader.refuse(
      own[0]?.declaration.range ?? range,
      "field in the base of a variant",
      `\`${base.name}\` has subclasses, so it is a variant, and each case holds its own value.`,
      "Move the field into a record that holds both: the field and the variant.",
    );
  }
  const subclasses = reader.subclasses(base);
  if (subclasses.length === 0) {
    reader.refuse(
      range,
      "abstract class",
      `\`${base.name}\` has no subclasses; a variant needs a case.`,
      `Write \`export class ${base.name}Some extends ${base.name} { constructor(public value: string) { super(); } }\`.`,
    );
  }
  const cases = subclasses.map((subclass) => readCase(reader, base, subclass));
  checkDistinct(
    reader,
    cases.map(({ label }, i) => ({ label, range: subclasses[i]?.declaration.name.range ?? range })),
  );
  return {
    kind: "variant",
    cases,
    as: classRef(reader, base),
    name: { name: typeLabel(reader, base), owner: reader.input.owner },
  };
}

function readCase(reader: TypeReader, base: ClassPrototype, subclass: ClassPrototype): AsCase {
  const range = subclass.declaration.name.range;
  if (reader.subclasses(subclass).length > 0) {
    reader.refuse(
      range,
      "inheritance",
      `\`${subclass.name}\` is a case of \`${base.name}\` and has subclasses itself.`,
      `Let every case extend \`${base.name}\`.`,
    );
  }
  const fields = fieldsOf(reader, subclass);
  const [field, second] = fields;
  if (second !== undefined) {
    reader.refuse(
      second.declaration.range,
      "case with several fields",
      `a case of a variant holds at most one value; \`${subclass.name}\` has ${fields.length} fields.`,
      "Put the fields into a class of their own, and hold that in the field `value`.",
    );
  }
  const short = subclass.name.startsWith(base.name) ? subclass.name.slice(base.name.length) : subclass.name;
  return {
    label: labelOf(reader, short === "" ? subclass.name : short, range),
    class: classRef(reader, subclass),
    construct: constructOf(reader, subclass, fields),
    ...(field === undefined ? {} : { type: field.type, identifier: field.identifier }),
  };
}

function fieldsOf(reader: TypeReader, prototype: ClassPrototype): ReadField[] {
  const fields: ReadField[] = [];
  for (const member of membersOf(prototype)) {
    if (member.kind !== ElementKind.PropertyPrototype) continue;
    const declaration = (member as PropertyPrototype).fieldDeclaration;
    if (declaration === null) continue;
    if (declaration.isAny(CommonFlags.Private | CommonFlags.Protected)) {
      reader.refuse(
        declaration.range,
        "private field",
        `\`${prototype.name}\` crosses a component's border, where all fields are visible.`,
        "Make the field public, or pass a class without it.",
      );
    }
    if (declaration.type === null) {
      reader.refuse(
        declaration.range,
        "missing type",
        "a field needs its type.",
        `Write \`${member.name}: T\`.`,
      );
    }
    fields.push({
      label: labelOf(reader, member.name, declaration.name.range),
      identifier: member.name,
      type: reader.readValue(declaration.type, prototype),
      declaration,
    });
  }
  checkDistinct(
    reader,
    fields.map(({ label, declaration }) => ({ label, range: declaration.name.range })),
  );
  return fields;
}

/** How glue may make the object; see `Construct`. Without a fitting constructor it sets the fields itself. */
function constructOf(reader: TypeReader, prototype: ClassPrototype, fields: readonly ReadField[]): Construct {
  const construct = fittingConstructor(prototype, fields);
  const fixed = fields.find(({ declaration }) => declaration.is(CommonFlags.Readonly));
  if (construct === "fields" || fixed === undefined) return construct;
  return reader.refuse(
    fixed.declaration.range,
    "readonly field",
    `the bindings cannot set \`${fixed.identifier}\`, unless the constructor of \`${prototype.name}\` takes exactly its fields.`,
    `Write \`constructor(${fields.map(({ identifier }) => `readonly ${identifier}: …`).join(", ")}) {}\`, or leave out \`readonly\`.`,
  );
}

function fittingConstructor(prototype: ClassPrototype, fields: readonly ReadField[]): Construct {
  const maker = prototype.constructorPrototype;
  if (maker === null) return fields.every(hasDefault) ? "empty" : "bare";
  if (maker.isAny(CommonFlags.Private | CommonFlags.Protected)) return "bare";
  const { parameters } = maker.functionTypeNode;
  const same =
    parameters.length === fields.length && parameters.every((parameter, i) => isField(parameter, fields[i]));
  if (same) return "fields";
  return parameters.every((parameter) => parameter.initializer !== null) ? "empty" : "bare";
}

function isField(
  parameter: { name: { text: string }; type: { range: Range } },
  field: ReadField | undefined,
): boolean {
  return (
    parameter.name.text === field?.identifier &&
    parameter.type.range.toString() === field.declaration.type?.range.toString()
  );
}

/** Objects that may not be null must be set by somebody: AssemblyScript refuses `new` otherwise. */
function hasDefault(field: ReadField): boolean {
  return (
    field.declaration.initializer !== null || field.type.kind === "option" || VALUES.has(field.type.kind)
  );
}

const VALUES = new Set([
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
  "enum",
  "flags",
]);

function membersOf(prototype: ClassPrototype): DeclaredElement[] {
  return [...(prototype.instanceMembers?.values() ?? [])];
}

/** The import that glue names a class by; it must be exported for that. */
export function classRef(reader: TypeReader, element: DeclaredElement): ClassRef {
  const range = element.declaration.name.range;
  if (!element.is(CommonFlags.Export)) {
    const what = element.kind === ElementKind.Enum ? "enum" : "class";
    reader.refuse(
      range,
      `${what} that is not exported`,
      `\`${element.name}\` crosses the component's border, so the bindings must be able to import it.`,
      `Write \`export ${what} ${element.name}\`.`,
    );
  }
  return { name: element.name, module: reader.input.specifier(range.source.normalizedPath) };
}

export function typeLabel(reader: TypeReader, element: DeclaredElement): string {
  return labelOf(reader, element.name, element.declaration.name.range);
}

/** The kebab-case name, or an error at `range`. */
export function labelOf(
  reader: TypeReader,
  name: string,
  range: Range,
  spell: (name: string) => string | undefined = kebabName,
): string {
  const label = spell(name);
  if (label !== undefined) return label;
  return reader.refuse(
    range,
    "name",
    `\`${name}\` cannot be written in WIT, whose names are words of letters and digits.`,
    "Rename it in camelCase: letters first, digits after letters, no `$`.",
  );
}

/** Two classes of one name in different files would be one WIT type: refuse that. */
export function remember(reader: TypeReader, element: DeclaredElement & Element, type: AsType): AsType {
  const label = typeLabel(reader, element);
  const known = reader.named.get(label);
  if (known !== undefined && known.element !== element) {
    reader.refuse(
      element.declaration.name.range,
      "name",
      `\`${label}\` names two types of this interface.`,
      "Rename one of the classes.",
    );
  }
  if (known !== undefined) return known.type;
  reader.named.set(label, { element, type });
  return type;
}
