/** Fixed-length lists: their elements after each other, without address or length. */
import { flattenType, layoutOf } from "../../abi/index.ts";
import type { Body } from "../body.ts";
import { ABI } from "../source-file.ts";
import { keyOf, nameOf, spell, spellConstructor } from "../spell.ts";
import { address, coreParams, splitValues, type Codec, type KindCodec, type OfKind } from "./codec.ts";
import { dataOf, isDirect } from "./list.ts";

type List = OfKind<"list">;

export const fixedListCodec: KindCodec<List> = {
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
    const name = codec.file.helper(`lift ${keyOf(type)}`, `lift${nameOf(type)}`, (name) =>
      writeLift(codec, type, name),
    );
    return `${name}(${values.join(", ")})`;
  },

  lower(codec, body, type, value) {
    const list = body.local("list", value);
    checkLength(codec, body, type, list);
    return indices(type).flatMap((i) =>
      codec.lower(body, type.element, body.local("element", `${list}[${i}]`)),
    );
  },
};

function lengthOf(type: List): number {
  return type.length ?? 0;
}

function indices(type: List): number[] {
  return Array.from({ length: lengthOf(type) }, (_, i) => i);
}

function checkLength(codec: Codec, body: Body, type: List, list: string): void {
  const check = codec.file.use({ module: ABI, name: "checkLength" });
  const length = lengthOf(type);
  body.line(`${check}(${list}.length, ${length}, "this list must have exactly ${length} elements");`);
}

function writeLoad(codec: Codec, type: List, name: string): string {
  const { size } = layoutOf(type.element);
  const body = codec.file.body();
  const from = body.fresh("from");
  const list = body.fresh("list");
  const spelled = spell(codec.file, type);
  body.line(`const ${list} = new ${spellConstructor(codec.file, type)}(${lengthOf(type)});`);
  if (isDirect(type)) {
    body.line(`memory.copy(${dataOf(type, list)}, ${from}, ${layoutOf(type).size});`);
  } else {
    eachElement(body, type, from, size, (i, at) =>
      body.line(`unchecked(${list}[${i}] = ${codec.load(type.element, at, 0)});`),
    );
  }
  body.line(`return ${list};`);
  return `function ${name}(${from}: usize): ${spelled} {\n${body.text()}\n}`;
}

function writeStore(codec: Codec, type: List, name: string): string {
  const { size } = layoutOf(type.element);
  const body = codec.file.body();
  const list = body.fresh("list");
  const to = body.fresh("to");
  checkLength(codec, body, type, list);
  if (isDirect(type)) {
    body.line(`memory.copy(${to}, ${dataOf(type, list)}, ${layoutOf(type).size});`);
  } else {
    eachElement(body, type, to, size, (i, at) =>
      codec.store(body, type.element, body.local("element", `${list}[${i}]`), at, 0),
    );
  }
  return `function ${name}(${list}: ${spell(codec.file, type)}, ${to}: usize): void {\n${body.text()}\n}`;
}

function eachElement(
  body: Body,
  type: List,
  start: string,
  size: number,
  write: (i: string, at: string) => void,
): void {
  const i = body.fresh("i");
  const at = body.fresh("at");
  const head = `for (let ${i} = 0, ${at} = ${start}; ${i} < ${lengthOf(type)}; ${i}++, ${at} += ${size})`;
  body.block(head, () => write(i, at));
}

function writeLift(codec: Codec, type: List, name: string): string {
  const body = codec.file.body();
  const params = coreParams(body, flattenType(type));
  const list = body.fresh("list");
  const spelled = spell(codec.file, type);
  const parts = splitValues(
    indices(type).map(() => type.element),
    params.names,
  );
  body.line(`const ${list} = new ${spellConstructor(codec.file, type)}(${lengthOf(type)});`);
  for (const [i, values] of parts.entries()) {
    body.line(`unchecked(${list}[${i}] = ${codec.lift(type.element, values)});`);
  }
  body.line(`return ${list};`);
  return `function ${name}(${params.text}): ${spelled} {\n${body.text()}\n}`;
}
