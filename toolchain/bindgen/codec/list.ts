/**
 * Lists: an address and a length.
 *
 * Numbers lie in an AssemblyScript array as the canonical ABI wants them, so
 * their memory is passed as it is. Other elements are references or wider, so a
 * row of them is built in scratch memory on the way out and unpacked on the way in.
 */
import { layoutOf } from "../../abi/index.ts";
import type { Body } from "../body.ts";
import { ABI, SCRATCH } from "../source-file.ts";
import { keyOf, nameOf, spell, spellConstructor } from "../spell.ts";
import { place, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";

type List = OfKind<"list">;

export const listCodec: KindCodec<List> = {
  load(codec, type, at, offset) {
    return `${lifter(codec, type)}(load<usize>(${place(at, offset)}), load<i32>(${place(at, offset + 4)}))`;
  },

  store(codec, body, type, value, at, offset) {
    storeLine(body, "usize", dataFor(codec, type, value), at, offset);
    storeLine(body, "i32", `${value}.length`, at, offset + 4);
  },

  lift: (codec, type, values) => `${lifter(codec, type)}(${values.join(", ")})`,

  lower: (codec, _body, type, value) => [`<i32>${dataFor(codec, type, value)}`, `${value}.length`],
};

/** Address of the elements as the canonical ABI wants them. */
function dataFor(codec: Codec, type: List, value: string): string {
  if (isDirect(type)) return dataOf(type, value);
  const name = codec.file.helper(`lower ${keyOf(type)}`, `lower${nameOf(type)}`, (name) =>
    writeLower(codec, type, name),
  );
  return `${name}(${value})`;
}

/** Whether the elements are the same in the program's memory as in the canonical ABI. */
export function isDirect(type: List): boolean {
  switch (type.element.kind) {
    case "bool":
    case "s8":
    case "u8":
    case "s16":
    case "u16":
    case "s32":
    case "u32":
    case "s64":
    case "u64":
    case "f32":
    case "f64":
    case "char":
      return true;
    default:
      return false;
  }
}

/** Address of the first element. */
export function dataOf(type: List, value: string): string {
  return type.as === "StaticArray" ? `changetype<usize>(${value})` : `${value}.dataStart`;
}

/** A function of (block, length). */
function lifter(codec: Codec, type: List): string {
  const { file } = codec;
  if (!isDirect(type)) {
    return file.helper(`lift ${keyOf(type)}`, `lift${nameOf(type)}`, (name) => writeLift(codec, type, name));
  }
  const element = spell(file, type.element);
  if (type.as === "Array") return `${file.use({ module: ABI, name: "liftArray" })}<${element}>`;
  if (type.as === "StaticArray") {
    return `${file.use({ module: ABI, name: "liftStaticArray" })}<${element}>`;
  }
  return `${file.use({ module: ABI, name: "liftTypedArray" })}<${type.as}, ${element}>`;
}

function writeLift(codec: Codec, type: List, name: string): string {
  const { file } = codec;
  const { size } = layoutOf(type.element);
  const body = file.body();
  const [block = "", length = "", list = "", i = "", at = ""] = locals(
    body,
    "block",
    "length",
    "list",
    "i",
    "at",
  );
  const free = file.use({ module: ABI, name: "freeBlock" });
  body.line(`const ${list} = new ${spellConstructor(file, type)}(${length});`);
  body.block(`for (let ${i} = 0, ${at} = ${block}; ${i} < ${length}; ${i}++, ${at} += ${size})`, () => {
    body.line(`unchecked(${list}[${i}] = ${codec.load(type.element, at, 0)});`);
  });
  body.line(`${free}(${block}, ${length});`);
  body.line(`return ${list};`);
  return `function ${name}(${block}: usize, ${length}: i32): ${spell(file, type)} {\n${body.text()}\n}`;
}

function writeLower(codec: Codec, type: List, name: string): string {
  const { file } = codec;
  const { size } = layoutOf(type.element);
  const body = file.body();
  const [list = "", length = "", data = "", i = "", at = ""] = locals(
    body,
    "list",
    "length",
    "data",
    "i",
    "at",
  );
  const allocate = file.use({ module: SCRATCH, name: "allocate" });
  body.line(`const ${length} = ${list}.length;`);
  body.line(`const ${data} = ${allocate}(${length}, ${size});`);
  body.block(`for (let ${i} = 0, ${at} = ${data}; ${i} < ${length}; ${i}++, ${at} += ${size})`, () => {
    codec.store(body, type.element, body.local("element", `${list}[${i}]`), at, 0);
  });
  body.line(`return ${data};`);
  return `/** ${size} bytes for each element. */\nfunction ${name}(${list}: ${spell(file, type)}): usize {\n${body.text()}\n}`;
}

function locals(body: Body, ...wanted: string[]): string[] {
  return wanted.map((name) => body.fresh(name));
}
