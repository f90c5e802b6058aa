/**
 * An exported class with methods → resource.
 *
 * A class that the app's file exports, that is no variant or case of one, and
 * that has a public method is a resource: constructor, public methods and
 * public static functions are its members, fields and accessors are not.
 * `drop` is no member: it is called when the owner lets go.
 */
import type { ClassPrototype, DeclaredElement, FunctionPrototype } from "assemblyscript";
import type { AsField, AsFunction, AsResource, AsType } from "../../bindgen/index.ts";
import { classRef, isVariant, labelOf, methodsOf, remember, typeLabel } from "./class-type.ts";
import { checkDistinct } from "./distinct.ts";
import { readSignature } from "./read-signature.ts";
import { CommonFlags, ElementKind } from "./syntax.ts";
import type { TypeReader } from "./type-reader.ts";

export type Handle = Extract<AsType, { readonly kind: "own" | "borrow" }>;

/** What the owner's `drop` calls. */
const DROP = "drop";
/** The object of a method, among its parameters. */
const SELF = "self";

/** Whether an exported class is a resource. */
export function isResource(reader: TypeReader, prototype: ClassPrototype): boolean {
  if (isVariant(reader, prototype) || (prototype.basePrototype?.is(CommonFlags.Abstract) ?? false))
    return false;
  return methodsOf(prototype).some(isPublic);
}

/** Makes the name of the class mean the resource, wherever a signature has it. */
export function registerResource(reader: TypeReader, prototype: ClassPrototype): void {
  const at = prototype.declaration.name.range;
  if ((prototype.typeParameterNodes ?? []).length > 0) {
    reader.refuse(
      at,
      "generic class",
      `\`${prototype.name}\` has methods, so it is a resource, and WIT has no generic types of one's own.`,
      "Write a class with the types filled in, or leave out `export`.",
    );
  }
  if (prototype.basePrototype !== null && !prototype.implicitlyExtendsObject) {
    reader.refuse(
      at,
      "inheritance",
      `\`${prototype.name}\` has methods, so it is a resource, and a resource has no base.`,
      "Hold the other object in a field.",
    );
  }
  const name = typeLabel(reader, prototype);
  const resource = { name: { name, owner: reader.input.owner } };
  const own: Handle = { kind: "own", resource, as: classRef(reader, prototype), exported: true };
  reader.resources.set(prototype, own);
  remember(reader, prototype, own);
}

/** The members of a class that is a resource of the inferred interface. */
export function readResource(reader: TypeReader, prototype: ClassPrototype, own: Handle): AsResource {
  const name = own.resource.name?.name ?? "";
  const methods = methodsOf(prototype).filter((member) => isPublic(member) && member.name !== DROP);
  const statics = staticsOf(prototype).filter(isPublic);
  checkDistinct(
    reader,
    [...methods, ...statics].map((member) => ({
      label: memberLabel(reader, member),
      range: member.declaration.name.range,
    })),
  );
  const create = readConstructor(reader, prototype, own);
  return {
    name,
    identifier: prototype.name,
    resource: own.resource,
    implementation: { class: own.as, drops: hasDrop(reader, prototype) },
    ...(create && { create: { ...create, name: `[constructor]${name}` } }),
    methods: methods.map((member) => ({
      ...readMethod(reader, member, own),
      name: `[method]${name}.${memberLabel(reader, member)}`,
    })),
    statics: statics.map((member) => ({
      ...readStatic(reader, member),
      name: `[static]${name}.${memberLabel(reader, member)}`,
    })),
  };
}

/** Undefined if only the program makes such objects. */
export function readConstructor(
  reader: TypeReader,
  prototype: ClassPrototype,
  own: Handle,
): AsFunction | undefined {
  const maker = prototype.constructorPrototype;
  const named = { name: "", identifier: "constructor", result: own };
  if (maker === null) return { ...named, params: [] };
  if (!isPublic(maker)) return undefined;
  return { ...named, params: readSignature(reader, maker, false).params };
}

export function readMethod(reader: TypeReader, member: FunctionPrototype, own: Handle): AsFunction {
  const self: AsField = { label: SELF, identifier: SELF, type: { ...own, kind: "borrow" } };
  const { params, ...rest } = readSignature(reader, member);
  return { name: "", identifier: member.name, params: [self, ...params], ...rest };
}

export function readStatic(reader: TypeReader, member: FunctionPrototype): AsFunction {
  return { name: "", identifier: member.name, ...readSignature(reader, member) };
}

/** Whether the class has the method that is called when the owner lets go. */
export function hasDrop(reader: TypeReader, prototype: ClassPrototype): boolean {
  const drop = methodsOf(prototype).find(({ name }) => name === DROP);
  if (drop === undefined || !isPublic(drop)) return false;
  const { parameters, returnType } = drop.functionTypeNode;
  if (parameters.length > 0 || returnType.range.toString() !== "void") {
    reader.refuse(
      drop.declaration.name.range,
      "drop",
      "it is called when the owner lets go of the object, without arguments, and nobody waits for a result.",
      "Write `drop(): void`, or give the method another name.",
    );
  }
  return true;
}

/** A public method or static function by its name in the program. */
export function memberOf(
  prototype: ClassPrototype,
  identifier: string,
  kind: "method" | "static",
): FunctionPrototype | undefined {
  const members = kind === "method" ? methodsOf(prototype) : staticsOf(prototype);
  return members.find((member) => member.name === identifier && isPublic(member));
}

function staticsOf(prototype: ClassPrototype): FunctionPrototype[] {
  return [...(prototype.members?.values() ?? [])].filter(
    (member): member is FunctionPrototype => member.kind === ElementKind.FunctionPrototype,
  );
}

function isPublic(member: DeclaredElement): boolean {
  return !member.isAny(CommonFlags.Private | CommonFlags.Protected);
}

function memberLabel(reader: TypeReader, member: FunctionPrototype): string {
  return labelOf(reader, member.name, member.declaration.name.range);
}
