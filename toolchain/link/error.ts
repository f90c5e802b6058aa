/**
 * The errors of linking: what was expected, what was found, and what to write instead.
 *
 * `code` is for tests and for programs; the message holds all that a person
 * needs. Whatever a component or a `system.ts` contains, `link` returns or
 * throws one of these.
 */

export type LinkErrorCode =
  /** `system.ts` cannot be read, or says something that is not allowed. */
  | "config"
  /** A component's bytes are not what they should be. */
  | "component"
  /** Valid, but Atoll cannot link it yet. */
  | "not-yet"
  /** An import without a wire or a grant, or a wire that leads nowhere. */
  | "wiring"
  /** The two ends of a wire have different types. */
  | "type"
  /** Processes call each other in a circle. */
  | "cycle"
  /** What should run first cannot. */
  | "entry"
  /** A question about a system names something that it does not have. */
  | "unknown"
  /** More memory than allowed, or more of something than fits. */
  | "limit";

export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly code: LinkErrorCode;
  /** What to do, where there is one answer; part of the message too. */
  readonly hint?: string;

  constructor(code: LinkErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(hint === undefined ? message : `${message}\n${hint}`, options);
    this.code = code;
    if (hint !== undefined) this.hint = hint;
  }
}
