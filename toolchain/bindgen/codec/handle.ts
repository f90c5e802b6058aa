/**
 * Handles of imported resources: an object of the resource's class around an index.
 *
 * An own leaves its object when it is passed: the index there becomes 0, which
 * no table has, so that using the object afterwards traps and harms nobody.
 */
import type { AsType } from "../as-type.ts";
import { ABI } from "../source-file.ts";
import { place, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";

/** The field of a resource's class; WIT cannot spell a name like it. */
export const HANDLE_FIELD = "$handle";

type Handle = OfKind<"own" | "borrow">;

export const handleCodec: KindCodec<Handle> = {
  load: (codec, type, at, offset) => `${wrapper(codec, type)}(load<i32>(${place(at, offset)}))`,

  store(codec, body, type, value, at, offset) {
    storeLine(body, "i32", given(codec, type, value), at, offset);
  },

  lift: (codec, type, [value = ""]) => `${wrapper(codec, type)}(${value})`,

  lower: (codec, _body, type, value) => [given(codec, type, value)],
};

function given(codec: Codec, type: Handle, value: string): string {
  if (type.kind === "borrow") return `${value}.${HANDLE_FIELD}`;
  const name = codec.file.helper(`give ${key(type)}`, `give${type.as.name}`, (name) => {
    const cls = codec.file.use(type.as);
    const body = codec.file.body();
    const [from, handle] = [body.fresh("from"), body.fresh("handle")];
    body.line(`const ${handle} = ${from}.${HANDLE_FIELD};`);
    body.line(`${from}.${HANDLE_FIELD} = 0;`);
    body.line(`return ${handle};`);
    return `function ${name}(${from}: ${cls}): i32 {\n${body.text()}\n}`;
  });
  return `${name}(${value})`;
}

function wrapper(codec: Codec, type: Handle): string {
  return codec.file.helper(`wrap ${key(type)}`, `wrap${type.as.name}`, (name) => {
    const cls = codec.file.use(type.as);
    const body = codec.file.body();
    const [handle, made] = [body.fresh("handle"), body.fresh("made")];
    body.line(`const ${made} = ${codec.file.use({ module: ABI, name: "bareObject" })}<${cls}>();`);
    body.line(`${made}.${HANDLE_FIELD} = ${handle};`);
    body.line(`return ${made};`);
    return `function ${name}(${handle}: i32): ${cls} {\n${body.text()}\n}`;
  });
}

function key({ as }: Extract<AsType, { as: { module: string; name: string } }>): string {
  return `${as.module}#${as.name}`;
}
