// Text for jco, which cannot join two UTF-16 components: UTF-8 bytes, never decoded.
export type Text = StaticArray<u8>;

/** A printable character for any number. */
export function char(n: u32): u8 {
  return <u8>(48 + (n & 63));
}

export function unit(text: Text, at: u32): u32 {
  return text[at];
}

export function makeText(length: u32, seed: u32): Text {
  const text = new StaticArray<u8>(length);
  for (let j: u32 = 0; j < length; j++) text[j] = char(seed + j * 7);
  return text;
}

/** Overwrites the first character. */
export function stamp(text: Text, i: u32): void {
  text[0] = char(i);
}
