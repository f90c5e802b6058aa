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
  return IS_RESERVED.has(name) ? `${name}_` : name;
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

/** Names of labels that stand side by side: `a-1` and `a1` would be one, so the second is `a1_`. */
export function distinctNames(labels: readonly string[], nameOf: (kebab: string) => string): string[] {
  const taken = new Set<string>();
  return labels.map((label) => {
    let name = nameOf(label);
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  });
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function splitAtCapitals(part: string): string[] {
  const words = part.match(/[A-Z]{2,}[0-9]*(?![a-z0-9])|[A-Z]?[a-z0-9]+|[A-Z]|[^A-Za-z0-9]+/g) ?? [""];
  return words.map((word) => (/^[A-Z]{2}/.test(word) ? word : word.toLowerCase()));
}

const KEBAB = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*))*$/;

/** What AssemblyScript does not take as the name of a function, parameter or member. */
export const RESERVED: readonly string[] = `
  async await break case catch class const constructor continue debugger default delete do else enum export
  extends false finally for function if implements import in instanceof interface let new null of override
  package private protected public return static super switch this throw true try typeof var void
  while with yield`
  .trim()
  .split(/\s+/);
const IS_RESERVED: ReadonlySet<string> = new Set(RESERVED);

/** Types that a generated file uses by these names, or that would hide what users expect. */
const BUILTIN_TYPES = new Set(
  `Array ArrayBuffer Boolean Char Date Error Float32Array Float64Array Int16Array Int32Array
  Int64Array Int8Array Map Math Number Object Option Result Set StaticArray String Symbol
  Uint16Array Uint32Array Uint64Array Uint8Array Uint8ClampedArray Void`.split(/\s+/),
);
