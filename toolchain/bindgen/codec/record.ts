/** Records and tuples: their members after each other. */
import { layoutOf, recordLayout } from "../../abi/index.ts";
import type { AsField, ClassRef, Construct } from "../as-type.ts";
import { ABI } from "../source-file.ts";
import { keyOf, nameOf, spell } from "../spell.ts";
import { address, argumentList, splitValues, type Codec, type KindCodec, type OfKind } from "./codec.ts";

type Product = OfKind<"record" | "tuple">;

export const recordCodec: KindCodec<Product> = {
  load(codec, type, at, offset) {
    const name = codec.file.helper(`load ${keyOf(type)}`, `load${nameOf(type)}`, (name) =>
      writeLoad(codec, type, name),
    );
    return `${name}(${address(at, offset)})`;
  },

  store(codec, body, type, value, at, offset) {
    const name = codec.file.helper(`store ${keyOf(type)}`, `store${nameOf(type)}`, (name) =>
      writeStore(codec, type, name),
    );
    body.line(`${name}(${value}, ${address(at, offset)});`);
  },

  lift(codec, type, values) {
    const fields = membersOf(type);
    const parts = splitValues(
      fields.map((field) => field.type),
      values,
    );
    return construct(
      codec,
      type,
      fields.map((field, i) => codec.lift(field.type, parts[i] ?? [])),
    );
  },

  lower(codec, body, type, value) {
    return membersOf(type).flatMap((field) => codec.lower(body, field.type, `${value}.${field.identifier}`));
  },
};

function membersOf(type: Product): readonly AsField[] {
  if (type.kind === "record") return type.fields;
  return type.types.map((t, i) => ({ label: String(i), identifier: `_${i}`, type: t }));
}

/** @param indent of the line that this stands on, if long arguments may take lines of their own. */
function construct(codec: Codec, type: Product, values: readonly string[], indent?: string): string {
  const list = indent === undefined ? values.join(", ") : argumentList(values, indent);
  if (type.kind === "tuple") return `new ${spell(codec.file, type)}(${list})`;
  return constructClass(codec, type.as.class, type.as.construct, type.fields, list);
}

/** An object of the class with these values in its fields; see `Construct`. */
export function constructClass(
  codec: Codec,
  ref: ClassRef,
  how: Construct,
  fields: readonly AsField[],
  values: string,
): string {
  const { file } = codec;
  if (how === "fields" || (how === "empty" && fields.length === 0)) {
    return `new ${file.use(ref)}(${values})`;
  }
  const name = file.helper(`make ${ref.module}#${ref.name}`, `make${ref.name}`, (name) =>
    writeMake(codec, ref, how, fields, name),
  );
  return `${name}(${values})`;
}

function writeMake(
  codec: Codec,
  ref: ClassRef,
  how: Construct,
  fields: readonly AsField[],
  name: string,
): string {
  const { file } = codec;
  const body = file.body();
  const params = fields.map((field) => body.fresh(field.identifier));
  const list = params.map((param, i) => `${param}: ${spell(file, fieldAt(fields, i).type)}`);
  const cls = file.use(ref);
  const made = body.fresh("made");
  const bare = how === "bare" ? `${file.use({ module: ABI, name: "bareObject" })}<${cls}>()` : "";
  body.line(`const ${made} = ${how === "empty" ? `new ${cls}()` : bare};`);
  const set = file.use({ module: ABI, name: "setField" });
  for (const [i, param] of params.entries()) {
    const { identifier, type } = fieldAt(fields, i);
    body.line(
      `${set}<${spell(file, type)}>(changetype<usize>(${made}), offsetof<${cls}>("${identifier}"), ${param});`,
    );
  }
  body.line(`return ${made};`);
  return `function ${name}(${list.join(", ")}): ${cls} {\n${body.text()}\n}`;
}

function fieldAt(fields: readonly AsField[], i: number): AsField {
  const field = fields[i];
  if (field === undefined) throw new RangeError(`no field ${i}`);
  return field;
}

function writeLoad(codec: Codec, type: Product, name: string): string {
  const fields = membersOf(type);
  const { offsets } = recordLayout(fields.map((field) => field.type));
  const body = codec.file.body();
  const at = body.fresh("at");
  const values = fields.map((field, i) => codec.load(field.type, at, offsets[i] ?? 0));
  body.line(`return ${construct(codec, type, values, "  ")};`);
  return `/** ${layoutOf(type).size} bytes at \`at\`. */\nfunction ${name}(${at}: usize): ${spell(codec.file, type)} {\n${body.text()}\n}`;
}

function writeStore(codec: Codec, type: Product, name: string): string {
  const fields = membersOf(type);
  const { offsets } = recordLayout(fields.map((field) => field.type));
  const body = codec.file.body();
  const value = body.fresh("value");
  const at = body.fresh("at");
  for (const [i, field] of fields.entries()) {
    codec.store(body, field.type, `${value}.${field.identifier}`, at, offsets[i] ?? 0);
  }
  return `function ${name}(${value}: ${spell(codec.file, type)}, ${at}: usize): void {\n${body.text()}\n}`;
}
