/**
 * The one error that the decoders throw: where, what was expected, what was found.
 *
 * Decoders read hostile bytes. Whatever comes in, they return a value or throw
 * this, so that a caller can tell a bad file from a defect of ours.
 */
export class WasmError extends Error {
  override readonly name = "WasmError";
  /** Byte offset in the outermost file. */
  readonly offset: number;
  /** What the specification asks for here. */
  readonly expected: string;
  /** What stood there instead. */
  readonly found: string;
  /** Where in the structure, outermost first, such as `component / core module 0 / code section`. */
  readonly path: string;

  constructor(at: { offset: number; path: string }, expected: string, found: string) {
    super(`${at.path || "file"}, byte 0x${at.offset.toString(16)}: expected ${expected}, found ${found}`);
    this.offset = at.offset;
    this.path = at.path;
    this.expected = expected;
    this.found = found;
  }
}
