/**
 * What a program says of its interfaces in the comments at its top.
 *
 *     // @wit chat:room/api@0.1.0      the interface that its functions are exported as
 *     // @export atoll:kernel/alarms   one that somebody else has written: those of its functions are exported as that
 *     // @drives chat:room/api         one that it imports from the component that it is composed with, as its driver
 */
import { type Program, Range } from "assemblyscript";
import { parseInterfaceName } from "../../abi/index.ts";
import { errorAt, type FileOf } from "./place.ts";

export interface NamedInterface {
  /** As written, such as `search:index/api`. */
  readonly specifier: string;
  readonly range: Range;
}

export interface Pragmas {
  readonly wit?: string;
  readonly exports: readonly NamedInterface[];
  readonly drives: readonly NamedInterface[];
}

const LEADING_COMMENTS = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/;
const PRAGMA = /^\s*(?:\/\/|\*|\/\*+)\s*@(wit|export|drives)\s+(\S+)/gm;

/** @throws CompileError for what is no name of an interface. */
export function pragmasOf(program: Program, base: string, places: FileOf): Pragmas {
  const source = program.sources.find(({ normalizedPath }) => normalizedPath === `${base}.ts`);
  const comments = LEADING_COMMENTS.exec(source?.text ?? "")?.[0] ?? "";
  const named = [...comments.matchAll(PRAGMA)].map((match) => {
    const [whole, kind = "", specifier = ""] = match;
    const start = match.index + whole.length - specifier.length;
    const range = new Range(start, start + specifier.length);
    if (source !== undefined) range.source = source;
    return { kind, specifier, range };
  });
  for (const { specifier, range } of named) checkName(specifier, range, places);
  const wit = named.find(({ kind }) => kind === "wit")?.specifier;
  const of = (wanted: string): NamedInterface[] => named.filter(({ kind }) => kind === wanted);
  return { exports: of("export"), drives: of("drives"), ...(wit !== undefined && { wit }) };
}

function checkName(specifier: string, range: Range, places: FileOf): void {
  if (parseInterfaceName(specifier) !== undefined) return;
  throw errorAt(
    range,
    places,
    "interface name",
    `\`${specifier}\` is not the name of an interface.`,
    "Write it as namespace:package/interface, with @1.2.3 if it has a version.",
  );
}
