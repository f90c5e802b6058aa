/**
 * The core exports of a resource that the program implements: its class, called.
 */
import { AbiError, handlesIn } from "../abi/index.ts";
import type { AsFunction, AsResource, AsType } from "./as-type.ts";
import { RESOURCE, type SourceFile } from "./source-file.ts";

/** A core export, and how the program's function is called for it. */
export interface ExportedCall {
  readonly function: AsFunction;
  /** Wanted name of the core function in the entry. */
  readonly identifier: string;
  /** The call, from the program's values. */
  readonly call: (args: readonly string[]) => string;
}

type Implementation = NonNullable<AsResource["implementation"]>;

/** Constructor, methods and static functions of a class; none for a resource that is only used. */
export function callsOf(file: SourceFile, resource: AsResource): ExportedCall[] {
  const { implementation, create, methods, statics } = resource;
  if (implementation === undefined) return [];
  const name = file.use(implementation.class);
  const called = (fn: AsFunction, call: ExportedCall["call"]): ExportedCall => ({
    function: fn,
    identifier: `${resource.identifier}_${fn.identifier}`,
    call,
  });
  return [
    ...(create === undefined ? [] : [called(create, (args) => `new ${name}(${args.join(", ")})`)]),
    ...methods.map((fn) => called(fn, ([self, ...args]) => `${self}.${fn.identifier}(${args.join(", ")})`)),
    ...statics.map((fn) => called(fn, (args) => `${name}.${fn.identifier}(${args.join(", ")})`)),
  ];
}

/** The destructor: the object leaves the table, and hears of it if it wants to. */
export function destructor(file: SourceFile, { class: cls, drops }: Implementation, name: string): string {
  const remove = `${file.use({ module: RESOURCE, name: "removeObject" })}<${file.use(cls)}>`;
  const body = file.body();
  const [rep, object] = [body.fresh("rep"), body.fresh("object")];
  if (drops) {
    body.line(`const ${object} = ${remove}(${rep});`);
    body.line(`if (${object} !== null) ${object}.drop();`);
  } else {
    body.line(`${remove}(${rep});`);
  }
  return `export function ${name}(${rep}: i32): void {\n${body.text()}\n}`;
}

/**
 * The parameters that lend a handle of an imported resource, which ends with the call.
 * @throws AbiError where such a handle lies inside another value.
 */
export function lentParameters(fn: AsFunction): number[] {
  return fn.params.flatMap(({ label, type }, i) => {
    if (isLent(type)) return [i];
    if (!holdsLent(type)) return [];
    throw new AbiError(
      `function ${fn.name} / parameter ${label}`,
      "a borrowed handle of an imported resource inside another value is not supported yet; make it a parameter of its own, or pass it as own",
    );
  });
}

function isLent(type: AsType): boolean {
  return type.kind === "borrow" && type.exported !== true;
}

function holdsLent(type: AsType): boolean {
  return handlesIn([type]).some((handle) => handle.kind === "borrow" && !("exported" in handle));
}
