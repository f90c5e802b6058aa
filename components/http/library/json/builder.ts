/**
 * Text that is made of many pieces.
 *
 * To add them up with `+` copies all that is there for each of them: a megabyte of
 * escapes, which any client can send, would take minutes.
 */

const FIRST: i32 = 64;

@final
export class Builder {
  private units: StaticArray<u16> = new StaticArray<u16>(FIRST);
  private length: i32 = 0;

  /** Adds a part of a text. */
  part(text: string, start: i32, end: i32): void {
    const added = end - start;
    this.reserve(added);
    memory.copy(this.end, changetype<usize>(text) + ((<usize>start) << 1), (<usize>added) << 1);
    this.length += added;
  }

  text(text: string): void {
    this.part(text, 0, text.length);
  }

  /** Adds one UTF-16 unit. */
  unit(unit: i32): void {
    this.reserve(1);
    store<u16>(this.end, <u16>unit);
    this.length++;
  }

  toString(): string {
    return String.UTF16.decodeUnsafe(changetype<usize>(this.units), (<usize>this.length) << 1);
  }

  private get end(): usize {
    return changetype<usize>(this.units) + ((<usize>this.length) << 1);
  }

  private reserve(more: i32): void {
    const needed = this.length + more;
    if (needed <= this.units.length) return;
    const larger = new StaticArray<u16>(max(needed, this.units.length * 2));
    memory.copy(changetype<usize>(larger), changetype<usize>(this.units), (<usize>this.length) << 1);
    this.units = larger;
  }
}
