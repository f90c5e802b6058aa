/**
 * The three ways in which the ABI refuses, told apart by whose fault it is.
 *
 * `AbiError`: a component's types are wrong or not supported. `Trap`: a running
 * guest broke a rule of the canonical ABI. `ValueError`: our own caller gave a
 * JavaScript value that does not fit the type.
 */

/** A component's bytes name types that cannot be, or that Atoll does not support. */
export class AbiError extends Error {
  override readonly name = "AbiError";
  /** Where in the component, outermost first, such as `export "a:b/c" / type 3`. */
  readonly path: string;
  /** The component may well be valid: it uses what Atoll has not got yet. */
  readonly unsupported: boolean;

  constructor(path: string, problem: string, unsupported = false) {
    super(path === "" ? problem : `${path}: ${problem}`);
    this.path = path;
    this.unsupported = unsupported;
  }
}

export function notSupported(path: string, feature: string): AbiError {
  return new AbiError(path, `not supported yet: ${feature}`, true);
}

/** For whoever meets a part of the asynchronous component model. */
export const NO_ASYNC =
  "Asynchronous components, as those of WASI 0.3, are not there yet: build it for WASI 0.2 (wasm32-wasip2)";

export function asyncNotSupported(path: string, feature: string): AbiError {
  return notSupported(path, `${feature}. ${NO_ASYNC}`);
}

/** What a guest must not do: execution of the call ends here. */
export class Trap extends Error {
  override readonly name = "Trap";
  /** The section of CanonicalABI.md that asks for the trap; absent when the rule is Atoll's own. */
  readonly section: string | undefined;

  constructor(rule: string, section?: string) {
    super(section === undefined ? rule : `${rule} (CanonicalABI.md, "${section}")`);
    this.section = section;
  }
}

/** Traps when the condition holds; the specification's `trap_if`. */
export function trapIf(condition: boolean, rule: string, section: string): void {
  if (condition) throw new Trap(rule, section);
}

/** A JavaScript value does not fit the component type it is given for. */
export class ValueError extends Error {
  override readonly name = "ValueError";
  /** Where in the value, such as `args[0].hits[3].score`. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;

  constructor(path: string, expected: string, found: string) {
    super(`${path}: expected ${expected}, found ${found}`);
    this.path = path;
    this.expected = expected;
    this.found = found;
  }
}
