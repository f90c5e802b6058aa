/**
 * Where a JavaScript guest leaves its last words: an exception that nobody caught.
 *
 * The engines end by `unreachable` deep in their own code, and say why on standard
 * error at best. So the program calls `give-up` with the text instead. A component
 * of some hundred bytes answers that: it lies inside the program's own component,
 * keeps the text where hosts look for what a lean guest said (`lastAbort`), and
 * traps. Nothing of it is seen from outside.
 */
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import {
  type component,
  decodeComponent,
  encodeComponent,
  index,
  validateComponent,
} from "../../wasm/index.ts";
import { wrapped } from "./wrapped.ts";

export const LAST_WORDS = "atoll:guest/last-words@0.1.0";

/** The package, nested in the WIT of a world. */
export const LAST_WORDS_WIT = `package atoll:guest@0.1.0 {
  interface last-words { give-up: func(text: string); }
}
`;

/** At the top: an instance of the keeper has what the interface has. */
const OWN_WIT = `package atoll:guest@0.1.0;
world keeper { export give-up: func(text: string); }`;

/**
 * Bytes 16 to 31 are what `lastAbort` points to: the text's address, and no file, line or column. The text
 * lies at 64, its length in bytes before it. It is called once: nothing is given back.
 */
const KEEPER = `(module $last-words
  (memory (export "memory") 1)
  (global (export "lastAbort") i32 (i32.const 16))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $missing i32)
    (local.set $missing (i32.sub (i32.shr_u (i32.add (local.get $size) (i32.const 65599)) (i32.const 16))
      (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then (if (i32.lt_s (memory.grow (local.get $missing)) (i32.const 0)) (then unreachable))))
    (i32.const 64))
  (func $abort unreachable)
  (func (export "give-up") (param $text i32) (param $units i32)
    (i32.store (i32.sub (local.get $text) (i32.const 4)) (i32.shl (local.get $units) (i32.const 1)))
    (i32.store (i32.const 16) (local.get $text))
    (call $abort)))`;

/** Puts the keeper where the component imports it. */
export async function withLastWords(bytes: Uint8Array): Promise<Uint8Array> {
  const binary = await parse(KEEPER);
  const embedded = await componentEmbed({ binary, witSource: OWN_WIT, stringEncoding: "utf16" });
  const keeper = decodeComponent(await componentNew(embedded));
  const program = decodeComponent(bytes);
  const { definitions } = hasCode(program) ? wrapped(program) : program;
  const first: component.Definition = { offset: 0, kind: "component", component: keeper };
  const filled = { definitions: [first, ...definitions.map((definition) => withKeeper(definition))] };
  validateComponent(filled);
  return encodeComponent(filled);
}

/** Code of the outermost component could not call the keeper in it: that would enter a component twice. */
function hasCode({ definitions }: component.Component): boolean {
  return definitions.some(({ kind }) => kind === "core module");
}

/** The import becomes an instance, with the same index. The keeper is the first component: others move up. */
function withKeeper(definition: component.Definition): component.Definition {
  const { offset } = definition;
  if (definition.kind === "import" && definition.import.name.name === LAST_WORDS)
    return { offset, kind: "instance", instance: { kind: "instantiate", component: index(0), args: [] } };
  if (definition.kind !== "instance" || definition.instance.kind !== "instantiate") return definition;
  const { component: moved, ...instance } = definition.instance;
  return { offset, kind: "instance", instance: { ...instance, component: index(moved + 1) } };
}
