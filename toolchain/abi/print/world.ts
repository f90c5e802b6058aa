/**
 * A world as WIT text that tools can parse again.
 *
 * Interfaces of other packages follow as nested packages, so that the text
 * stands on its own. Source: Component Model WIT.md, "Package format".
 */
import { type InterfaceName, parseInterfaceName } from "../names.ts";
import type { Interface, World, WorldItem } from "../world.ts";
import { localNames, type PrintedDocs, printItems, type Reference } from "./interface.ts";
import { identifier, type LocalName, printFunction } from "./type.ts";

/** What a finished component's world is called, which does not keep its name. */
const NAMELESS: InterfaceName = { package: "root:component", name: "root" };

/**
 * The world and all interfaces that it names.
 *
 * An interface that is both imported and exported is printed once, with
 * everything that either side has.
 */
export function printWorld(world: World): string {
  const name = world.name === undefined ? NAMELESS : (parseInterfaceName(world.name) ?? NAMELESS);
  const home = packageOf(name);
  const packages = groupByPackage(world);
  const own = packages.get(home) ?? [];
  packages.delete(home);
  const sections = [
    [`package ${home};`],
    ...own.map((entry) => printInterface(entry, referenceFrom(home))),
    printWorldBody(world, name.name, referenceFrom(home)),
    ...[...packages].map(([id, entries]) => printPackage(id, entries)),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/**
 * Interfaces as the text of their packages: that of the first comes first, others stand inside.
 * What they use has to be among them, or in another file of the package. `docs` are of the first one's package.
 */
export function printInterfaces(
  items: readonly { readonly name: string; readonly interface: Interface }[],
  docs?: PrintedDocs,
): string {
  const world = { imports: items.map((item) => ({ kind: "interface", ...item }) as const), exports: [] };
  const [[home, own] = ["", []], ...others] = groupByPackage(world);
  const sections = [
    [`package ${home};`],
    ...own.map((entry) => printInterface(entry, referenceFrom(home), docs)),
    ...others.map(([id, entries]) => printPackage(id, entries)),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

interface NamedInterface {
  readonly id: string;
  readonly name: InterfaceName;
  readonly interface: Interface;
}

function printWorldBody(world: World, name: string, reference: Reference): string[] {
  const types = [...world.imports, ...world.exports].filter((item) => item.kind === "type");
  const local = localNames(types);
  return braced(`world ${identifier(name)}`, [
    ...world.imports.flatMap((item) =>
      item.kind === "interface" ? printWorldItem("import", item, local, reference) : [],
    ),
    ...printItems({ types, functions: [] }, undefined, reference),
    ...world.imports.flatMap((item) =>
      item.kind === "function" ? printWorldItem("import", item, local, reference) : [],
    ),
    ...world.exports.flatMap((item) => printWorldItem("export", item, local, reference)),
  ]);
}

function printWorldItem(
  direction: "import" | "export",
  item: WorldItem,
  local: LocalName,
  reference: Reference,
): string[] {
  if (item.kind === "type") return [];
  if (item.kind === "function") {
    return [`${direction} ${identifier(item.name)}: ${printFunction(item.type, local)};`];
  }
  if (parseInterfaceName(item.name) !== undefined) return [`${direction} ${reference(item.name)};`];
  const lines = printItems(item.interface, item.name, reference);
  return braced(`${direction} ${identifier(item.name)}: interface`, lines);
}

function printPackage(id: string, entries: readonly NamedInterface[]): string[] {
  return braced(
    `package ${id}`,
    entries.flatMap((entry) => printInterface(entry, referenceFrom(id))),
  );
}

function printInterface(
  { id, name, ...item }: NamedInterface,
  reference: Reference,
  docs?: PrintedDocs,
): string[] {
  return braced(`interface ${identifier(name.name)}`, printItems(item.interface, id, reference, docs));
}

/** One interface, as it stands in the text of its package. `id` is such as `search:index/api@0.1.0`. */
export function printInterfaceText(id: string, item: Interface): string {
  const name = parseInterfaceName(id) ?? NAMELESS;
  return `${printInterface({ id, name, interface: item }, referenceFrom(packageOf(name))).join("\n")}\n`;
}

function groupByPackage(world: World): Map<string, NamedInterface[]> {
  const packages = new Map<string, NamedInterface[]>();
  for (const [id, item] of mergedInterfaces(world)) {
    const name = parseInterfaceName(id);
    if (name === undefined) continue;
    const entries = packages.get(packageOf(name)) ?? [];
    entries.push({ id, name, interface: item });
    packages.set(packageOf(name), entries);
  }
  return packages;
}

function mergedInterfaces(world: World): Map<string, Interface> {
  const merged = new Map<string, Interface>();
  for (const item of [...world.imports, ...world.exports]) {
    if (item.kind !== "interface") continue;
    const earlier = merged.get(item.name);
    merged.set(item.name, earlier === undefined ? item.interface : union(earlier, item.interface));
  }
  return merged;
}

function union(a: Interface, b: Interface): Interface {
  return { types: unionByName(a.types, b.types), functions: unionByName(a.functions, b.functions) };
}

function unionByName<T extends { name: string }>(a: readonly T[], b: readonly T[]): T[] {
  return [...a, ...b.filter((entry) => !a.some(({ name }) => name === entry.name))];
}

/** Inside its own package an interface goes by its bare name. */
function referenceFrom(home: string): Reference {
  return (id) => {
    const name = parseInterfaceName(id);
    if (name === undefined) return id;
    if (packageOf(name) === home) return identifier(name.name);
    return `${packagePath(name)}/${identifier(name.name)}${suffix(name)}`;
  };
}

function packageOf(name: InterfaceName): string {
  return packagePath(name) + suffix(name);
}

function packagePath({ package: id }: InterfaceName): string {
  return id.split(":").map(identifier).join(":");
}

function suffix({ version }: InterfaceName): string {
  return version === undefined ? "" : `@${version}`;
}

function braced(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`), "}"];
}
