/**
 * Names that stand side by side in WIT: they have to be told apart without
 * capitals and hyphens, so `fooBar` and `foobar` are one too many.
 *
 * Source: Component Model Explainer.md, "Name Uniqueness"; hyphens are taken out
 * as well, because the component tools refuse names that differ in them alone.
 */
import type { Range } from "assemblyscript";
import type { TypeReader } from "./type-reader.ts";

interface Labelled {
  /** As WIT writes it. */
  readonly label: string;
  readonly range: Range;
}

/** Refuses the first name that repeats an earlier one. */
export function checkDistinct(reader: TypeReader, names: readonly Labelled[]): void {
  const seen = new Map<string, string>();
  for (const { label, range } of names) {
    const key = label.replaceAll("-", "").toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      const message =
        other === label
          ? `\`${label}\` is there twice in WIT.`
          : `\`${label}\` and \`${other}\` are the same name in WIT, where capitals and hyphens do not count.`;
      reader.refuse(range, "name", message, "Rename one of them.");
    }
    seen.set(key, label);
  }
}
