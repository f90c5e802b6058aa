/**
 * Kebab-case of WIT ↔ camelCase and PascalCase of TypeScript.
 *
 * A word starts at a capital; digits stay with the word before them. A run of
 * capitals is one upper-case word, as WIT allows: `getHTTPServer` is
 * `get-HTTP-server`, so that the way back gives the same name.
 * Source: Component Model WIT.md, "Identifiers".
 */

/** `get-u8-list` → `getU8List`; a reserved word gets an underscore: `delete_`. */
export function camelName(kebab: string): string {
  const [first = "", ...rest] = kebab.split("-");
  const name = first + rest.map(capitalised).join("");
  return RESERVED.has(name) ? `${name}_` : name;
}

/** `search-hit` → `SearchHit`. */
export function pascalName(kebab: string): string {
  const name = kebab.split("-").map(capitalised).join("");
  return BUILTIN_TYPES.has(name) ? `${name}_` : name;
}

/** `getU8List`, `SearchHit` → `get-u8-list`, `search-hit`; undefined if WIT cannot spell it. */
export function kebabName(identifier: string): string | undefined {
  const words = identifier.replace(/_$/, "").split("_").flatMap(splitAtCapitals);
  const kebab = words.join("-");
  return KEBAB.test(kebab) ? kebab : undefined;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function splitAtCapitals(part: string): string[] {
  const words = part.match(/[A-Z][A-Z0-9]*(?![a-z])|[A-Z]?[a-z0-9]+|[^A-Za-z0-9]+/g) ?? [""];
  return words.map((word) => (/^[A-Z]{2}/.test(word) ? word : word.toLowerCase()));
}

const KEBAB = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*))*$/;

/** What AssemblyScript's tokenizer takes as a keyword, and types that a name would hide. */
const RESERVED = new Set(
  `abstract as async await bool break case catch class const constructor continue debugger
  declare default delete do else enum export extends f32 f64 false finally for from function get
  i16 i32 i64 i8 if implements import in instanceof interface is isize keyof let module namespace
  new null number of override package private protected public readonly return set static string
  super switch symbol this throw true try type typeof u16 u32 u64 u8 undefined usize v128 var void
  while with yield`.split(/\s+/),
);

const BUILTIN_TYPES = new Set(
  `Array ArrayBuffer Boolean Char Date Error Float32Array Float64Array Int16Array Int32Array
  Int64Array Int8Array Map Math Object Option Result Set StaticArray String Symbol Uint16Array
  Uint32Array Uint64Array Uint8Array Uint8ClampedArray Void`.split(/\s+/),
);
