/**
 * An imported resource as a class: constructor, methods, static functions, and `drop`.
 */
import type { AsFunction, AsResource } from "./as-type.ts";
import { DROP_HANDLE, dropWhenCollected, HANDLE_FIELD } from "./codec/handle.ts";
import { comment } from "./doc-comment.ts";
import { type CallForm, declareCore, formsOf, type ImportContext, writeForm } from "./import-function.ts";

/** The class, after the declarations of the core imports that it calls. */
export function writeResource(context: ImportContext, resource: AsResource): string {
  const { codec, module, docs } = context;
  const { file } = codec;
  const name = file.use({ module: file.module, name: resource.identifier });
  const drop = file.declareInner(`${resource.identifier}_drop`);
  const outside = [
    `@external("${module}", "[resource-drop]${resource.name}")\ndeclare function ${drop}(handle: i32): void;`,
  ];
  const members = [
    `  /** The handle; 0 once the resource is dropped or given away. */\n  ${HANDLE_FIELD}: i32;`,
    ...constructors(context, resource, outside),
    ...resource.methods.flatMap((fn) => functions(context, fn, outside, true)),
    ...resource.statics.flatMap((fn) => functions(context, fn, outside)),
    `  /** Lets go of the resource now, and not when the collector finds that nobody has the object. */\n  drop(): void {\n    const handle = this.${HANDLE_FIELD};\n    this.${HANDLE_FIELD} = 0;\n    if (handle != 0) ${drop}(handle);\n  }`,
    `  static ${DROP_HANDLE}(handle: i32): void {\n    ${drop}(handle);\n  }`,
  ];
  const doc = comment(docs.of(resource.name));
  return `${outside.join("\n\n")}\n\n${doc}export class ${name} {\n${members.join("\n\n")}\n}`;
}

/** Objects of a resource without a constructor come from functions only. */
function constructors(
  context: ImportContext,
  { identifier, create }: AsResource,
  outside: string[],
): string[] {
  if (create === undefined) return ["  private constructor() {}"];
  const core = declare(context, create, outside);
  const make = context.codec.file.declareInner(`${identifier}_new`);
  const { params, locals, text } = writeForm(context, handleForm(create), core);
  outside.push(`function ${make}(${params}): i32 {\n${text}\n}`);
  const doc = comment(context.docs.of(create.name), "  ");
  const { file } = context.codec;
  const watch = dropWhenCollected(file, file.use({ module: file.module, name: identifier }));
  const constructor = `${doc}  constructor(${params}) {\n    this.${HANDLE_FIELD} = ${make}(${locals.join(", ")});\n    ${watch}\n  }`;
  const [, other] = formsOf(create);
  return other === undefined ? [constructor] : [constructor, member(context, other, core, "static ")];
}

/** The handle as a number: the object around it is there already. */
function handleForm(create: AsFunction): CallForm {
  const [form = { function: create, identifier: create.identifier }] = formsOf(create);
  const type = { kind: "s32" } as const;
  if (form.value === undefined) return { ...form, function: { ...create, result: type } };
  return { ...form, value: { type } };
}

function functions(context: ImportContext, fn: AsFunction, outside: string[], isMethod = false): string[] {
  const core = declare(context, fn, outside);
  return formsOf(fn).map((form) => member(context, form, core, isMethod ? "" : "static "));
}

function declare(context: ImportContext, fn: AsFunction, outside: string[]): string {
  const core = context.codec.file.declareInner(`${fn.exits ?? fn.identifier}_core`);
  outside.push(declareCore(context, fn, core));
  return core;
}

function member(context: ImportContext, form: CallForm, core: string, prefix: "" | "static "): string {
  const { params, result, text } = writeForm(context, form, core, prefix === "");
  const doc = comment(form.docs ?? context.docs.of(form.function.name), "  ");
  return `${doc}  ${prefix}${form.identifier}(${params}): ${result} {\n${text.replace(/^(?=.)/gm, "  ")}\n  }`;
}
