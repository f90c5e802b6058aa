/**
 * The custom section `name`: names of the module, its functions and locals.
 *
 * Other subsections (labels, types, globals, …) are kept as bytes, so that a
 * pass which only renames functions loses nothing. Core spec 3.0 Appendix
 * "Name Section".
 */
import { ByteReader, type Place } from "../byte-reader.ts";
import { ByteWriter } from "../byte-writer.ts";
import { type CoreFuncIndex, index } from "../index-space.ts";

/** Content of the section. Maps are in the order of the binary. */
export interface NameSection {
  readonly module?: string;
  readonly functions: ReadonlyMap<CoreFuncIndex, string>;
  /** By function, then by local; parameters come first among the locals. */
  readonly locals: ReadonlyMap<CoreFuncIndex, ReadonlyMap<number, string>>;
  readonly others: readonly { readonly id: number; readonly bytes: Uint8Array }[];
}
type Draft = { -readonly [K in keyof NameSection]: NameSection[K] } & {
  others: NameSection["others"][number][];
};

const MODULE = 0;
const FUNCTIONS = 1;
const LOCALS = 2;

/** Reads the content of the custom section `name`. Offsets in errors count from `place`. */
export function decodeNameSection(
  bytes: Uint8Array,
  place: Place = { offset: 0, path: "name section" },
): NameSection {
  const reader = new ByteReader(bytes, place);
  const names: Draft = { functions: new Map(), locals: new Map(), others: [] };
  let last = -1;
  while (reader.remaining > 0) {
    const start = reader.position;
    const id = reader.byte("subsection");
    if (id <= last) reader.fail(`a subsection after ${last}`, String(id), start);
    last = id;
    reader.within("subsection", () => readSubsection(reader, id, names), id);
  }
  return names;
}

function readSubsection(reader: ByteReader, id: number, names: Draft): void {
  const content = reader.slice(reader.u32("size of the subsection"), "the subsection");
  if (id === MODULE) names.module = content.name("name of the module");
  else if (id === FUNCTIONS) names.functions = readNameMap<CoreFuncIndex>(content);
  else if (id === LOCALS) {
    names.locals = readMap(content, "functions", () => readNameMap<number>(content));
  } else names.others.push({ id, bytes: content.take(content.remaining, "content") });
  content.finish("the subsection");
}

function readNameMap<I extends number>(reader: ByteReader): Map<I, string> {
  return readMap(reader, "names", () => reader.name("name"));
}

function readMap<I extends number, T>(reader: ByteReader, what: string, read: () => T): Map<I, T> {
  const map = new Map<I, T>();
  const count = reader.count(what, 2);
  reader.repeat("name", 0, count, () => {
    const start = reader.position;
    const key = index<never>(reader.u32("index")) as I;
    if (map.has(key)) reader.fail("an index that was not named before", String(key), start);
    map.set(key, read());
  });
  return map;
}

/** Content of the custom section `name`. Empty maps are left out. */
export function encodeNameSection(names: NameSection): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(1024);
  const { module, functions, locals } = names;
  if (module !== undefined) writeSubsection(out, MODULE, (content) => content.name(module));
  if (functions.size > 0) writeSubsection(out, FUNCTIONS, (content) => writeNameMap(content, functions));
  if (locals.size > 0) {
    writeSubsection(out, LOCALS, (content) =>
      content.vec([...locals], ([func, map]) => {
        content.u32(func);
        writeNameMap(content, map);
      }),
    );
  }
  for (const { id, bytes } of names.others) writeSubsection(out, id, (content) => content.bytes(bytes));
  return out.toBytes();
}

function writeSubsection(out: ByteWriter, id: number, write: (content: ByteWriter) => void): void {
  const content = new ByteWriter();
  write(content);
  out.byte(id);
  out.sized(content.toBytes());
}

function writeNameMap(out: ByteWriter, map: ReadonlyMap<number, string>): void {
  out.vec([...map], ([key, name]) => {
    out.u32(key);
    out.name(name);
  });
}
