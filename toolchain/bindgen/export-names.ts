/**
 * What a program calls its exports, where several interfaces export one name.
 *
 * A program is one file of exports, a world has several interfaces. Where two of
 * them have a function or a resource of one name, each gets its interface's name
 * in front: `wasi:clocks/wall-clock#now` is `wallClockNow`. If that is taken as
 * well, the package's too: `clocksWallClockNow`. Other names stay as they are.
 */
import { camelName, distinctNames, pascalName } from "./naming.ts";

/** Functions that a world exports: those of an interface, or without `owner` its own. */
export interface ExportedItem {
  /** Such as `wasi:clocks/wall-clock@0.2.12`. */
  readonly owner?: string;
  readonly functions: readonly { readonly name: string }[];
}

interface NamedExport {
  readonly owner: string | undefined;
  /** WIT name, kebab-case. */
  readonly name: string;
  /** What the program calls it. */
  readonly identifier: string;
}

type Kind = "function" | "class";

/**
 * All of them with their names; two that nothing tells apart are left the same.
 * @param classes resources, with what they are called as long as nothing else is.
 */
export function exportNames(
  items: readonly ExportedItem[],
  classes: readonly NamedExport[],
): (NamedExport & { readonly kind: Kind })[] {
  const wanted = [
    ...items.flatMap(functionsOf),
    ...classes.map((one) => ({ ...one, kind: "class" as const })),
  ];
  const spellings = wanted.map(spellingsOf);
  const chosen = wanted.map(() => 0);
  for (;;) {
    const names = spellings.map((of, i) => of[chosen[i] ?? 0] ?? "");
    const clashing = names.flatMap((name, i) =>
      names.indexOf(name) !== names.lastIndexOf(name) && spellings[i]?.[(chosen[i] ?? 0) + 1] !== undefined
        ? [i]
        : [],
    );
    if (clashing.length === 0) return wanted.map((one, i) => ({ ...one, identifier: names[i] ?? "" }));
    for (const i of clashing) chosen[i] = (chosen[i] ?? 0) + 1;
  }
}

/** Without the members of resources. */
function functionsOf({ owner, functions }: ExportedItem): (NamedExport & { readonly kind: Kind })[] {
  const names = functions.map(({ name }) => name).filter((name) => !name.startsWith("["));
  const identifiers = distinctNames(names, camelName);
  return names.map((name, i) => ({ kind: "function", owner, name, identifier: identifiers[i] ?? "" }));
}

/** From the shortest to the longest. */
function spellingsOf({ kind, owner, name, identifier }: NamedExport & { readonly kind: Kind }): string[] {
  const [, pkg, face] = /^[^:]*:([^/]*)\/([^@]*)/.exec(owner ?? "") ?? [];
  if (pkg === undefined || face === undefined) return [identifier];
  const spell = kind === "class" ? pascalName : camelName;
  return [identifier, spell(`${face}-${name}`), spell(`${pkg}-${face}-${name}`)];
}
