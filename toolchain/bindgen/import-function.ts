/** A function of an imported interface: typed outside, core values inside. */
import { flattenFunction, recordLayout } from "../abi/index.ts";
import type { AsFunction } from "./as-type.ts";
import type { Body } from "./body.ts";
import { needsScratch, type Codec } from "./codec/index.ts";
import { coreNames } from "./core-signature.ts";
import { comment, type Docs } from "./doc-comment.ts";
import { SCRATCH } from "./source-file.ts";
import { spell } from "./spell.ts";

/**
 * The declaration of the core import, and the function that programs call.
 *
 * @param module core module name of the import, such as `search:index/api@0.1.0`.
 * @param area the file's return area.
 */
export function writeImport(codec: Codec, fn: AsFunction, module: string, area: string, docs: Docs): string {
  const { file } = codec;
  const declared = file.declareFunction(fn.identifier);
  const core = file.declareInner(`${fn.identifier}_core`);
  const body = file.body();
  const params = fn.params.map((param) => ({ ...param, local: body.fresh(param.identifier) }));
  const list = params.map((param) => `${param.local}: ${spell(file, param.type)}`).join(", ");
  const result = fn.result === undefined ? "void" : spell(file, fn.result);
  writeBody(
    codec,
    body,
    fn,
    core,
    params.map((param) => param.local),
    area,
  );
  const exported = declared === fn.identifier ? "export " : "";
  const alias = exported === "" ? `\nexport { ${declared} as ${fn.identifier} };` : "";
  return [
    declareCore(codec, fn, module, core),
    "",
    `${comment(docs.of(fn.name))}${exported}function ${declared}(${list}): ${result} {`,
    body.text(),
    `}${alias}`,
  ].join("\n");
}

export function declareCore(codec: Codec, fn: AsFunction, module: string, core: string): string {
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

export function writeBody(
  codec: Codec,
  body: Body,
  fn: AsFunction,
  core: string,
  locals: readonly string[],
  area: string,
): void {
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
    if (fn.result !== undefined) body.line(`return ${codec.load(fn.result, area, 0)};`);
  } else if (release === undefined) {
    body.line(`return ${codec.lift(fn.result, [call])};`);
  } else {
    const value = body.local("result", call);
    body.line(release);
    body.line(`return ${codec.lift(fn.result, [value])};`);
  }
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
