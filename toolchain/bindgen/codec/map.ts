/** Maps: a list of (key, value) in memory. Of equal keys the last one wins. */
import { recordLayout } from "../../abi/index.ts";
import { ABI, SCRATCH } from "../source-file.ts";
import { keyOf, nameOf, spell } from "../spell.ts";
import { place, storeLine, type Codec, type KindCodec, type OfKind } from "./codec.ts";

type MapType = OfKind<"map">;

export const mapCodec: KindCodec<MapType> = {
  load(codec, type, at, offset) {
    return `${lifter(codec, type)}(load<usize>(${place(at, offset)}), load<i32>(${place(at, offset + 4)}))`;
  },

  store(codec, body, type, value, at, offset) {
    storeLine(body, "usize", `${lowerer(codec, type)}(${value})`, at, offset);
    storeLine(body, "i32", `${value}.size`, at, offset + 4);
  },

  lift: (codec, type, values) => `${lifter(codec, type)}(${values.join(", ")})`,

  lower: (codec, _body, type, value) => [`<i32>${lowerer(codec, type)}(${value})`, `${value}.size`],
};

function lowerer(codec: Codec, type: MapType): string {
  return codec.file.helper(`lower ${keyOf(type)}`, `lower${nameOf(type)}`, (name) =>
    writeLower(codec, type, name),
  );
}

function lifter(codec: Codec, type: MapType): string {
  return codec.file.helper(`lift ${keyOf(type)}`, `lift${nameOf(type)}`, (name) =>
    writeLift(codec, type, name),
  );
}

function writeLift(codec: Codec, type: MapType, name: string): string {
  const { file } = codec;
  const { size, offsets } = recordLayout([type.key, type.value]);
  const body = file.body();
  const block = body.fresh("block");
  const length = body.fresh("length");
  const map = body.fresh("map");
  const i = body.fresh("i");
  const at = body.fresh("at");
  const free = file.use({ module: ABI, name: "freeBlock" });
  body.line(`const ${map} = new ${spell(file, type)}();`);
  body.block(`for (let ${i} = 0, ${at} = ${block}; ${i} < ${length}; ${i}++, ${at} += ${size})`, () => {
    const key = codec.load(type.key, at, offsets[0] ?? 0);
    const value = codec.load(type.value, at, offsets[1] ?? 0);
    body.line(`${map}.set(${key}, ${value});`);
  });
  body.line(`${free}(${block}, ${length});`);
  body.line(`return ${map};`);
  return `/** Of equal keys the last one wins. */\nfunction ${name}(${block}: usize, ${length}: i32): ${spell(file, type)} {\n${body.text()}\n}`;
}

function writeLower(codec: Codec, type: MapType, name: string): string {
  const { file } = codec;
  const { size, offsets } = recordLayout([type.key, type.value]);
  const body = file.body();
  const map = body.fresh("map");
  const keys = body.fresh("keys");
  const values = body.fresh("values");
  const data = body.fresh("data");
  const i = body.fresh("i");
  const at = body.fresh("at");
  const allocate = file.use({ module: SCRATCH, name: "allocate" });
  body.line(`const ${keys} = ${map}.keys();`);
  body.line(`const ${values} = ${map}.values();`);
  body.line(`const ${data} = ${allocate}(${keys}.length, ${size});`);
  body.block(`for (let ${i} = 0, ${at} = ${data}; ${i} < ${keys}.length; ${i}++, ${at} += ${size})`, () => {
    codec.store(body, type.key, body.local("key", `${keys}[${i}]`), at, offsets[0] ?? 0);
    codec.store(body, type.value, body.local("value", `${values}[${i}]`), at, offsets[1] ?? 0);
  });
  body.line(`return ${data};`);
  return `/** ${size} bytes for each entry. */\nfunction ${name}(${map}: ${spell(file, type)}): usize {\n${body.text()}\n}`;
}
