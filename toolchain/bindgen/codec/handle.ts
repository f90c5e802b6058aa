/**
 * Handles. Of imported resources: an object of the resource's class around an index.
 *
 * An own leaves its object when it is passed: the index there becomes 0, which
 * no table has, so that using the object afterwards traps and harms nobody.
 * Of exported resources, the program has the object itself, and its rep is a
 * place in the table of runtime/resource.ts: a borrow comes as the rep, an own
 * as an index that is exchanged for it.
 */
import type { AsType } from "../as-type.ts";
import { ABI, DROPS, RESOURCE, type SourceFile } from "../source-file.ts";
import { place, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";

/** The field of a resource's class; WIT cannot spell a name like it. */
export const HANDLE_FIELD = "$handle";

/** Its function that drops a handle without an object. */
export const DROP_HANDLE = "$drop";

type Handle = OfKind<"own" | "borrow">;

export const handleCodec: KindCodec<Handle> = {
  load: (codec, type, at, offset) => `${lifter(codec, type)}(load<i32>(${place(at, offset)}))`,

  store(codec, body, type, value, at, offset) {
    storeLine(body, "i32", given(codec, type, value), at, offset);
  },

  lift: (codec, type, [value = ""]) => `${lifter(codec, type)}(${value})`,

  lower: (codec, _body, type, value) => [given(codec, type, value)],
};

function lifter(codec: Codec, type: Handle): string {
  if (type.exported !== true) return type.kind === "own" ? wrapper(codec, type) : lender(codec, type);
  if (type.kind === "own") return taker(codec, type);
  return `${codec.file.use({ module: RESOURCE, name: "objectAt" })}<${codec.file.use(type.as)}>`;
}

/** An own of the program's resource comes back: its object, and the handle is gone. */
function taker(codec: Codec, type: Handle): string {
  return codec.file.helper(`take ${key(type)}`, `take${type.as.name}`, (name) => {
    const cls = codec.file.use(type.as);
    const [rep, drop] = [builtin(codec, type, "rep"), builtin(codec, type, "drop")];
    const take = codec.file.use({ module: RESOURCE, name: "takeObject" });
    const body = codec.file.body();
    const [handle, object] = [body.fresh("handle"), body.fresh("object")];
    body.line(`const ${object} = ${take}<${cls}>(${rep}(${handle}));`);
    body.line(`${drop}(${handle});`);
    body.line(`return ${object};`);
    return `function ${name}(${handle}: i32): ${cls} {\n${body.text()}\n}`;
  });
}

/** An object of the program's resource gets an owner. */
function maker(codec: Codec, type: Handle): string {
  return codec.file.helper(`give ${key(type)}`, `give${type.as.name}`, (name) => {
    const cls = codec.file.use(type.as);
    const create = builtin(codec, type, "new");
    const add = codec.file.use({ module: RESOURCE, name: "addObject" });
    const body = codec.file.body();
    const object = body.fresh("object");
    body.line(`return ${create}(${add}(${object}));`);
    return `function ${name}(${object}: ${cls}): i32 {\n${body.text()}\n}`;
  });
}

/** The core import `[resource-new]`, `[resource-rep]` or `[resource-drop]` of an exported resource. */
function builtin(codec: Codec, type: Handle, what: "new" | "rep" | "drop"): string {
  const { owner, name: resource } = type.resource.name ?? { name: "" };
  return codec.file.helper(`${what} ${key(type)}`, `${type.as.name}_${what}`, (name) => {
    const result = what === "drop" ? "void" : "i32";
    return `@external("[export]${owner}", "[resource-${what}]${resource}")\ndeclare function ${name}(handle: i32): ${result};`;
  });
}

function given(codec: Codec, type: Handle, value: string): string {
  if (type.exported === true) return `${maker(codec, type)}(${value})`;
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
    body.line(dropWhenCollected(codec.file, cls));
    body.line(`return ${made};`);
    return `function ${name}(${handle}: i32): ${cls} {\n${body.text()}\n}`;
  });
}

/** The object around a handle that is lent to an exported function, until it returns. */
function lender(codec: Codec, type: Handle): string {
  const wrap = wrapper(codec, type);
  return codec.file.helper(`lend ${key(type)}`, `lend${type.as.name}`, (name) => {
    const cls = codec.file.use(type.as);
    const body = codec.file.body();
    const [handle, lent] = [body.fresh("handle"), body.fresh("lent")];
    body.line(`const ${lent} = ${wrap}(${handle});`);
    body.line(`${codec.file.use({ module: DROPS, name: "noteLoan" })}(${lent});`);
    body.line(`return ${lent};`);
    return `function ${name}(${handle}: i32): ${cls} {\n${body.text()}\n}`;
  });
}

/** The statement that has the collector drop the handles of a class's objects. */
export function dropWhenCollected(file: SourceFile, cls: string): string {
  const watch = file.use({ module: DROPS, name: "dropWhenCollected" });
  return `${watch}(idof<${cls}>(), ${cls}.${DROP_HANDLE});`;
}

function key({ as }: Extract<AsType, { as: { module: string; name: string } }>): string {
  return `${as.module}#${as.name}`;
}
