/**
 * Core module + WIT → component, with the source map where the linker finds it.
 *
 * The component tools make the component; strings are UTF-16 in a lean guest.
 * The map goes into the core module as a custom section before that, and is
 * proven to have survived with the code where it was.
 */
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import { decodeComponent, decodeModule, encodeModule } from "../wasm/index.ts";
import { failure } from "./diagnostic.ts";
import { messageOf } from "./wit/packages.ts";
import type { WorldWit } from "./wit/parse.ts";

/** Custom section of the main core module that holds its source map (version 3, JSON). */
const SOURCE_MAP_SECTION = "atoll:source-map";
/** Identifier of the data section, the last that may follow the code. */
const LAST_SECTION = 11;

const SAME_NAME = /name `([^`]*)` conflicts with previous [a-z ]*`([^`]*)`/;

export interface ComponentInput {
  readonly core: Uint8Array;
  readonly sourceMap: string;
  readonly wit: WorldWit;
  /** What the message is about when the WIT has a mistake that only shows here. */
  readonly origin: string;
}

/** The bytes of a valid component. */
export async function makeComponent({ core, sourceMap, wit, origin }: ComponentInput): Promise<Uint8Array> {
  const module = withSourceMap(core, sourceMap);
  const embedded = await componentEmbed({
    binary: module,
    witSource: wit.text,
    world: `%${wit.world}`,
    stringEncoding: "utf16",
  });
  const component = await tryNew(embedded, origin);
  await validate(component, module);
  return component;
}

/** Drops the tools' reference to a map file and adds the map itself. */
function withSourceMap(core: Uint8Array, sourceMap: string): Uint8Array {
  const module = decodeModule(core);
  const customs = module.customs.filter(({ name }) => name !== "sourceMappingURL");
  const section = {
    name: SOURCE_MAP_SECTION,
    bytes: new TextEncoder().encode(sourceMap),
    after: LAST_SECTION,
  };
  return encodeModule({ ...module, customs: [...customs, section] }).bytes;
}

/** What else the tools refuse here is a world that the module does not fit: a defect of the bindings. */
async function tryNew(module: Uint8Array, origin: string): Promise<Uint8Array> {
  try {
    return await componentNew(module);
  } catch (error) {
    const [, second, first] = SAME_NAME.exec(String(error)) ?? [];
    if (second !== undefined) {
      throw failure(
        origin,
        "WIT",
        `the names \`${first}\` and \`${second}\` stand side by side, and are the same without capitals and hyphens.`,
        "Rename one of them.",
      );
    }
    throw new Error(`the component tools refused the compiled module: ${messageOf(error)}`, { cause: error });
  }
}

/** Decodes the component, compiles its core module, and checks that code and map still agree. */
async function validate(component: Uint8Array, module: Uint8Array): Promise<void> {
  const cores = decodeComponent(component).definitions.filter(
    (definition) => definition.kind === "core module",
  );
  const main = cores.map(({ bytes }) => bytes).find((bytes) => hasSourceMap(bytes));
  if (main === undefined) throw new Error(`the component tools dropped the section ${SOURCE_MAP_SECTION}`);
  await WebAssembly.compile(main as Uint8Array<ArrayBuffer>);
  const [before, after] = [codeOffsets(module), codeOffsets(main)];
  if (before.some((offset, i) => after[i] !== offset))
    throw new Error("the component tools moved code away from its source map");
}

function hasSourceMap(bytes: Uint8Array): boolean {
  return decodeModule(bytes).customs.some(({ name }) => name === SOURCE_MAP_SECTION);
}

function codeOffsets(bytes: Uint8Array): number[] {
  return decodeModule(bytes).code.map(({ offset }) => offset);
}
