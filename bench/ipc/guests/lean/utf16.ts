// Text as Atoll's apps have it: AssemblyScript's own strings, UTF-16.
export type Text = string;

/** A printable character for any number. */
export function char(n: u32): u16 {
  return <u16>(48 + (n & 63));
}

export function unit(text: Text, at: u32): u32 {
  return text.charCodeAt(at);
}

export function makeText(length: u32, seed: u32): Text {
  let text = "";
  for (let j: u32 = 0; j < length; j++) text += String.fromCharCode(char(seed + j * 7));
  return text;
}

/** Overwrites the first character. */
export function stamp(text: Text, i: u32): void {
  store<u16>(changetype<usize>(text), char(i));
}
