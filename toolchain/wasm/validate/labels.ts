/** Labels of fields, cases, flags, enums and parameters. Explainer.md, `label`, "Name Uniqueness". */
import type { Context } from "./context.ts";
import { SECTION } from "./error.ts";

/** Fragment by fragment: one expression for all would take exponential time over `1-1-1-1-…`. */
export function isLabel(text: string): boolean {
  return /^[A-Za-z]/.test(text) && text.split("-").every((part) => /^(?:[0-9a-z]+|[0-9A-Z]+)$/.test(part));
}

/** @param noun how messages name a label, and an earlier one that it meets again. */
export function checkLabels(
  labels: readonly string[],
  noun: { what: string; previous: string },
  context: Context,
): void {
  const seen = new Map<string, string>();
  for (const label of labels) {
    if (label === "") context.fail(SECTION.names, `${noun.what} name cannot be empty`);
    if (!isLabel(label)) context.fail(SECTION.names, `${noun.what} name \`${label}\` is not in kebab case`);
    const lower = label.toLowerCase();
    const earlier = seen.get(lower);
    if (earlier !== undefined) {
      const rule = `${noun.what} name \`${label}\` conflicts with previous ${noun.previous} name \`${earlier}\``;
      context.fail(SECTION.uniqueness, rule);
    }
    seen.set(lower, label);
  }
}
