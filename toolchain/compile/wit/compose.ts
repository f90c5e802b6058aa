/**
 * One WIT text for a world with every package that it reaches.
 *
 * The component tools read packages from a folder or from one text with nested
 * packages; the text needs no temporary files and is the same on every machine.
 */
import type { WitLibrary } from "./find.ts";
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
  const reached = new Map<string, WitPackage>();
  let own = main.body;
  const docs = new Map<string, string>();
  const files = new Map<string, LoadedWit["files"][number]>();
  const waiting = mentioned(main);
  for (const id of waiting) {
    const found = library.findPackage(id);
    if (found === undefined || reached.has(found.package.id)) continue;
    reached.set(found.package.id, found.package);
    // Other interfaces of the same package join it; its own ones are already there.
    if (found.package.id === main.id && !overlap(found.package, main)) own += found.package.body;
    for (const [path, text] of found.from.docs) docs.set(path, text);
    for (const file of found.from.files) files.set(file.file, file);
    waiting.push(...mentioned(found.package));
  }
  reached.delete(main.id);
  const nested = [...reached.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const blocks = nested.map(({ id, body }) => `package ${identifiers(id)} {${body}\n}\n`);
  return {
    text: [`package ${identifiers(main.id)};\n${unqualified(own, main.id)}\n`, ...blocks].join("\n"),
    docs,
    files: [...files.values()],
  };
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

/** Packages of the interfaces that it names and does not have itself. */
function mentioned(wit: WitPackage): string[] {
  const text = wit.body.replaceAll(COMMENT, " ");
  const isOwn = (name: string, item: string): boolean =>
    name === wit.id.split("@")[0] && wit.interfaces.includes(item);
  return [...text.matchAll(MENTION)].flatMap(([mention, name = "", version = ""]) => {
    const item = mention.replaceAll(/^.*\/|@.*$|%/g, "");
    return isOwn(name.replaceAll("%", ""), item) ? [] : [name.replaceAll("%", "") + version];
  });
}
