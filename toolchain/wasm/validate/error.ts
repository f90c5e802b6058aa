/**
 * The one error of validation: the rule, the place, and the section of the specification.
 *
 * `invalid` is the component's fault. `not yet` is ours: the component may be
 * valid, and uses a feature that is gated in the specification. `limit` means
 * that checking would take more work than any real component asks for.
 */

/** A section of the specification, such as `Binary.md, "Alias Definitions"`. */
export type SpecSection = string;

const SECTIONS = {
  component: 'Binary.md, "Component Definitions"',
  instance: 'Binary.md, "Instance Definitions"',
  alias: 'Binary.md, "Alias Definitions"',
  type: 'Binary.md, "Type Definitions"',
  canon: 'Binary.md, "Canonical Definitions"',
  externs: 'Binary.md, "Import and Export Definitions"',
  values: 'Binary.md, "Value Definitions"',
  checking: 'Explainer.md, "Type Checking"',
  names: 'Explainer.md, "Import and Export Definitions"',
  uniqueness: 'Explainer.md, "Name Uniqueness"',
  visibility: 'Explainer.md, "External Visibility of Types"',
  gated: 'Explainer.md, "Gated Features"',
  options: 'CanonicalABI.md, "canonopt Validation"',
  canonical: 'CanonicalABI.md, "Canonical Definitions"',
  size: 'CanonicalABI.md, "Element Size"',
  core: 'Core spec 3.0, §3.3 "Matching"',
} as const;
export const SECTION: Readonly<Record<keyof typeof SECTIONS, SpecSection>> = SECTIONS;

export interface ValidationProblem {
  readonly kind: "invalid" | "not yet" | "limit";
  /** The rule that is broken, in words, such as `type index out of bounds`. */
  readonly rule: string;
  readonly section: SpecSection;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
}

/** Characters of each part of a message. */
const MAX_TEXT = 1000;

/** Thrown by `validateComponent`; the message holds all that the fields say. */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
  readonly kind: ValidationProblem["kind"];
  readonly rule: string;
  readonly section: SpecSection;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  /** Where in the structure, outermost first, such as `component / component 1 / export "f"`. */
  readonly path: string;
  /** Byte offset of the definition in the outermost file. */
  readonly offset: number;

  constructor(at: { path: string; offset: number }, problem: ValidationProblem) {
    const path = shortened(at.path);
    const rule = shortened(problem.rule);
    const expected = problem.expected && shortened(problem.expected);
    const found = problem.found && shortened(problem.found);
    const difference = [expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean);
    const detail = difference.length === 0 ? "" : `: ${difference.join(", ")}`;
    const prefix = problem.kind === "invalid" ? "" : `${problem.kind}: `;
    super(`${path}, byte 0x${at.offset.toString(16)}: ${prefix}${rule}${detail} (${problem.section})`);
    this.kind = problem.kind;
    this.rule = rule;
    this.section = problem.section;
    this.expected = expected;
    this.found = found;
    this.path = path;
    this.offset = at.offset;
  }
}

/** Names in a hostile component may be megabytes long. */
function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
