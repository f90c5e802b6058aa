/**
 * One WIT text for a world with every package that it reaches.
 *
 * The component tools read packages from a folder or from one text with nested
 * packages; the text needs no temporary files and is the same on every machine.
 */
import type { FoundPackage, WitLibrary } from "./find.ts";
import type { LoadedWit } from "./packages.ts";
import { identifiers } from "./print.ts";
import type { WitPackage } from "./scan.ts";

export interface ComposedWit {
  readonly text: string;
  readonly docs: ReadonlyMap<string, string>;
  /** All that was read, for places of errors. */
  readonly files: LoadedWit["files"];
}

/** `main` with all packages that it mentions, and that those mention, from `library`. */
export function compose(main: WitPackage, library: WitLibrary): ComposedWit {
  const reached = reach(main, library);
  // Other interfaces of the same package join it; its own ones are already there.
  const same = reached.find((found) => found.package.id === main.id && !overlap(found.package, main));
  const own = main.body + (same?.package.body ?? "") + library.viewsOf(main.id).text;
  const blocks = reached
    .filter((found) => found.package.id !== main.id)
    .map(({ package: { id, body } }) => ({ id, body: body + library.viewsOf(id).text }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, body }) => `package ${identifiers(id)} {${body}\n}\n`);
  const packages = [main.id, ...reached.map((found) => found.package.id)];
  return {
    text: [`package ${identifiers(main.id)};\n${unqualified(own, main.id)}\n`, ...blocks].join("\n"),
    docs: new Map([
      ...reached.flatMap(({ from }) => [...from.docs]),
      ...packages.flatMap((id) => [...library.viewsOf(id).docs]),
    ]),
    files: [...new Map(reached.flatMap(({ from }) => from.files).map((file) => [file.file, file])).values()],
  };
}

/** The packages of the library that a text needs, each once; its own may be among them. */
export function reach(main: WitPackage, library: WitLibrary): FoundPackage[] {
  const reached = new Map<string, FoundPackage>();
  const needs = (wit: WitPackage): string[] => [
    ...mentioned(wit),
    ...mentioned({ ...wit, body: library.viewsOf(wit.id).text }),
  ];
  const waiting = needs(main);
  for (const id of waiting) {
    const found = library.findPackage(id);
    if (found === undefined || reached.has(found.package.id)) continue;
    reached.set(found.package.id, found);
    waiting.push(...needs(found.package));
  }
  return [...reached.values()];
}

/** A package names its own interfaces without itself; the tools call anything else a cycle. */
function unqualified(body: string, id: string): string {
  const [name = ""] = id.split("@");
  return body.replaceAll(MENTION, (mention, mentionedName: string) =>
    mentionedName.replaceAll("%", "") === name ? mention.replace(/^.*\/|@.*$/g, "") : mention,
  );
}

function overlap(a: WitPackage, b: WitPackage): boolean {
  return a.interfaces.some((name) => b.interfaces.includes(name));
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const MENTION =
  /(%?[a-z][a-z0-9-]*:%?[a-z][a-z0-9-]*)\/%?[a-z][a-z0-9-]*(@\d+\.\d+\.\d+(?:-[\w-]+(?:\.[\w-]+)*)?)?/gi;

export interface Mention {
  /** Such as `search:index@0.1.0`. */
  readonly package: string;
  /** Such as `api`. */
  readonly name: string;
}

/** The interfaces of any package that a text names in full. */
export function mentions(text: string): Mention[] {
  return [...text.replaceAll(COMMENT, " ").matchAll(MENTION)].map(([mention, name = "", version = ""]) => ({
    package: name.replaceAll("%", "") + version,
    name: mention.replaceAll(/^.*\/|@.*$|%/g, ""),
  }));
}

/** Packages of the interfaces that it names and does not have itself. */
function mentioned(wit: WitPackage): string[] {
  const isOwn = (one: Mention): boolean =>
    one.package.split("@")[0] === wit.id.split("@")[0] && wit.interfaces.includes(one.name);
  return mentions(wit.body).flatMap((one) => (isOwn(one) ? [] : [one.package]));
}
