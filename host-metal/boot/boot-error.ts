/** What cannot be booted, and why: for the user. */
export class BootError extends Error {
  override readonly name = "BootError";
}
