/**
 * The core exports of a resource that the program implements: its class, called.
 */
import { handlesIn } from "../abi/index.ts";
import type { AsFunction, AsResource } from "./as-type.ts";
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

/** Whether a call lends handles of imported resources, in whatever values: the loans end with it. */
export function lends({ params }: AsFunction): boolean {
  const handles = handlesIn(params.map(({ type }) => type));
  return handles.some((handle) => handle.kind === "borrow" && !("exported" in handle));
}
