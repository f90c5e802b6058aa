/** A function of an imported interface: typed outside, core values inside. */
import { flattenFunction, plainName, recordLayout, variantLayout } from "../abi/index.ts";
import type { AsFunction, AsType } from "./as-type.ts";
import type { Body } from "./body.ts";
import { needsScratch, type Codec } from "./codec/index.ts";
import { coreNames } from "./core-signature.ts";
import { comment, type Docs } from "./doc-comment.ts";
import { FAULT, SCRATCH } from "./source-file.ts";
import { spell } from "./spell.ts";

/** Where the functions of an interface come from, and what they need. */
export interface ImportContext {
  readonly codec: Codec;
  /** Core module name of the imports, such as `search:index/api@0.1.0`. */
  readonly module: string;
  /** The file's return area. */
  readonly area: string;
  readonly docs: Docs;
}

/** The declaration of the core import, and the functions that programs call. */
export function writeImport(context: ImportContext, fn: AsFunction): string {
  const { codec, docs } = context;
  const core = codec.file.declareInner(`${fn.exits ?? fn.identifier}_core`);
  const forms = formsOf(fn).map((form) => {
    const declared = codec.file.declareFunction(form.identifier);
    const { params, result, text } = writeForm(context, form, core);
    const exported = declared === form.identifier ? "export " : "";
    const alias = exported === "" ? `\nexport { ${declared} as ${form.identifier} };` : "";
    const doc = comment(form.docs ?? docs.of(fn.name));
    return `${doc}${exported}function ${declared}(${params}): ${result} {\n${text}\n}${alias}`;
  });
  return [declareCore(context, fn, core), ...forms].join("\n\n");
}

/** One way to call a function: with all of its result, or with the value alone. */
export interface CallForm {
  readonly function: AsFunction;
  readonly identifier: string;
  /** What the program gets; on a fault it ends instead. Absent: it gets the whole result. */
  readonly value?: { readonly type?: AsType };
  /** Where WIT has no words for it. */
  readonly docs?: string;
}

/** A function of a guarded view is there twice, any other once. */
export function formsOf(fn: AsFunction): CallForm[] {
  const { identifier, exits, result } = fn;
  if (exits === undefined || result?.kind !== "result") return [{ function: fn, identifier }];
  const value = result.ok === undefined ? {} : { type: result.ok };
  const docs = `As \`${exits === "constructor_" ? "new" : exits}\`, and a fault of the callee is a value.`;
  return [
    { function: fn, identifier: exits, value },
    { function: fn, identifier, docs },
  ];
}

/** Parameters, result and statements of the function. `self`: the first parameter is `this`. */
export function writeForm(
  context: ImportContext,
  form: CallForm,
  core: string,
  self = false,
): {
  readonly params: string;
  readonly locals: readonly string[];
  readonly result: string;
  readonly text: string;
} {
  const { file } = context.codec;
  const fn = form.function;
  const body = file.body();
  const locals = fn.params.map((param, i) => (self && i === 0 ? "this" : body.fresh(param.identifier)));
  const listed = fn.params.flatMap((param, i) =>
    self && i === 0 ? [] : [`${locals[i]}: ${spell(file, param.type)}`],
  );
  const type = form.value === undefined ? fn.result : form.value.type;
  const result = type === undefined ? "void" : spell(file, type);
  writeBody(context, body, form, core, locals);
  return { params: listed.join(", "), locals, result, text: body.text() };
}

export function declareCore({ codec, module }: ImportContext, fn: AsFunction, core: string): string {
  const flat = flattenFunction({ async: false, ...fn }, "lower");
  const body = codec.file.body();
  const names = flat.paramsSpilled ? [body.fresh("params")] : coreNames(body, fn);
  if (flat.resultSpilled) names.push(body.fresh("result"));
  const last = names.length - 1;
  const params = flat.params.map((type, i) => {
    const pointer = (flat.paramsSpilled && i === 0) || (flat.resultSpilled && i === last);
    return `${names[i]}: ${pointer ? "usize" : type}`;
  });
  const result = flat.results[0] ?? "void";
  return `@external("${module}", "${fn.name}")\ndeclare function ${core}(${params.join(", ")}): ${result};`;
}

function writeBody(
  context: ImportContext,
  body: Body,
  form: CallForm,
  core: string,
  locals: readonly string[],
): void {
  const { codec, area } = context;
  const fn = form.function;
  const flat = flattenFunction({ async: false, ...fn }, "lower");
  const scratch = flat.paramsSpilled || fn.params.some((param) => needsScratch(param.type));
  const runtime = (name: string): string => codec.file.use({ module: SCRATCH, name });
  const mark = scratch ? body.fresh("mark") : "";
  if (scratch) body.line(`const ${mark} = ${runtime("markScratch")}();`);
  const values = flat.paramsSpilled
    ? [spill(codec, body, fn, locals)]
    : fn.params.flatMap((param, i) => codec.lower(body, param.type, locals[i] ?? ""));
  if (flat.resultSpilled) values.push(area);
  const call = `${core}(${values.join(", ")})`;
  const release = scratch ? `${runtime("releaseScratch")}(${mark});` : undefined;
  if (fn.result === undefined || flat.resultSpilled) {
    body.line(`${call};`);
    if (release !== undefined) body.line(release);
    if (fn.result !== undefined) readResult(context, body, form, fn.result);
  } else if (release === undefined) {
    body.line(`return ${codec.lift(fn.result, [call])};`);
  } else {
    const value = body.local("result", call);
    body.line(release);
    body.line(`return ${codec.lift(fn.result, [value])};`);
  }
}

/** From the return area; a result of a guarded view never fits into one core value. */
function readResult({ codec, module, area }: ImportContext, body: Body, form: CallForm, type: AsType): void {
  if (form.value === undefined || type.kind !== "result") {
    body.line(`return ${codec.load(type, area, 0)};`);
    return;
  }
  const sides = [type.ok, type.err].map((side) => (side === undefined ? {} : { type: side }));
  const { payloadOffset } = variantLayout(sides);
  const exit = codec.file.use({ module: FAULT, name: "exitWith" });
  const called = `${(plainName(module) ?? module).replace(/@.*/, "")}#${form.function.name.replace(/^\[\w+\]/, "")}`;
  body.line(`if (load<u8>(${area}) != 0) ${exit}(load<u8>(${area}, ${payloadOffset}), "${called}");`);
  if (form.value.type !== undefined) body.line(`return ${codec.load(form.value.type, area, payloadOffset)};`);
}

/** More than 16 core values: the parameters lie in memory as one tuple. */
function spill(codec: Codec, body: Body, fn: AsFunction, locals: readonly string[]): string {
  const layout = recordLayout(fn.params.map((param) => param.type));
  const block = body.fresh("params");
  const allocate = codec.file.use({ module: SCRATCH, name: "allocate" });
  body.line(`const ${block} = ${allocate}(1, ${layout.size});`);
  for (const [i, param] of fn.params.entries()) {
    codec.store(body, param.type, locals[i] ?? "", block, layout.offsets[i] ?? 0);
  }
  return block;
}
