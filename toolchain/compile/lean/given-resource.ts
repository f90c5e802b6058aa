/** Classes of a program that implement the resources of given WIT. */
import type { ClassPrototype, DeclaredElement } from "assemblyscript";
import { printFunction } from "../../abi/index.ts";
import { type AsFunction, type AsInterface, type AsResource, pascalName } from "../../bindgen/index.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { App } from "./app.ts";
import { classRef } from "./class-type.ts";
import { placeOf } from "./place.ts";
import { type Handle, hasDrop, memberOf, readConstructor, readMethod, readStatic } from "./resource-type.ts";
import { whyLonger } from "./signature.ts";
import { ElementKind } from "./syntax.ts";
import type { TypeReader } from "./type-reader.ts";

interface FitInput {
  readonly app: App;
  readonly reader: TypeReader;
  /** What the app's file exports. */
  readonly found: ReadonlyMap<string, DeclaredElement>;
  readonly problems: Diagnostic[];
  /** Notes what is wrong with a signature; the function as the program spells it. */
  readonly check: (
    item: AsInterface,
    expected: AsFunction,
    read: AsFunction,
    at: DeclaredElement,
  ) => AsFunction;
}

export class ResourceFit {
  readonly #input: FitInput;

  constructor(input: FitInput) {
    this.#input = input;
  }

  /** Makes the names of classes mean the resources, before any signature is read. */
  register(item: AsInterface): void {
    const { reader } = this.#input;
    for (const { identifier, resource, implementation } of item.resources) {
      const prototype = this.#class(identifier);
      if (implementation === undefined || prototype === undefined) continue;
      reader.resources.set(prototype, {
        kind: "own",
        resource,
        as: classRef(reader, prototype),
        exported: true,
      });
    }
  }

  /** The resource with the types that the program's class gives its members. */
  fit(item: AsInterface, resource: AsResource): AsResource {
    if (resource.implementation === undefined) return resource;
    const { reader } = this.#input;
    const prototype = this.#class(resource.identifier);
    const own = prototype && reader.resources.get(prototype);
    if (prototype === undefined || own === undefined) {
      this.#missing(item, resource);
      return resource;
    }
    const { create } = resource;
    return {
      ...resource,
      implementation: { class: own.as, drops: hasDrop(reader, prototype) },
      ...(create && { create: this.#fitConstructor(item, create, prototype, own) }),
      methods: resource.methods.map((one) => this.#fitMember(item, one, prototype, own, "method")),
      statics: resource.statics.map((one) => this.#fitMember(item, one, prototype, own, "static")),
    };
  }

  #fitConstructor(
    item: AsInterface,
    expected: AsFunction,
    prototype: ClassPrototype,
    own: Handle,
  ): AsFunction {
    const { reader, check } = this.#input;
    const read = readConstructor(reader, prototype, own);
    if (read !== undefined) return check(item, expected, read, prototype.constructorPrototype ?? prototype);
    this.#missingMember(item, expected, prototype, "constructor");
    return expected;
  }

  #fitMember(
    item: AsInterface,
    expected: AsFunction,
    prototype: ClassPrototype,
    own: Handle,
    kind: "method" | "static",
  ): AsFunction {
    const { reader, check } = this.#input;
    const member = memberOf(prototype, expected.identifier, kind);
    if (member === undefined) {
      this.#missingMember(item, expected, prototype, kind === "method" ? "method" : "static function");
      return expected;
    }
    const read = kind === "method" ? readMethod(reader, member, own) : readStatic(reader, member);
    return check(item, expected, read, member);
  }

  #class(identifier: string): ClassPrototype | undefined {
    const element = this.#input.found.get(identifier);
    return element?.kind === ElementKind.ClassPrototype ? (element as ClassPrototype) : undefined;
  }

  #missing(item: AsInterface, { name, identifier }: AsResource): void {
    const { app, problems } = this.#input;
    problems.push({
      file: app.file,
      construct: "missing class",
      message: `the world exports the resource \`${item.name}#${name}\`, but ${app.base}.ts exports no class \`${identifier}\`.`,
      hint: `Write \`export class ${identifier} { … }\` with its constructor and methods; \`drop(): void\` is called when the owner lets go.${whyLonger({ identifier }, pascalName(name))}`,
    });
  }

  #missingMember(item: AsInterface, expected: AsFunction, prototype: ClassPrototype, what: string): void {
    const { app, problems } = this.#input;
    const named = what === "constructor" ? what : `${what} \`${expected.identifier}\``;
    const place = placeOf(prototype.declaration.name.range, app.fileOf);
    problems.push({
      ...place,
      construct: `missing ${what}`,
      message: `the world exports \`${item.name}#${expected.name}\`, but \`${prototype.name}\` has no public ${named}.`,
      hint: `WIT: ${printFunction({ async: false, ...expected })}`,
    });
  }
}
