/**
 * wasi:io/error: what went wrong in a stream, for people.
 *
 * Interfaces that can say more have a subclass with their code, and a function
 * that looks for it: `filesystem-error-code` for one.
 */
export class IoError {
  constructor(readonly text: string) {}

  toDebugString(): string {
    return this.text;
  }
}
