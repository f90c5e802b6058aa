/**
 * A world as TypeScript declares it: for editors, and for the check that a program fits.
 *
 * Each interface is a module under its WIT name, with its version and without.
 * What the program has to export is `Exports` of the module `atoll:world`.
 */
import { handlesIn, type Interface, type NamedType, type World } from "../../abi/index.ts";
import type { Engine } from "./engine.ts";
import {
  camelCase,
  functionText,
  pascalCase,
  RESERVED,
  structureText,
  typeKey,
  type TypeScope,
} from "./type-text.ts";

/** The module that has `Exports`. */
export const WORLD_MODULE = "atoll:world";

type InterfaceItem = Extract<World["imports"][number], { kind: "interface" }>;
type Functions = Interface["functions"];
type NamedEntry = { readonly name: string; readonly type: NamedType };

/** The text of a `.d.ts` file. */
export function declareWorld(world: World, engine: Engine): string {
  const [imports, exports] = [interfacesOf(world.imports), interfacesOf(world.exports)];
  const imported = new Set(imports.map(({ name }) => name));
  const all = [...imports, ...exports.filter(({ name }) => !imported.has(name))];
  return [
    "// What the world imports and exports, made from its WIT.",
    ...all.map((item) => moduleText(item, imported.has(item.name), engine)),
    worldText(world, exports, engine),
  ].join("\n");
}

export function interfacesOf(items: World["imports"]): InterfaceItem[] {
  return items.filter((item) => item.kind === "interface");
}

/** How a program exports an interface: `export const tokenizer = { … }`. */
export function exportName(interfaceName: string): string {
  return camelCase(interfaceName.replace(/^.*\//, "").replace(/@.*/, ""));
}

function moduleText({ name, interface: it }: InterfaceItem, isImported: boolean, engine: Engine): string {
  const scope = scopeOf(it, engine, ({ name: own }) => pascalCase(own));
  const lines = [
    ...it.types.map((entry) => typeLine(entry, name, scope)),
    ...it.types.flatMap((entry) => resourceText(entry, name, it, isImported, scope)),
    ...(isImported ? plainFunctions(it).map((one) => functionLine(one, scope)) : []),
  ].filter((line) => line !== "");
  const body = `declare module "${name}" {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
  const plain = name.replace(/@.*/, "");
  return plain === name ? body : `${body}declare module "${plain}" {\n  export * from "${name}";\n}\n`;
}

/** The names that an interface has for types, its own and those of others that it uses. */
function scopeOf(it: Interface, engine: Engine, nameOf: (entry: NamedEntry) => string): TypeScope {
  const local = it.types.flatMap((entry) => {
    const name = entry.type.kind === "value" ? entry.type.type.name : entry.type.resource.name;
    return name === undefined ? [] : [[typeKey(name), nameOf(entry)] as const];
  });
  return { engine, local: new Map(local) };
}

/** A type of a value: its structure where it is defined, a name for it elsewhere. */
function typeLine({ name, type }: NamedEntry, owner: string, scope: TypeScope): string {
  const known = type.kind === "value" ? type.type.name : type.resource.name;
  const own = pascalCase(name);
  if (known?.owner !== undefined && known.owner !== owner)
    return `export type ${own} = import("${known.owner}").${pascalCase(known.name)};`;
  return type.kind === "value" ? `export type ${own} = ${structureText(type.type, scope)};` : "";
}

/** A class of an import; of an export what the program's class has to look like. */
function resourceText(
  { name, type }: NamedEntry,
  owner: string,
  it: Interface,
  isImported: boolean,
  scope: TypeScope,
): string[] {
  if (type.kind !== "resource" || (type.resource.name?.owner ?? owner) !== owner) return [];
  const { constructors, methods, statics } = membersOf(it, name, scope, !isImported);
  const own = pascalCase(name);
  if (!isImported) {
    const made = constructors.map((text) => `new${text}: ${own};`);
    return [
      `export interface ${own} { ${methods.join(" ")} }`,
      `export interface ${own}Class { ${[...made, ...statics].join(" ")} }`,
    ];
  }
  const made =
    constructors.length > 0 ? constructors.map((text) => `constructor${text};`) : ["private constructor();"];
  const all = [...made, ...methods, ...statics.map((text) => `static ${text}`), "[Symbol.dispose](): void;"];
  return [`export class ${own} { ${all.join(" ")} }`];
}

function membersOf(
  { functions }: Interface,
  resource: string,
  scope: TypeScope,
  isOwn: boolean,
): { constructors: string[]; methods: string[]; statics: string[] } {
  const named = (prefix: string): string[] =>
    functions
      .filter(({ name }) => name.startsWith(prefix))
      .map(
        ({ name, type }) =>
          `${camelCase(name.slice(prefix.length))}${functionText(type, scope, ":", isOwn)};`,
      );
  return {
    constructors: functions
      .filter(({ name }) => name === `[constructor]${resource}`)
      .map(({ type }) => functionText(type, scope, ":").replace(/\): .*$/, ")")),
    methods: named(`[method]${resource}.`),
    statics: named(`[static]${resource}.`),
  };
}

function plainFunctions({ functions }: Interface): Functions {
  return functions.filter(({ name }) => !name.startsWith("["));
}

function functionLine({ name, type }: Functions[number], scope: TypeScope): string {
  const own = camelCase(name);
  const text = functionText(type, scope, ":");
  if (!RESERVED.test(own)) return `export function ${own}${text};`;
  return `function ${own}_${text}; export { ${own}_ as ${own} };`;
}

function worldText({ exports }: World, interfaces: readonly InterfaceItem[], engine: Engine): string {
  const members = [
    ...interfaces.map((item) => `    ${exportName(item.name)}: ${exportedText(item, engine)};`),
    ...exports
      .filter((item) => item.kind === "function")
      .map(
        ({ name, type }) =>
          `    ${camelCase(name)}: ${functionText(type, { engine, local: new Map() }, " =>", true)};`,
      ),
  ];
  return `declare module "${WORLD_MODULE}" {\n  export interface Exports {\n${members.join("\n")}\n  }\n}\n`;
}

/** Its functions, and the classes of its resources. */
function exportedText({ name, interface: it }: InterfaceItem, engine: Engine): string {
  const scope = scopeOf(it, engine, (entry) => `import("${name}").${pascalCase(entry.name)}`);
  const functions = plainFunctions(it).map(({ name: own, type }) => {
    // TypeScript lets a method ask for more of a parameter: for the program's own class in place of its interface.
    const takesOwn = handlesIn(type.params.map((param) => param.type)).some(
      ({ resource }) => resource.name?.owner === name,
    );
    const text = functionText(type, scope, takesOwn ? ":" : " =>", true);
    return `${camelCase(own)}${takesOwn ? "" : ": "}${text}`;
  });
  const classes = it.types
    .filter(({ type }) => type.kind === "resource" && (type.resource.name?.owner ?? name) === name)
    .map((entry) => `${pascalCase(entry.name)}: import("${name}").${pascalCase(entry.name)}Class`);
  return `{ ${[...functions, ...classes].join("; ")} }`;
}
