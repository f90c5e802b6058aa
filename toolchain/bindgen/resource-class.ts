/**
 * An imported resource as a class: constructor, methods, static functions, and `drop`.
 */
import type { AsFunction, AsResource } from "./as-type.ts";
import type { Codec } from "./codec/index.ts";
import { HANDLE_FIELD } from "./codec/handle.ts";
import { comment, type Docs } from "./doc-comment.ts";
import { declareCore, writeBody } from "./import-function.ts";
import { spell } from "./spell.ts";

interface Context {
  readonly codec: Codec;
  /** Core module name of the imports. */
  readonly module: string;
  /** The file's return area. */
  readonly area: string;
  readonly docs: Docs;
}

/** The class, after the declarations of the core imports that it calls. */
export function writeResource(context: Context, resource: AsResource): string {
  const { codec, module, docs } = context;
  const { file } = codec;
  const name = file.use({ module: file.module, name: resource.identifier });
  const drop = file.declareInner(`${resource.identifier}_drop`);
  const outside = [
    `@external("${module}", "[resource-drop]${resource.name}")\ndeclare function ${drop}(handle: i32): void;`,
  ];
  const members = [
    `  /** The handle; 0 once the resource is dropped or given away. */\n  ${HANDLE_FIELD}: i32;`,
    constructorOf(context, resource, outside),
    ...resource.methods.map((fn) => method(context, resource, fn, outside)),
    ...resource.statics.map((fn) => method(context, resource, fn, outside)),
    `  /** Lets go of the resource. Not needed for one that was given away. */\n  drop(): void {\n    const handle = this.${HANDLE_FIELD};\n    this.${HANDLE_FIELD} = 0;\n    if (handle != 0) ${drop}(handle);\n  }`,
  ];
  const doc = comment(docs.of(resource.name));
  return `${outside.join("\n\n")}\n\n${doc}export class ${name} {\n${members.join("\n\n")}\n}`;
}

/** Objects of a resource without a constructor come from functions only. */
function constructorOf(context: Context, { identifier, create }: AsResource, outside: string[]): string {
  if (create === undefined) return "  private constructor() {}";
  const { codec } = context;
  // The handle as a number: the object around it is there already.
  const fn: AsFunction = { ...create, result: { kind: "s32" } };
  const make = codec.file.declareInner(`${identifier}_new`);
  const { params, locals, text } = written(context, fn, outside);
  outside.push(`function ${make}(${params}): i32 {\n${text}\n}`);
  return `  constructor(${params}) {\n    this.${HANDLE_FIELD} = ${make}(${locals.join(", ")});\n  }`;
}

function method(context: Context, { methods }: AsResource, fn: AsFunction, outside: string[]): string {
  const isMethod = methods.includes(fn);
  const { params, text } = written(context, fn, outside, isMethod);
  const result = fn.result === undefined ? "void" : spell(context.codec.file, fn.result);
  const head = `${isMethod ? "" : "static "}${fn.identifier}(${params}): ${result}`;
  const doc = comment(context.docs.of(fn.name), "  ");
  return `${doc}  ${head} {\n${text.replace(/^(?=.)/gm, "  ")}\n  }`;
}

/** A function's parameters and statements; its core import goes to `outside`. `self`: the first is `this`. */
function written(
  { codec, module, area }: Context,
  fn: AsFunction,
  outside: string[],
  self = false,
): { readonly params: string; readonly locals: readonly string[]; readonly text: string } {
  const { file } = codec;
  const core = file.declareInner(`${fn.identifier}_core`);
  outside.push(declareCore(codec, fn, module, core));
  const body = file.body();
  const locals = fn.params.map((param, i) => (self && i === 0 ? "this" : body.fresh(param.identifier)));
  const listed = fn.params.flatMap((param, i) =>
    self && i === 0 ? [] : [`${locals[i]}: ${spell(file, param.type)}`],
  );
  writeBody(codec, body, fn, core, locals, area);
  return { params: listed.join(", "), locals, text: body.text() };
}
